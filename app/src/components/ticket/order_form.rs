//! The form itself.

use leptos::{ev::SubmitEvent, prelude::*};
use speedtrade::order::Side;

use super::{
    fields::{AmountField, ExitFields, price_fields, words},
    form::TicketForm,
    quick::QuickParts,
    submit::Submit,
    tif::TimeInForce,
};
use crate::{
    components::{Badge, Segmented},
    state::account,
};

const KINDS: [(&str, &str); 5] =
    [("market", "Market"), ("limit", "Limit"), ("stop", "Stop"), ("stop_limit", "Stop limit"), ("trailing_stop", "Trailing")];

#[component]
pub fn Ticket() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let send = move |ev: SubmitEvent| {
        ev.prevent_default();
        form.send();
    };
    let pick_side = move |side: String| form.choose_side(if side == "sell" { Side::Sell } else { Side::Buy });
    let account = account::account();
    let symbol = form.instrument.with_value(|i| i.symbol.to_string());

    view! {
        <form class="ticket" data-testid="ticket" aria-label="Order ticket" novalidate=true on:submit=send>
            <div class="ticket-head">
                <h2>"Order " {symbol}</h2>
                <Badge kind=account::badge(account.money) text=account.words/>
            </div>
            <div class="ticket-sides">
                <Segmented label="Side" options=words(&[("buy", "Buy"), ("sell", "Sell")]) testid="ticket-side"
                    selected=Signal::derive(move || form.side.get().as_str().to_owned()) on_select=pick_side/>
            </div>
            <Segmented label="Order type" options=words(&KINDS) testid="ticket-type"
                selected=form.kind on_select=move |kind| form.choose_kind(kind)/>
            <AmountField/>
            <QuickParts/>
            {move || price_fields(form, &form.kind.get())}
            <TimeInForce/>
            <ExitFields/>
            <Submit/>
            // As text: a browser with scripts has no elements in here to hydrate.
            <noscript inner_html="Sending orders needs JavaScript. Prices and positions on this page don't."></noscript>
        </form>
    }
}
