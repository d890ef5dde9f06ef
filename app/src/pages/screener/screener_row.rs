//! One match: its figures as they move, and how many whole units the account could buy.

use leptos::prelude::*;
use speedtrade::{market::Quote, money::Qty, wire::QuoteView};

use crate::{
    components::{
        Delta,
        quote::{LastPrice, RowPrice, live_quote, stale, symbol_link, trade_path, watch_links},
        when,
    },
    format,
    state::desk::use_desk,
};

#[component]
pub(super) fn ScreenerRow(quote: QuoteView) -> impl IntoView {
    let desk = use_desk();
    let (of, usual) = (live_quote(&quote), quote.usual_volume.unwrap_or(Qty::ZERO));
    let now = RowPrice::of(of, stale(&quote));
    let volume = move || of.with(|of| format::compact(of.volume));
    let of_usual = move || of.with(|of| of.rel_volume_pct(usual)).map(format::share).unwrap_or_default();
    let in_range = move || of.with(Quote::range_pct).map(format::share).unwrap_or_default();
    let afford = move || {
        let power = desk.with(|desk| desk.map(|desk| desk.portfolio.buying_power))?;
        Some(format::qty(Qty::affordable(power, now.price.get(), Qty::ONE)))
    };
    let (link, href) = (symbol_link(&quote.symbol), trade_path(&quote.symbol));
    let watch = when(desk.is_signed_in(), || watch_links(&quote.symbol));
    let symbol = quote.symbol.to_string();
    let action = format!("Trade {symbol}");
    view! {
        <tr data-testid="screener-row" data-symbol=symbol>
            <th scope="row">{link}</th>
            <td data-label="Name"><span>{quote.name}</span></td>
            <td data-label="Sector" class="muted"><span>{quote.sector}</span></td>
            <td class="num" data-label="Price"><LastPrice price=now.price is_stale=now.is_stale/></td>
            <td class="num" data-label="Change"><Delta value=now.change_pct/></td>
            <td class="num" data-label="Volume">{move || volume()}</td>
            <td class="num by-rel_volume_pct" data-label="Of usual volume">{move || of_usual()}</td>
            <td class="num by-range_pct" data-label="In day range">{move || in_range()}</td>
            <td class="num by-volatility_pct" data-label="Volatility">{quote.volatility_pct.map(format::share)}</td>
            {when(desk.is_signed_in(), || view! { <td class="num" data-label="You can afford">{move || afford().unwrap_or_default()}</td> }.into_any())}
            <td><div class="row-actions">{watch}<a href=href class="button button-quiet button-small" aria-label=action>"Trade"</a></div></td>
        </tr>
    }
}
