//! Cancels one order.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::{ids::OrderId, wire::OrderView};

use crate::{
    api::orders,
    format,
    state::toasts::{ToastKind, use_toasts},
};

#[component]
pub(super) fn CancelButton(id: OrderId, name: String, changed: Callback<OrderView>) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    let toasts = use_toasts();
    let cancel = move |_| {
        is_busy.set(true);
        spawn_local(async move {
            match orders::cancel_order(id).await {
                Ok(order) => {
                    changed.try_run(order);
                }
                Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
            }
            is_busy.try_set(false);
        });
    };
    view! {
        <button type="button" class="button button-quiet button-small" data-testid="cancel-order" aria-label=format!("Cancel {name}")
            disabled=is_busy on:click=cancel>
            {move || format::one_of(is_busy.get(), "Canceling…", "Cancel")}
        </button>
    }
}
