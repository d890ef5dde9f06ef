//! Well-known symbols at their newest simulated prices.

use leptos::prelude::*;
use speedtrade::wire::QuoteView;

use crate::{
    api::page::{PageData, PageQuery},
    components::{Delta, quote::trade_path},
    format, live,
    pages::opening::{Answer, opening},
};

#[component]
pub(super) fn TickerStrip() -> impl IntoView {
    view! {
        <section class="strip" aria-label="Simulated prices">
            <ul>
                {opening(|| PageQuery::Ticker, 0, body)}
            </ul>
        </section>
    }
}

/// Without prices the page is what it was: nobody came for the strip alone.
fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Ticker(quotes)) => quotes.into_iter().map(|quote| view! { <Item quote/> }.into_any()).collect_view().into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn Item(quote: QuoteView) -> impl IntoView {
    let newest = live::price(&quote.symbol);
    let symbol = quote.symbol.as_str().to_owned();
    let path = trade_path(&quote.symbol);
    let (price, change) = (quote.price, quote.change_pct);
    let price = move || format::price(newest.with(|newest| newest.as_ref().map_or(price, |update| update.price)));
    let change =
        Signal::derive(move || newest.with(|newest| newest.as_ref().map_or(change, |update| update.price.change_pct(update.prev_close))));
    view! {
        <li>
            <a href=path>
                <strong>{symbol}</strong>
                <span class="price">{move || price()}</span>
                <Delta value=change/>
            </a>
        </li>
    }
}
