//! A titled region of the desk.

use leptos::prelude::*;

/// `actions` stand at the end of the head: `<Panel title="Orders" actions=|| view! { .. }>`.
#[component]
pub fn Panel(#[prop(into)] title: String, #[prop(optional, into)] actions: ViewFn, children: Children) -> impl IntoView {
    let label = title.clone();
    view! {
        <section class="panel" aria-label=label>
            <header class="panel-head">
                <h2>{title}</h2>
                <div class="panel-actions">{actions.run()}</div>
            </header>
            <div class="panel-body">{children()}</div>
        </section>
    }
}
