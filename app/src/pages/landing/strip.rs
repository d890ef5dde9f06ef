//! Well-known symbols at their newest simulated prices.

use leptos::prelude::*;
use speedtrade::wire::QuoteView;

use crate::{api::market::ticker, components::Delta, format, live};

#[component]
pub(super) fn TickerStrip() -> impl IntoView {
    let quotes = Resource::new(|| (), |()| ticker());
    view! {
        <section class="strip" aria-label="Simulated prices">
            <ul>
                <Suspense fallback=|| ()>
                    {move || Suspend::new(async move {
                        quotes.await.unwrap_or_default().into_iter().map(|quote| view! { <Item quote/> }.into_any()).collect_view().into_any()
                    })}
                </Suspense>
            </ul>
        </section>
    }
}

#[component]
fn Item(quote: QuoteView) -> impl IntoView {
    let newest = live::price(&quote.symbol);
    let symbol = quote.symbol.as_str().to_owned();
    let path = format!("/trade/{}", quote.symbol.slug());
    let (price, change) = (quote.price, quote.change_pct);
    let price = move || format::price(newest.with(|newest| newest.as_ref().map_or(price, |update| update.price)));
    let change = Signal::derive(move || newest.with(|newest| newest.as_ref().map_or(change, |update| update.change_pct)));
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
