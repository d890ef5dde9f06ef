//! Executions, newest first.

use leptos::prelude::*;
use speedtrade::wire::FillView;

use crate::{
    components::{Empty, Row, quote::symbol_link, rows, when},
    format,
};

#[component]
pub fn FillsTable(#[prop(into)] fills: Signal<Vec<FillView>>) -> impl IntoView {
    let is_empty = Memo::new(move |_| fills.with(Vec::is_empty));
    view! {
        <div class="table-scroll">
            <table class="data-table cards" data-testid="fills-table" hidden=is_empty>
                <caption class="visually-hidden">"Fills"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Time (UTC)"</th>
                        <th scope="col">"Symbol"</th>
                        <th scope="col">"Side"</th>
                        <th scope="col" class="num">"Quantity"</th>
                        <th scope="col" class="num">"Price"</th>
                        <th scope="col" class="num">"Value"</th>
                    </tr>
                </thead>
                <tbody>
                    {rows(move || fills.get().into_iter().map(|fill| Row::new(fill.id, move || row(&fill))).collect())}
                </tbody>
            </table>
        </div>
        {move || when(is_empty.get(), || view! { <Empty text="Nothing has been bought or sold yet."/> }.into_any())}
    }
}

fn row(fill: &FillView) -> AnyView {
    view! {
        <tr data-testid="fill-row" data-symbol=fill.symbol.to_string()>
            <td data-label="Time (UTC)" class="muted">{format::time(fill.timestamp)}</td>
            <th scope="row">{symbol_link(&fill.symbol)}</th>
            <td data-label="Side" class=fill.side.as_str()>{format::side(fill.side)}</td>
            <td class="num" data-label="Quantity">{format::qty(fill.qty)}</td>
            <td class="num" data-label="Price">{format::price(fill.price)}</td>
            <td class="num" data-label="Value">{format::money(fill.value)}</td>
        </tr>
    }
    .into_any()
}
