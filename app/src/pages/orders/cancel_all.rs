//! Cancels every open order. Asks once more before it does.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::orders,
    format, live,
    state::{
        account,
        toasts::{ToastKind, use_toasts},
    },
};

#[component]
pub(super) fn CancelAll() -> impl IntoView {
    let (is_asking, is_busy) = (RwSignal::new(false), RwSignal::new(false));
    let (toasts, bell) = (use_toasts(), live::desk_bell());
    let press = move |_| {
        if !is_asking.get_untracked() {
            is_asking.set(true);
            return;
        }
        is_busy.set(true);
        spawn_local(async move {
            match orders::cancel_all(account::id(), None).await {
                Ok(canceled) => toasts.push(ToastKind::Info, format!("Canceled {} orders", canceled.len())),
                Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
            }
            bell.ring();
            is_busy.try_set(false);
            is_asking.try_set(false);
        });
    };
    view! {
        <button type="button" class="button button-danger button-small" data-testid="cancel-all" disabled=is_busy
            on:click=press on:blur=move |_| is_asking.set(false)>
            {move || format::one_of(is_asking.get(), "Really cancel all?", "Cancel all")}
        </button>
    }
}
