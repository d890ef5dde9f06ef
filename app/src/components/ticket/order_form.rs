//! The form itself.

use leptos::{ev::SubmitEvent, prelude::*};
use speedtrade::order::Side;

use super::{
    fields::{PriceField, QtyField},
    form::TicketForm,
    quick::QuickParts,
    submit::Submit,
};
use crate::components::{Badge, BadgeKind, Segmented};

#[component]
pub fn Ticket() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let send = move |ev: SubmitEvent| {
        ev.prevent_default();
        form.send();
    };
    let pick_side = move |side: String| form.choose_side(if side == "sell" { Side::Sell } else { Side::Buy });
    let pick_tif = move |tif: String| {
        form.tif.set(tif);
        form.edited();
    };
    let symbol = form.instrument.with_value(|i| i.symbol.to_string());

    view! {
        <form class="ticket" data-testid="ticket" aria-label="Order ticket" novalidate=true on:submit=send>
            <div class="ticket-head">
                <h2>"Order " {symbol}</h2>
                <Badge kind=BadgeKind::Paper text="PAPER"/>
            </div>
            <div class="ticket-sides">
                <Segmented label="Side" options=words(&[("buy", "Buy"), ("sell", "Sell")]) testid="ticket-side"
                    selected=Signal::derive(move || form.side.get().as_str().to_owned()) on_select=pick_side/>
            </div>
            <Segmented label="Order type" options=words(&[("market", "Market"), ("limit", "Limit"), ("stop", "Stop")]) testid="ticket-type"
                selected=form.kind on_select=move |kind| form.choose_kind(kind)/>
            <QtyField/>
            <QuickParts/>
            {move || price_field(&form.kind.get())}
            <Segmented label="Time in force" options=words(&[("day", "Day"), ("gtc", "GTC")]) testid="ticket-tif"
                selected=form.tif on_select=pick_tif/>
            <Submit/>
            // As text: a browser with scripts has no elements in here to hydrate.
            <noscript inner_html="Sending orders needs JavaScript. Prices and positions on this page don't."></noscript>
        </form>
    }
}

fn words(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

fn price_field(kind: &str) -> AnyView {
    match kind {
        "limit" => view! { <PriceField is_stop=false/> }.into_any(),
        "stop" => view! { <PriceField is_stop=true/> }.into_any(),
        _ => ().into_any(),
    }
}
