//! What traders ask for in these tests.

use crate::order::{OrderTicket, StopLossTicket, TakeProfitTicket};

/// `price` goes where the kind has its first one.
pub(super) fn ticket(side: &str, kind: &str, qty: &str, price: Option<&str>) -> OrderTicket {
    let text = |wanted: &str| price.filter(|_| kind == wanted).map(ToOwned::to_owned);
    OrderTicket {
        symbol: "AAPL".to_owned(),
        side: side.to_owned(),
        kind: kind.to_owned(),
        qty: Some(qty.to_owned()),
        limit_price: text("limit"),
        stop_price: text("stop"),
        trail_price: text("trailing_stop"),
        ..OrderTicket::default()
    }
}

pub(super) fn with_tif(tif: &str, ticket: OrderTicket) -> OrderTicket {
    OrderTicket { time_in_force: Some(tif.to_owned()), ..ticket }
}

pub(super) fn with_exits(class: &str, profit: Option<&str>, stop: Option<&str>, ticket: OrderTicket) -> OrderTicket {
    OrderTicket {
        order_class: Some(class.to_owned()),
        take_profit: profit.map(|p| TakeProfitTicket { limit_price: p.to_owned() }),
        stop_loss: stop.map(|p| StopLossTicket { stop_price: p.to_owned(), limit_price: None }),
        ..ticket
    }
}
