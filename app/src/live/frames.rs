//! What the host says on the socket, read in two steps: which event it is, then what a page needs of it.

use serde::Deserialize;
use speedtrade::wire::{OrderUpdate, PriceUpdate};

use crate::api::read as read_json;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Price(PriceUpdate),
    Order(OrderUpdate),
    /// The account's events have come as far as this number.
    Account(i64),
    /// Nothing to act on, but the host lives.
    Other,
}

#[derive(Deserialize)]
struct Frame<'a> {
    event: &'a str,
}

#[derive(Deserialize)]
struct With<T> {
    data: T,
}

#[derive(Deserialize)]
struct Numbered {
    seq: i64,
}

/// `None` for what is no frame of ours.
pub(super) fn read(text: &str) -> Option<Heard> {
    match read_json::<Frame>(text).ok()?.event {
        "price_update" => read_json(text).ok().map(|With { data }| Heard::Price(data)),
        "order_update" => read_json(text).ok().map(|With { data }| Heard::Order(data)),
        "position_update" | "orders_subscribed" => read_json(text).ok().map(|With { data: Numbered { seq } }| Heard::Account(seq)),
        _ => Some(Heard::Other),
    }
}

#[cfg(test)]
mod tests {
    use speedtrade::wire::{PositionUpdate, ServerFrame, WireError};

    use super::*;

    fn heard(frame: &ServerFrame) -> Option<Heard> {
        read(&serde_json::to_string(frame).expect("serializable"))
    }

    fn price() -> PriceUpdate {
        let text = r#"{"symbol":"AAPL","price":"178.50","bid":"178.49","ask":"178.51","change":"-1.50","change_pct":"-0.83","timestamp":1763802000123}"#;
        serde_json::from_str(text).expect("valid")
    }

    fn position(seq: i64) -> PositionUpdate {
        let text = r#"{"seq":0,"symbol":"AAPL","qty":"1","avg_entry_price":null,"unrealized_pl":"0","realized_pl":"0","cash":"1","buying_power":"1","timestamp":1}"#;
        PositionUpdate { seq, ..serde_json::from_str(text).expect("valid") }
    }

    #[test]
    fn every_frame_of_the_host_is_understood() {
        assert_eq!(heard(&ServerFrame::PriceUpdate(price())), Some(Heard::Price(price())));
        assert_eq!(heard(&ServerFrame::PositionUpdate(position(7))), Some(Heard::Account(7)));
        assert_eq!(heard(&ServerFrame::OrdersSubscribed { seq: 9 }), Some(Heard::Account(9)));
        let error = WireError { code: "x".to_owned(), detail: "say \"please\"".to_owned() };
        for other in [ServerFrame::Authenticated {}, ServerFrame::Pong { t: 1 }, ServerFrame::Error(error)] {
            assert_eq!(heard(&other), Some(Heard::Other), "{other:?}");
        }
    }

    #[test]
    fn an_order_is_read_whole() {
        let update = crate::live::news::tests::update(speedtrade::order::OrderStatus::Filled);
        assert_eq!(heard(&ServerFrame::OrderUpdate(update.clone())), Some(Heard::Order(update)));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in ["", "{}", "[]", r#"{"event":"price_update","data":{}}"#, r#"{"event":"price_update"}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
