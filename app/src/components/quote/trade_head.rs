//! What is traded and where its price stands.

use leptos::prelude::*;
use speedtrade::{instrument::Instrument, market::Quote, wire::QuoteView};

use super::{Change, LastPrice, RowPrice, stale, watch_links};
use crate::{
    components::{Badge, BadgeKind, when},
    format,
    state::session::use_user,
};

#[component]
pub fn TradeHead(instrument: Instrument, first: QuoteView, quote: Memo<Quote>) -> impl IntoView {
    let is_stale = stale(&first);
    let row = RowPrice::of(quote, is_stale);
    let symbol = instrument.symbol.clone();
    let is_signed_in = use_user().is_some();
    let source = first.source.to_ascii_uppercase();
    let kind = match first.source.as_str() {
        "simulated" => BadgeKind::Simulated,
        "reference" => BadgeKind::Warn,
        _ => BadgeKind::Neutral,
    };
    view! {
        <header class="trade-head">
            <div class="trade-title">
                <h1>{instrument.symbol.to_string()} " " <small class="muted">{instrument.name.clone()}</small></h1>
                <p class="muted">{format!("{} · {}", instrument.exchange, instrument.sector)} " " <Badge kind text=source/></p>
            </div>
            <div class="trade-price" class:stale=is_stale data-testid="trade-price">
                <LastPrice price=row.price tick=instrument.tick testid="price"/>
                <Change row/>
                {move || when(is_stale.get(), || view! { <Badge kind=BadgeKind::Warn text="Not current"/> }.into_any())}
            </div>
            {when(is_signed_in, || watch_links(&symbol))}
            <Facts tick=instrument.tick quote/>
        </header>
    }
}

#[component]
fn Facts(tick: speedtrade::money::Price, quote: Memo<Quote>) -> impl IntoView {
    let at = move |price| format::price_on(price, tick);
    let bid = move || quote.with(|q| format!("{} × {}", at(q.bid), format::size(q.bid_size)));
    let ask = move || quote.with(|q| format!("{} × {}", at(q.ask), format::size(q.ask_size)));
    let range = move || quote.with(|q| format!("{} – {}", at(q.low), at(q.high)));
    let volume = move || quote.with(|q| format::compact(q.volume));
    view! {
        <dl class="trade-facts price">
            <div><dt>"Bid"</dt><dd data-testid="bid">{move || bid()}</dd></div>
            <div><dt>"Ask"</dt><dd data-testid="ask">{move || ask()}</dd></div>
            <div><dt>"Day range"</dt><dd>{move || range()}</dd></div>
            <div><dt>"Volume"</dt><dd>{move || volume()}</dd></div>
        </dl>
    }
}
