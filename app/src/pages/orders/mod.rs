//! Orders.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn OrdersPage() -> impl IntoView {
    view! {
        <Title text="Orders"/>
        <h1>"Orders"</h1>
    }
}
