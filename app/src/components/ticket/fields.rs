//! Quantity and price, typed or stepped with the arrow keys.

use leptos::{ev::KeyboardEvent, prelude::*};
use speedtrade::{instrument::AssetType, order::Side};

use super::{
    amount::{stepped_amount, stepped_price},
    form::{TicketForm, has_limit, has_stop, may_be_in_dollars},
};
use crate::{
    components::{Field, Segmented, when},
    format,
};

/// Units or, of an order that may be, dollars: the button in the box says which, and changes it.
#[component]
pub(super) fn AmountField() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let units = form.instrument.with_value(|i| match i.asset_type {
        AssetType::Stock => "Shares",
        AssetType::Crypto => "Coins",
    });
    let step = move |ev: KeyboardEvent| {
        if let Some(up) = direction(&ev) {
            let is_in_dollars = form.is_in_dollars.get_untracked();
            let next = form.instrument.with_value(|i| form.amount.with_untracked(|text| stepped_amount(text, i, is_in_dollars, up)));
            form.amount.set(next.unwrap_or_default());
            form.edited();
        }
    };
    let change = move |_| {
        form.is_in_dollars.update(|is_in_dollars| *is_in_dollars = !*is_in_dollars);
        form.amount.set(String::new());
        form.edited();
    };
    let unit = move || format::one_of(form.is_in_dollars.get(), "Dollars", units);
    let button = move || {
        view! {
            <button type="button" class="field-unit" aria-label=move || [&unit(), ": change the unit"].concat() data-testid="ticket-unit"
                disabled=move || !may_be_in_dollars(&form.kind.read()) on:click=change>{unit}</button>
        }
        .into_any()
    };
    let error = move || form.error(if form.is_in_dollars.get() { "notional" } else { "qty" }, form.amount);
    view! {
        <Field label="Amount" name="qty" inputmode="decimal" autocomplete="off" placeholder="0" testid="ticket-qty" value=form.amount
            error=Signal::derive(error) suffix=button
            on_input=Callback::new(move |_: String| form.edited()) on_key=Callback::new(step)/>
    }
}

/// The prices that a kind of order has.
pub(super) fn price_fields(form: TicketForm, kind: &str) -> AnyView {
    let stop = has_stop(kind)
        .then(|| view! { <PriceField label="Stop price" name="stop_price" testid="ticket-stop-price" text=form.stop_price/> }.into_any());
    let limit = has_limit(kind).then(|| {
        view! { <PriceField label="Limit price" name="limit_price" testid="ticket-limit-price" text=form.limit_price/> }.into_any()
    });
    let trail = (kind == "trailing_stop").then(|| view! { <TrailField/> }.into_any());
    [stop, limit, trail].into_iter().flatten().collect_view().into_any()
}

#[component]
pub(super) fn PriceField(label: &'static str, name: &'static str, testid: &'static str, text: RwSignal<String>) -> impl IntoView {
    let form = expect_context::<TicketForm>();
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
    let hint = form.instrument.with_value(|i| format!("Steps of {}", format::price_on(i.tick, i.tick)));
    view! {
        <Field label name inputmode="decimal" autocomplete="off" testid=testid value=text hint=hint
            error=Signal::derive(move || form.error(name, text))
            on_input=Callback::new(move |_: String| form.edited()) on_key=Callback::new(step)/>
    }
}

/// How far a trailing stop stays behind, in percent or in dollars.
#[component]
fn TrailField() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let unit = move |unit: String| {
        form.is_trail_percent.set(unit == "percent");
        form.edited();
    };
    let error = move || form.error("trail_percent", form.trail).or_else(|| form.error("trail_price", form.trail));
    view! {
        <Field label="Trail by" name="trail" inputmode="decimal" autocomplete="off" testid="ticket-trail" value=form.trail
            error=Signal::derive(error) on_input=Callback::new(move |_: String| form.edited())/>
        <Segmented label="Trail in" options=words(&[("percent", "Percent"), ("dollars", "Dollars")]) testid="ticket-trail-unit"
            selected=Signal::derive(move || format::one_of(form.is_trail_percent.get(), "percent", "dollars")) on_select=unit/>
    }
}

/// What guards a buy once it has filled, or the stop beside a limit that sells. Empty ones are not wanted.
#[component]
pub(super) fn ExitFields() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let is_buy = Memo::new(move |_| form.side.get() == Side::Buy);
    let is_shown = Memo::new(move |_| is_buy.get() || &*form.kind.read() == "limit");
    let profit = move || view! { <PriceField label="Take profit at" name="take_profit.limit_price" testid="ticket-take-profit" text=form.take_profit/> };
    view! {
        <details class="ticket-exits" hidden=move || !is_shown.get()>
            <summary data-testid="ticket-exits">"Take profit and stop loss"</summary>
            {move || when(is_buy.get(), || profit().into_any())}
            <PriceField label="Stop loss at" name="stop_loss.stop_price" testid="ticket-stop-loss" text=form.stop_loss/>
        </details>
    }
}

pub(super) fn words(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
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
