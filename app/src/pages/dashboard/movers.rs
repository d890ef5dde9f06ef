//! The day's strongest and weakest.

use leptos::prelude::*;
use speedtrade::wire::QuoteView;

use crate::components::{
    Delta,
    quote::{LastPrice, live_row, symbol_link},
};

#[component]
pub(super) fn Movers(
    movers: Vec<QuoteView>,
    #[prop(default = "movers-table")] testid: &'static str,
    #[prop(default = "The day's strongest and weakest")] caption: &'static str,
) -> impl IntoView {
    view! {
        <table class="data-table" data-testid=testid>
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">"Symbol"</th>
                    <th scope="col" class="num">"Price"</th>
                    <th scope="col" class="num">"Change"</th>
                </tr>
            </thead>
            <tbody>{movers.iter().map(row).collect_view()}</tbody>
        </table>
    }
}

fn row(quote: &QuoteView) -> AnyView {
    let now = live_row(quote);
    view! {
        <tr>
            <th scope="row">
                {symbol_link(&quote.symbol)} <span class="sub">{quote.name.clone()}</span>
            </th>
            <td class="num" data-label="Price"><LastPrice price=now.price is_stale=now.is_stale/></td>
            <td class="num" data-label="Change"><Delta value=now.change_pct/></td>
        </tr>
    }
    .into_any()
}
