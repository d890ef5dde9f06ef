//! Trade.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn TradePage() -> impl IntoView {
    view! {
        <Title text="Trade"/>
        <h1>"Trade"</h1>
    }
}
