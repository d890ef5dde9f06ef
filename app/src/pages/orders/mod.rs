//! Every order of the account, by state; the filter lives in the address.

mod cancel_all;
mod order_list;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::opening::{opening, trouble};
use crate::api::{
    OrderStatusFilter,
    page::{PageData, PageQuery},
};
use order_list::OrderList;

#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let status = Memo::new(move |_| parse_status(query.read().get_str("status").unwrap_or_default()));
    let body = move |answer| match answer {
        Ok(PageData::Orders(page)) => view! { <OrderList status=status.get_untracked() page/> }.into_any(),
        other => trouble(other),
    };
    view! {
        <Title text="Orders"/>
        <h1>"Orders"</h1>
        <nav class="chips" aria-label="Filter">
            {[("all", "All"), ("open", "Open"), ("closed", "Closed")].into_iter().map(|(word, label)| {
                let current = move || (status.get() == parse_status(word)).then_some("true");
                view! { <a class="chip" href=format!("/orders?status={word}") aria-current=current>{label}</a> }.into_any()
            }).collect_view()}
        </nav>
        {opening(move || PageQuery::Orders(status.get()), 12, body)}
    }
}

fn parse_status(word: &str) -> OrderStatusFilter {
    match word {
        "open" => OrderStatusFilter::Open,
        "closed" => OrderStatusFilter::Closed,
        _ => OrderStatusFilter::All,
    }
}
