//! A quarter, a half or all of what the account can trade, in one press.

use leptos::prelude::*;
use speedtrade::{
    money::{Price, Qty, Usd},
    order::Side,
    risk::GAP_BUFFER_BPS,
};

use super::{amount::part, form::TicketForm};
use crate::components::when;

#[component]
pub(super) fn QuickParts() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let fill = move |percent: u32| {
        let symbol = form.instrument.with_value(|i| i.symbol.clone());
        let (power, held) = untrack(|| {
            let power = form.desk.portfolio().map_or(Usd::ZERO, |funds| funds.buying_power);
            (power, form.desk.position(&symbol).map_or(Qty::ZERO, |held| held.qty_available))
        });
        let side = form.side.get_untracked();
        let (price, quote) = untrack(|| (price_of(form, side), form.quote.get()));
        let quote = Some(&quote).filter(|_| &*form.kind.read_untracked() == "market");
        let qty = form.instrument.with_value(|i| part(percent, side, i, (price, quote), power, held));
        form.is_in_dollars.set(false);
        form.amount.set(qty.unwrap_or_default());
        form.edited();
    };
    let button = move |(percent, label, name): (u32, &'static str, &'static str)| {
        view! { <button type="button" class="chip" aria-label=name on:click=move |_| fill(percent)>{label}</button> }.into_any()
    };
    let parts = [
        (25, "25 %", "A quarter of what you can trade"),
        (50, "50 %", "Half of what you can trade"),
        (100, "Max", "All that you can trade"),
    ];
    when(form.desk.is_signed_in(), || view! { <div class="chips">{parts.into_iter().map(button).collect_view()}</div> }.into_any())
}

/// What a unit costs at most: the limit if there is one, else the stop or the touch with room for a gap.
fn price_of(form: TicketForm, side: Side) -> Price {
    let typed = match form.kind.get().as_str() {
        "limit" | "stop_limit" => form.limit_price.get().parse().ok(),
        "stop" => form.stop_price.get().parse().ok().and_then(with_gap),
        _ => None,
    };
    let touch = form.quote.with(|quote| quote.touch(side));
    typed.or_else(|| with_gap(touch)).unwrap_or(touch)
}

fn with_gap(price: Price) -> Option<Price> {
    price.shifted_bps(GAP_BUFFER_BPS)
}
