//! What stands where a page's content would, when the host said no. The page's own status follows the problem's.

use leptos::prelude::*;

use super::Empty;
use crate::api::ApiError;

#[component]
pub fn Trouble(error: ApiError) -> impl IntoView {
    let (words, problem) = (error.to_string(), error.0);
    #[cfg(feature = "ssr")]
    if let (Some(response), Ok(status)) = (use_context::<leptos_axum::ResponseOptions>(), axum::http::StatusCode::from_u16(problem.status))
    {
        response.set_status(status);
    }
    let (title, way_out) = match problem.status {
        404 => (
            "We don't trade that here",
            view! { <a href="/screener" class="button button-primary">"Find something to trade"</a> }.into_any(),
        ),
        401 => ("Sign in to see this", view! { <a href="/login" class="button button-primary">"Sign in"</a> }.into_any()),
        _ => ("This didn't work", view! { <a href="" class="button button-primary">"Try again"</a> }.into_any()),
    };
    view! {
        <section class="panel trouble" data-testid="trouble">
            <h1>{title}</h1>
            <Empty text=words>{way_out}</Empty>
        </section>
    }
}
