//! Every order of the account, by state; the filter lives in the address.

mod cancel_all;
mod order_list;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    api::{OrderFilter, OrderStatusFilter, orders},
    components::{Skeleton, Trouble},
};
use order_list::OrderList;

const PAGE: usize = 50;

#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let status = Memo::new(move |_| parse_status(query.read().get_str("status").unwrap_or_default()));
    let first = Resource::new(move || status.get(), |status| orders::list_orders(first_page(status)));
    view! {
        <Title text="Orders"/>
        <h1>"Orders"</h1>
        <nav class="chips" aria-label="Filter">
            {[("all", "All"), ("open", "Open"), ("closed", "Closed")].map(|(word, label)| {
                let current = move || (status.get() == parse_status(word)).then_some("true");
                view! { <a class="chip" href=format!("/orders?status={word}") aria-current=current>{label}</a> }
            })}
        </nav>
        <Transition fallback=|| view! { <Skeleton rows=12/> }>
            {move || Suspend::new(async move {
                match first.await {
                    Ok(page) => view! { <OrderList status=status.get_untracked() page/> }.into_any(),
                    Err(error) => view! { <Trouble error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

fn parse_status(word: &str) -> OrderStatusFilter {
    match word {
        "open" => OrderStatusFilter::Open,
        "closed" => OrderStatusFilter::Closed,
        _ => OrderStatusFilter::All,
    }
}

fn first_page(status: OrderStatusFilter) -> OrderFilter {
    OrderFilter { status, symbol: None, limit: Some(PAGE), cursor: None }
}
