//! What fired, newest first, as the alerts were then.

use leptos::prelude::*;
use speedtrade::wire::FiringView;

use crate::{
    components::{Empty, Row, quote::symbol_link, rows, when},
    format,
};

#[component]
pub(super) fn FiringsTable(firings: Signal<Vec<FiringView>>) -> impl IntoView {
    let is_empty = Memo::new(move |_| firings.with(Vec::is_empty));
    view! {
        <div class="table-scroll">
            <table class="data-table cards" data-testid="firings-table" hidden=is_empty>
                <caption class="visually-hidden">"What fired, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Time (UTC)"</th>
                        <th scope="col">"Symbol"</th>
                        <th scope="col">"When"</th>
                        <th scope="col" class="num">"Price"</th>
                        <th scope="col">"Note"</th>
                    </tr>
                </thead>
                <tbody>{rows(move || firings.get().into_iter().map(row).collect())}</tbody>
            </table>
        </div>
        {move || when(is_empty.get(), || view! { <Empty text="Nothing has fired yet."/> }.into_any())}
    }
}

fn row(firing: FiringView) -> Row {
    Row::new(firing.id, move || {
        view! {
            <tr data-testid="firing-row" data-symbol=firing.symbol.to_string()>
                <td data-label="Time (UTC)" class="muted">{format::time(firing.fired_at)}</td>
                <th scope="row">{symbol_link(&firing.symbol)}</th>
                <td data-label="When">{firing.summary}</td>
                <td data-label="Price" class="num">{format::price(firing.price)}</td>
                <td data-label="Note">{firing.note}</td>
            </tr>
        }
        .into_any()
    })
}
