//! One labelled figure.

use leptos::prelude::*;
use speedtrade::money::Percent;

use super::{Delta, when_some};

#[component]
pub fn Stat(
    #[prop(into)] label: String,
    #[prop(into)] value: Signal<String>,
    #[prop(optional, into)] delta: Option<Signal<Percent>>,
    testid: &'static str,
) -> impl IntoView {
    view! {
        <div class="stat">
            <span class="stat-label">{label}</span>
            <span class="stat-value price" data-testid=testid>{value}</span>
            {when_some(delta, |delta| view! { <Delta value=delta/> }.into_any())}
        </div>
    }
}
