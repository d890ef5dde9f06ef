//! The frames that tell a user what happened to an order.

use speedtrade::{
    money::Usd,
    order::OrderEvent,
    time::Timestamp,
    wire::{OrderUpdate, PositionUpdate, ServerFrame},
};

use crate::json;

/// One order update, and after a fill or a bust one position update; each takes the next number of the user's sequence.
pub(super) fn of_event(event: &OrderEvent, last_seq: &mut i64, now: Timestamp) -> Vec<(i64, ServerFrame)> {
    if event.is_quiet {
        return Vec::new();
    }
    let mut next_seq = || {
        *last_seq += 1;
        *last_seq
    };
    let mut frames = Vec::with_capacity(2);
    let seq = next_seq();
    frames.push((seq, ServerFrame::OrderUpdate(order_update(event, seq, now))));
    if event.fill.is_some() || event.bust.is_some() {
        let seq = next_seq();
        frames.extend(position_update(event, seq, now).map(|update| (seq, ServerFrame::PositionUpdate(update))));
    }
    frames
}

fn order_update(event: &OrderEvent, seq: i64, now: Timestamp) -> OrderUpdate {
    let order = &event.order;
    OrderUpdate {
        seq,
        order_id: order.id,
        client_order_id: order.client_order_id.clone(),
        symbol: order.symbol.clone(),
        side: order.side,
        status: order.status,
        qty: order.qty,
        filled_qty: order.filled_qty,
        filled_avg_price: order.filled_avg_price(),
        reject_reason: order.reject_reason.clone(),
        timestamp: now.millis(),
    }
}

/// Valued at the price of the fill.
fn position_update(event: &OrderEvent, seq: i64, now: Timestamp) -> Option<PositionUpdate> {
    let position = event.position.as_ref()?;
    let price = event.fill.as_ref().map(|fill| fill.price).or(position.avg_entry_price());
    Some(PositionUpdate {
        seq,
        symbol: position.symbol.clone(),
        qty: position.qty,
        avg_entry_price: position.avg_entry_price(),
        unrealized_pl: price.and_then(|price| position.unrealized_pnl(price).ok()).unwrap_or(Usd::ZERO),
        realized_pl: position.realized_pnl,
        cash: event.cash.total().unwrap_or(event.cash.available),
        buying_power: event.cash.available,
        timestamp: now.millis(),
    })
}

/// As it is kept and sent.
pub(super) fn text_of(frame: &ServerFrame) -> String {
    const ROOM: usize = 512;
    let json = json::to_vec(frame, ROOM).expect("a frame is plain data");
    String::from_utf8(json).expect("JSON is text")
}
