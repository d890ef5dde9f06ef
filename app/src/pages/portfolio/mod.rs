//! Portfolio.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn PortfolioPage() -> impl IntoView {
    view! {
        <Title text="Portfolio"/>
        <h1>"Portfolio"</h1>
    }
}
