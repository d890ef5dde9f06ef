//! Welcome.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn LandingPage() -> impl IntoView {
    view! {
        <Title text="Welcome"/>
        <h1>"Welcome"</h1>
    }
}
