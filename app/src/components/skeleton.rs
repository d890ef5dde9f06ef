//! Gray rows of the size of what is being loaded.

use leptos::prelude::*;

#[component]
pub fn Skeleton(rows: usize) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-label="Loading">
            {(0..rows).map(|_| view! { <div class="skeleton-row"></div> }.into_any()).collect_view()}
        </div>
    }
}
