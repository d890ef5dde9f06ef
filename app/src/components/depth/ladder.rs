//! Asks above, bids below, the spread between them; a bar says how much stands at a price beside the others.

use leptos::prelude::*;
use speedtrade::{market::Level, money::Price, wire::BookView};

use crate::{components::when, format, live};

/// Rows a side: as many as fit beside the chart.
const ROWS: usize = 10;

#[component]
pub(super) fn Ladder(frame: Signal<Option<String>>, tick: Price) -> impl IntoView {
    let book = Memo::new(move |_| frame.with(|text| text.as_deref().and_then(live::data_of::<BookView>)));
    let rows = move |is_bid: bool| {
        book.with(|book| {
            let Some(book) = book else { return Vec::new() };
            let shown = |levels: &[Level]| levels.iter().take(ROWS).copied().collect::<Vec<_>>();
            let (bids, mut asks) = (shown(&book.bids), shown(&book.asks));
            let most = bids.iter().chain(&asks).map(|level| level.qty.to_atoms()).max().unwrap_or(1).max(1);
            asks.reverse();
            let side = if is_bid { bids } else { asks };
            side.into_iter().map(|level| row(level, tick, most, is_bid)).collect()
        })
    };
    let spread =
        move || book.with(|book| book.as_ref().and_then(|book| Some(book.asks.first()?.price.difference(book.bids.first()?.price))));
    let is_unknown = Memo::new(move |_| book.with(|book| book.as_ref().is_none_or(|book| book.bids.is_empty() && book.asks.is_empty())));
    view! {
        <table class="ladder" data-testid="ladder">
            <caption class="visually-hidden">"Order book: asks, then bids, the best nearest to the middle"</caption>
            <thead><tr><th scope="col">"Price"</th><th scope="col" class="num">"Size"</th></tr></thead>
            <tbody class="ladder-asks">{move || rows(false)}</tbody>
            <tbody class="ladder-middle"><tr><td>"Spread"</td><td class="num price">{move || spread().map(format::money)}</td></tr></tbody>
            <tbody class="ladder-bids">{move || rows(true)}</tbody>
        </table>
        {move || when(is_unknown.get(), || view! { <p class="muted">"Waiting for the book…"</p> }.into_any())}
    }
}

fn row(level: Level, tick: Price, most: i64, is_bid: bool) -> AnyView {
    let share = (level.qty.to_atoms() / (most / 100).max(1)).clamp(1, 100).to_string();
    view! {
        <tr data-testid=if is_bid { "bid-row" } else { "ask-row" }>
            <td class="price">{format::price_on(level.price, tick)}</td>
            <td class="num price">
                <svg class="ladder-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect width=share height="1"></rect></svg>
                {format::size(level.qty)}
            </td>
        </tr>
    }
    .into_any()
}
