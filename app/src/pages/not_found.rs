//! 404.

use leptos::prelude::*;
use leptos_meta::Title;

use super::message::Message;
use crate::components::IconName;

#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Page not found"/>
        <Message icon=IconName::Search title="There is no such page" text="The address may be mistyped, or the page has moved. Symbols are found with the search above.">
            <a href="/" class="button button-primary button-large">"Start page"</a>
            <a href="/screener" class="button button-quiet button-large">"Screener"</a>
        </Message>
    }
}
