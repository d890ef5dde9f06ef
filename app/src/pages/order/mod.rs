//! One order: its terms, where it stands, and everything that happened to it.

mod timeline;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use speedtrade::wire::OrderView;

use super::opening::{follow, opening_text};
use crate::{
    api::page::PageQuery,
    components::{
        Panel,
        blotter::{FillsTable, held_words, status_badge, terms_words},
        quote::symbol_link,
    },
    format,
};
use timeline::Timeline;

#[component]
pub fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get_str("id").unwrap_or_default().to_owned();
    view! {
        <Title text="Order"/>
        {opening_text(move || PageQuery::Order(id()), 8, |order| view! { <OneOrder order/> }.into_any())}
    }
}

#[component]
fn OneOrder(order: OrderView) -> impl IntoView {
    let id = order.id;
    let title = format!("{} {} {}", format::side(order.side), format::qty(order.qty), order.symbol);
    let link = symbol_link(&order.symbol);
    let order = RwSignal::new(order);
    follow(move || PageQuery::Order(id.to_string()), None, order);
    let fills = Signal::derive(move || order.with(|order| order.fills.clone().unwrap_or_default()));
    let moments = Signal::derive(move || order.with(|order| order.timeline.clone().unwrap_or_default()));
    view! {
        <h1>{title}</h1>
        <div class="order-page">
            <Panel title="Order">
                <p class="order-symbol">{link}</p>
                {move || order.with(facts)}
            </Panel>
            <Panel title="What happened">
                <Timeline moments/>
            </Panel>
            <Panel title="Fills">
                <FillsTable fills/>
            </Panel>
        </div>
    }
}

fn facts(order: &OrderView) -> AnyView {
    let took = |us: Option<i64>| us.map(format::ms);
    let average = order.filled_avg_price.map(format::price);
    let shown = [
        ("Terms", Some(terms_words(order))),
        ("Quantity", Some(format::qty(order.qty))),
        ("Filled", Some(format::qty(order.filled_qty))),
        ("Average", average),
        ("Fees", Some(format::money(order.fees))),
        ("Desk took", took(order.desk_us)),
        ("Venue took", took(order.venue_us)),
        ("Venue order id", order.external_order_id.clone()),
        ("Client order id", Some(order.client_order_id.to_string())),
    ];
    let shown = shown.into_iter().filter_map(|(name, value)| Some((name, value?)));
    view! {
        <div class="order-state" data-testid="order-state" data-status=order.status.as_str()>
            {status_badge(order)}
            {held_words(order).map(|words| view! { <p class="muted">{words}</p> })}
            {order.reject_reason.clone().map(|reason| view! { <p class="muted">{reason}</p> })}
        </div>
        <dl class="facts">
            {shown.map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> }.into_any()).collect_view()}
        </dl>
    }
    .into_any()
}
