//! Offline.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn OfflinePage() -> impl IntoView {
    view! {
        <Title text="Offline"/>
        <h1>"Offline"</h1>
    }
}
