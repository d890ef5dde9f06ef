//! Sells all of a position at the market. Asks once more before it does.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::instrument::Symbol;

use crate::{
    api::portfolio,
    format,
    state::{
        account,
        desk::use_desk,
        toasts::{ToastKind, use_toasts},
    },
};

#[component]
pub(super) fn CloseButton(symbol: Symbol) -> impl IntoView {
    let (is_asking, is_busy) = (RwSignal::new(false), RwSignal::new(false));
    let (desk, toasts) = (use_desk(), use_toasts());
    let name = symbol.to_string();
    let label = {
        let name = name.clone();
        move || if is_asking.get() { format!("Confirm: sell all {name}") } else { format!("Sell all {name}") }
    };
    let press = move |_| {
        if !is_asking.get_untracked() {
            is_asking.set(true);
            return;
        }
        is_busy.set(true);
        let name = name.clone();
        spawn_local(async move {
            match portfolio::close_position(account::id(), name).await {
                Ok(order) => desk.put_order(order),
                Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
            }
            is_busy.try_set(false);
            is_asking.try_set(false);
        });
    };
    view! {
        <button type="button" class="button button-small" class:button-danger=is_asking class:button-quiet=move || !is_asking.get()
            data-testid="close-position" aria-label=label disabled=is_busy on:click=press on:blur=move |_| is_asking.set(false)>
            {move || format::one_of(is_asking.get(), "Sell all?", "Close")}
        </button>
    }
}
