//! One order. A change of it is a new row with the same place.

use leptos::prelude::*;
use speedtrade::{
    order::{OrderStatus, OrderTicket, Role},
    wire::OrderView,
};

use super::{cancel_button::CancelButton, edit_button::EditButton};
use crate::{
    components::{Badge, BadgeKind, quote::symbol_link, when, when_some},
    format,
    state::account::{self, Money},
};

#[component]
pub(super) fn OrderRow(order: OrderView, changed: Callback<OrderView>) -> impl IntoView {
    let terms = terms_words(&order);
    let name = format!("{} {} {}", format::side(order.side), format::qty(order.qty), order.symbol);
    let average = order.filled_avg_price.map_or_else(|| "–".to_owned(), format::price);
    let is_changeable = matches!(order.kind.as_str(), "limit" | "stop" | "stop_limit") && !order.is_external;
    let can_change = is_changeable && order.status.is_open();
    let (whole, what) = (order.clone(), name.clone());
    let edit = when(can_change, || view! { <EditButton order=whole name=what changed/> }.into_any());
    let action = when(order.status.is_open(), || view! { <CancelButton id=order.id name changed/> }.into_any());
    let role = order.role.map(|role| view! { <p class="muted">{role_words(role)}</p> }.into_any());
    view! {
        <tr data-testid="order-row" data-status=order.status.as_str() data-order-id=order.id.to_string() data-symbol=order.symbol.to_string()>
            <td data-label="Time (UTC)"><a class="muted" href=format!("/orders/{}", order.id)>{format::time(order.created_at)}</a></td>
            <th scope="row">{symbol_link(&order.symbol)}</th>
            <td data-label="Side" class=order.side.as_str()>{format::side(order.side)}</td>
            <td data-label="Type">{terms}{role}</td>
            <td data-label="Quantity" class="num">{format::qty(order.qty)}</td>
            <td data-label="Filled" class="num">{format::qty(order.filled_qty)}</td>
            <td data-label="Average" class="num">{average}</td>
            <td data-label="Status">
                {status_badge(&order)}
                {when_some(held_words(&order), |words| view! { <p class="muted">{words}</p> }.into_any())}
                {when_some(order.reject_reason, |reason| view! { <p class="muted">{reason}</p> }.into_any())}
            </td>
            <td><div class="row-actions">{edit}{action}</div></td>
        </tr>
    }
}

/// A ticket that the host has not answered yet.
pub(super) fn sending_row(ticket: &OrderTicket) -> AnyView {
    let side = if ticket.side == "sell" { "Sell" } else { "Buy" };
    let dollars = ticket.notional.as_ref().map(|dollars| ["$", dollars].concat());
    view! {
        <tr class="order-sending" data-testid="order-row" data-status="sending" data-symbol=ticket.symbol.clone()>
            <td data-label="Time (UTC)" class="muted">"now"</td>
            <th scope="row">{ticket.symbol.clone()}</th>
            <td data-label="Side" class=ticket.side.clone()>{side}</td>
            <td data-label="Type">{ticket.kind.clone()}</td>
            <td data-label="Quantity" class="num">{ticket.qty.clone().or(dollars)}</td>
            <td data-label="Filled" class="num">"0"</td>
            <td data-label="Average" class="num">"–"</td>
            <td data-label="Status"><Badge kind=BadgeKind::Neutral text="Sending…"/></td>
            <td></td>
        </tr>
    }
    .into_any()
}

/// `Limit $20.00 · GTC`.
pub fn terms_words(order: &OrderView) -> String {
    let terms = format::terms(&order.kind, order.limit_price, order.stop_price);
    [&terms, " · ", &order.time_in_force.as_str().to_ascii_uppercase()].concat()
}

pub fn status_badge(order: &OrderView) -> AnyView {
    view! { <Badge kind=badge(order.status) text=format::status(order.status)/> }.into_any()
}

/// Where a live order stands, and what to do where nobody knows.
pub fn held_words(order: &OrderView) -> Option<&'static str> {
    match (order.status, order.is_external, order.held_by.as_str(), order.status.is_open()) {
        (OrderStatus::Unknown, ..) if order.needs_attention => Some(UNKNOWN_FOR_LONG),
        (OrderStatus::Unknown, ..) => Some(UNKNOWN),
        (_, true, ..) => Some("placed elsewhere"),
        (OrderStatus::PendingNew, ..) => Some("on its way to the venue"),
        (_, _, "venue", true) => Some("held by venue"),
        (_, _, "server", true) if account::account().money != Money::Paper => Some("held by SpeedTrade"),
        _ => None,
    }
}

const UNKNOWN: &str = "The venue has not answered. Its money stays reserved and SpeedTrade keeps asking: don't place it again. Look at the venue itself if it takes long.";

const UNKNOWN_FOR_LONG: &str = "The venue has not said for a quarter of an hour what became of it. Look at the venue itself. Its money stays reserved here until the venue answers: don't place it again.";

const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Entry => "with exits",
        Role::TakeProfit => "take profit",
        Role::StopLoss => "stop loss",
    }
}

const fn badge(status: OrderStatus) -> BadgeKind {
    match status {
        OrderStatus::Filled => BadgeKind::Good,
        OrderStatus::Rejected => BadgeKind::Bad,
        OrderStatus::Unknown | OrderStatus::Held => BadgeKind::Warn,
        OrderStatus::PendingNew
        | OrderStatus::New
        | OrderStatus::PartiallyFilled
        | OrderStatus::PendingCancel
        | OrderStatus::Canceled
        | OrderStatus::PendingReplace
        | OrderStatus::Replaced
        | OrderStatus::Expired => BadgeKind::Neutral,
    }
}
