//! Shown by the service worker when the host can't be reached. It must hold nothing of anybody's account.

use leptos::prelude::*;
use leptos_meta::Title;

use super::message::Message;
use crate::components::IconName;

#[component]
pub fn OfflinePage() -> impl IntoView {
    view! {
        <Title text="Offline"/>
        <Message
            icon=IconName::Offline
            title="You are offline"
            text="The desk can’t be reached, so there are no current prices to show. Orders that were accepted are safe on the host; nothing you do here is sent."
        >
            // A plain link without the router: it asks the network again.
            <a class="button button-primary button-large" href="/dashboard" rel="external">"Try again"</a>
        </Message>
    }
}
