//! One holding. The row stays, its numbers move.

use leptos::prelude::*;
use speedtrade::{instrument::Symbol, money::Percent, wire::PositionView};

use super::close_button::CloseButton;
use crate::{
    components::{Delta, quote::symbol_link},
    format,
    state::desk::use_desk,
};

#[component]
pub(super) fn PositionRow(symbol: Symbol) -> impl IntoView {
    let desk = use_desk();
    let held = {
        let symbol = symbol.clone();
        Memo::new(move |_| desk.position(&symbol))
    };
    // Empty for the moment between the holding's end and the row's.
    let cell =
        move |read: fn(&PositionView) -> String| Signal::derive(move || held.with(|held| held.as_ref().map(read).unwrap_or_default()));
    let pct = Signal::derive(move || held.with(|held| held.as_ref().map_or(Percent::ZERO, |held| held.unrealized_plpc)));
    let name = held.with_untracked(|held| held.as_ref().map(|held| held.name.clone()));
    let (link, title) = (symbol_link(&symbol), symbol.to_string());

    view! {
        <tr data-testid="position-row" data-symbol=title>
            <th scope="row">{link} <span class="sub">{name}</span></th>
            <td class="num" data-label="Quantity" data-testid="position-qty">{cell(|held| format::qty(held.qty))}</td>
            <td class="num" data-label="Average entry" data-testid="position-avg">
                {cell(|held| held.avg_entry_price.map(format::price).unwrap_or_default())}
            </td>
            <td class="num price" data-label="Price">{cell(|held| format::price(held.current_price))}</td>
            <td class="num price" data-label="Value" data-testid="position-value">{cell(|held| format::money(held.market_value))}</td>
            <td class="num price" data-label="Unrealized">{cell(|held| format::signed_money(held.unrealized_pl))}</td>
            <td class="num price" data-label="Unrealized %"><Delta value=pct/></td>
            <td class="num price" data-label="Realized">{cell(|held| format::signed_money(held.realized_pl))}</td>
            <td><div class="row-actions"><CloseButton symbol/></div></td>
        </tr>
    }
}
