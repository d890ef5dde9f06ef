//! A native dialog: a bottom sheet on a phone, a window in the middle of a desk. Esc and the backdrop close it.

use leptos::{ev::MouseEvent, html, prelude::*};

use super::{Icon, IconName, field::FieldScope};
use crate::state::effect::effect;

#[component]
pub fn Sheet(open: RwSignal<bool>, #[prop(into)] title: String, children: Children) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let label = title.clone();
    provide_context(FieldScope("sheet"));
    effect(move || {
        let wanted = open.get();
        let Some(dialog) = dialog.get() else { return };
        if wanted && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="sheet"
            aria-label=label
            node_ref=dialog
            on:close=move |_| open.set(false)
            on:click=move |ev| {
                if is_backdrop(&ev) {
                    open.set(false);
                }
            }
        >
            <header class="sheet-head">
                <h2>{title}</h2>
                <button type="button" class="icon-button" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon name=IconName::Close/>
                </button>
            </header>
            <div class="sheet-body">{children()}</div>
        </dialog>
    }
}

/// Head and body cover the dialog, so a click on the dialog itself is a click beside it.
fn is_backdrop(ev: &MouseEvent) -> bool {
    ev.target().is_some() && ev.target() == ev.current_target()
}
