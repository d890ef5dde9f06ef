//! Quantity and price, typed or stepped with the arrow keys.

use leptos::{ev::KeyboardEvent, prelude::*};
use speedtrade::instrument::AssetType;

use super::{
    amount::{stepped_price, stepped_qty},
    form::TicketForm,
};
use crate::{components::Field, format};

#[component]
pub(super) fn QtyField() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let label = form.instrument.with_value(|i| match i.asset_type {
        AssetType::Stock => "Shares",
        AssetType::Crypto => "Coins",
    });
    let step = move |ev: KeyboardEvent| {
        if let Some(up) = direction(&ev) {
            let next = form.instrument.with_value(|i| form.qty.with_untracked(|text| stepped_qty(text, i, up)));
            form.qty.set(next.unwrap_or_default());
            form.edited();
        }
    };
    view! {
        <Field label name="qty" inputmode="decimal" autocomplete="off" placeholder="0" testid="ticket-qty" value=form.qty
            error=Signal::derive(move || form.error("qty", form.qty))
            on_input=Callback::new(move |_: String| form.edited()) on_key=Callback::new(step)/>
    }
}

#[component]
pub(super) fn PriceField(is_stop: bool) -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let (label, name, testid, text) = if is_stop {
        ("Stop price", "stop_price", "ticket-stop-price", form.stop_price)
    } else {
        ("Limit price", "limit_price", "ticket-limit-price", form.limit_price)
    };
    let step = move |ev: KeyboardEvent| {
        if let Some(up) = direction(&ev) {
            let reference = form.quote.with_untracked(|quote| quote.price);
            let next = form.instrument.with_value(|i| text.with_untracked(|text| stepped_price(text, i, reference, up)));
            if let Some(next) = next {
                text.set(next);
                form.edited();
            }
        }
    };
    let hint = form.instrument.with_value(|i| format!("Steps of {}", format::price(i.tick)));
    view! {
        <Field label name inputmode="decimal" autocomplete="off" testid=testid value=text hint=hint
            error=Signal::derive(move || form.error(name, text))
            on_input=Callback::new(move |_: String| form.edited()) on_key=Callback::new(step)/>
    }
}

/// Up or down for the arrow keys, which then don't move the caret.
fn direction(ev: &KeyboardEvent) -> Option<bool> {
    let up = match ev.key().as_str() {
        "ArrowUp" => true,
        "ArrowDown" => false,
        _ => return None,
    };
    ev.prevent_default();
    Some(up)
}
