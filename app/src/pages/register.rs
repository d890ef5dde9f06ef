//! Create account.

use leptos::prelude::*;
use leptos_meta::Title;

#[component]
pub fn RegisterPage() -> impl IntoView {
    view! {
        <Title text="Create account"/>
        <h1>"Create account"</h1>
    }
}
