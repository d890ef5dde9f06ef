//! Changes the quantity or the price of an open order: the host replaces it by another, or leaves it as it is.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use speedtrade::{order::OrderChange, wire::OrderView};

use crate::{
    api::orders,
    components::when,
    state::toasts::{ToastKind, use_toasts},
};

/// An exit's quantity follows its entry, so only its price is asked for.
#[component]
pub(super) fn EditButton(order: OrderView, name: String, changed: Callback<OrderView>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let order = StoredValue::new(order);
    let toggle = move |_| is_open.update(|open| *open = !*open);
    view! {
        <button type="button" class="button button-quiet button-small" data-testid="edit-order" aria-label=format!("Change {name}")
            aria-expanded=move || if is_open.get() { "true" } else { "false" } on:click=toggle>
            "Change"
        </button>
        {move || when(is_open.get(), || view! { <EditForm order is_open changed/> }.into_any())}
    }
}

#[component]
fn EditForm(order: StoredValue<OrderView>, is_open: RwSignal<bool>, changed: Callback<OrderView>) -> impl IntoView {
    let toasts = use_toasts();
    let (old_qty, old_price, is_stop, is_exit) = order.with_value(|order| {
        let (limit, stop) = (order.limit_price.map(|p| p.to_string()), order.stop_price.map(|p| p.to_string()));
        let is_exit = order.role.is_some_and(|role| role.as_str() != "entry");
        (order.qty.to_string(), limit.clone().or(stop).unwrap_or_default(), limit.is_none(), is_exit)
    });
    let (qty, price, is_busy) = (RwSignal::new(old_qty.clone()), RwSignal::new(old_price.clone()), RwSignal::new(false));
    let save = move |ev: SubmitEvent| {
        ev.prevent_default();
        let differs = |text: RwSignal<String>, old: &str| Some(text.get_untracked().trim().to_owned()).filter(|text| text != old);
        let (qty, price) = (differs(qty, &old_qty), differs(price, &old_price));
        let (limit_price, stop_price) = if is_stop { (None, price) } else { (price, None) };
        let change = OrderChange { qty, limit_price, stop_price, ..OrderChange::default() };
        is_busy.set(true);
        spawn_local(async move {
            match orders::replace_order(order.with_value(|order| order.id), change).await {
                Ok(new) => {
                    is_open.try_set(false);
                    changed.try_run(new);
                }
                Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
            }
            is_busy.try_set(false);
        });
    };
    let input = move |name: &'static str, testid: &'static str, text: RwSignal<String>| {
        view! {
            <label class="edit-field">{name}
                <input inputmode="decimal" autocomplete="off" data-testid=testid prop:value=text on:input:target=move |ev| text.set(ev.target().value())/>
            </label>
        }
        .into_any()
    };
    view! {
        <form class="edit-order" data-testid="edit-form" novalidate=true on:submit=save>
            {when(!is_exit, || input("Quantity", "edit-qty", qty))}
            {input(if is_stop { "Stop price" } else { "Limit price" }, "edit-price", price)}
            <button type="submit" class="button button-quiet button-small" data-testid="edit-save" disabled=is_busy>"Save"</button>
        </form>
    }
}
