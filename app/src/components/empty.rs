//! What a panel says when it has nothing to show, and what to do about it.

use leptos::prelude::*;

#[component]
pub fn Empty(#[prop(into)] text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <div class="empty">
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}
