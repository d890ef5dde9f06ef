//! A native dialog: a bottom sheet on a phone, a window in the middle of a desk. Esc and the backdrop close it.

use leptos::{html, prelude::*};

#[component]
pub fn Sheet(open: RwSignal<bool>, #[prop(into)] title: String, children: Children) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let label = title.clone();
    Effect::new(move || {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="sheet" aria-label=label node_ref=dialog on:close=move |_| open.set(false) closedby="any">
            <header class="sheet-head">
                <h2>{title}</h2>
                <button type="button" class="icon-button" aria-label="Close" on:click=move |_| open.set(false)>
                    <super::Icon name=super::IconName::Close/>
                </button>
            </header>
            <div class="sheet-body">{children()}</div>
        </dialog>
    }
}
