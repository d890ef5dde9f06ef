//! Orders, newest first, with the tickets that are still on their way above them.

use leptos::prelude::*;
use speedtrade::{order::OrderTicket, wire::OrderView};

use super::order_row::{OrderRow, sending_row};
use crate::components::{Empty, Row, rows, when};

/// `changed` hears of every order that a button in the table changed.
#[component]
pub fn OrdersTable(
    #[prop(into)] orders: Signal<Vec<OrderView>>,
    #[prop(optional, into)] sending: Signal<Vec<OrderTicket>>,
    changed: Callback<OrderView>,
    testid: &'static str,
    caption: &'static str,
    empty: &'static str,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| orders.with(Vec::is_empty) && sending.with(Vec::is_empty));
    view! {
        <div class="table-scroll">
            <table class="data-table cards" data-testid=testid hidden=is_empty>
                <caption class="visually-hidden">{caption}</caption>
                <thead>{head()}</thead>
                <tbody>
                    {move || sending.with(|sending| sending.iter().map(sending_row).collect_view().into_any())}
                    {rows(move || orders.get().into_iter().map(|order| row(order, changed)).collect())}
                </tbody>
            </table>
        </div>
        {move || when(is_empty.get(), || view! { <Empty text=empty/> }.into_any())}
    }
}

fn row(order: OrderView, changed: Callback<OrderView>) -> Row {
    let key = format!("{} {} {}", order.id, order.updated_at.micros(), order.status.as_str());
    Row::new(key, move || view! { <OrderRow order changed/> }.into_any())
}

fn head() -> impl IntoView {
    view! {
        <tr>
            <th scope="col">"Time (UTC)"</th>
            <th scope="col">"Symbol"</th>
            <th scope="col">"Side"</th>
            <th scope="col">"Type"</th>
            <th scope="col" class="num">"Quantity"</th>
            <th scope="col" class="num">"Filled"</th>
            <th scope="col" class="num">"Average"</th>
            <th scope="col">"Status"</th>
            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
}
