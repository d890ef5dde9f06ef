//! Screener.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn ScreenerPage() -> impl IntoView {
    view! {
        <Title text="Screener"/>
        <h1>"Screener"</h1>
    }
}
