//! What the host says on the socket, read in two steps: which event it is, then what a page needs of it.

use serde::Deserialize;
use speedtrade::wire::{AlertTriggered, OrderUpdate};

use super::{data_of, feeds::FeedState};

use crate::api::read as read_json;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The symbols that are followed, the numbers that stand for them in records, and the host's clock.
    Subscribed(Vec<String>, Vec<u32>, i64),
    Feeds(Vec<FeedState>),
    Order(OrderUpdate),
    Alert(AlertTriggered),
    /// The account's events have come as far as this number.
    Account(i64),
    /// For whoever follows it.
    Topic(String),
}

#[derive(Deserialize)]
struct Frame<'a> {
    event: &'a str,
}

#[derive(Deserialize)]
struct Subscribed {
    symbols: Vec<String>,
    #[serde(default)]
    ids: Vec<u32>,
    now: i64,
}

#[derive(Deserialize)]
struct Feeds {
    feeds: Vec<FeedState>,
}

#[derive(Deserialize)]
struct Numbered {
    seq: i64,
}

/// `None` for what is no frame of ours.
pub(super) fn read(text: &str) -> Option<Heard> {
    match read_json::<Frame>(text).ok()?.event {
        "subscribed" => data_of(text).map(|Subscribed { symbols, ids, now }| Heard::Subscribed(symbols, ids, now)),
        "feed_status" => data_of(text).map(|Feeds { feeds }| Heard::Feeds(feeds)),
        "order_update" => data_of(text).map(Heard::Order),
        "alert_triggered" => data_of(text).map(Heard::Alert),
        "position_update" | "orders_subscribed" => data_of(text).map(|Numbered { seq }| Heard::Account(seq)),
        event => Some(Heard::Topic(event.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use speedtrade::{
        instrument::AssetType,
        wire::{FeedView, PositionUpdate, ServerFrame, WireError},
    };

    use super::*;

    fn heard(frame: &ServerFrame) -> Option<Heard> {
        read(&serde_json::to_string(frame).expect("serializable"))
    }

    fn position(seq: i64) -> PositionUpdate {
        let text = r#"{"seq":0,"symbol":"AAPL","qty":"1","avg_entry_price":null,"unrealized_pl":"0","realized_pl":"0","cash":"1","buying_power":"1","timestamp":1}"#;
        PositionUpdate { seq, ..serde_json::from_str(text).expect("valid") }
    }

    #[test]
    fn every_frame_of_the_host_is_understood() {
        let subscribed = ServerFrame::Subscribed { symbols: vec!["AAPL".parse().expect("valid")], ids: vec![3], now: 5 };
        assert_eq!(heard(&subscribed), Some(Heard::Subscribed(vec!["AAPL".to_owned()], vec![3], 5)));
        assert_eq!(heard(&ServerFrame::PositionUpdate(position(7))), Some(Heard::Account(7)));
        assert_eq!(heard(&ServerFrame::OrdersSubscribed { seq: 9 }), Some(Heard::Account(9)));
        let error = WireError { code: "x".to_owned(), detail: "say \"please\"".to_owned() };
        for (other, event) in
            [(ServerFrame::Authenticated {}, "authenticated"), (ServerFrame::Pong { t: 1 }, "pong"), (ServerFrame::Error(error), "error")]
        {
            assert_eq!(heard(&other), Some(Heard::Topic(event.to_owned())));
        }
    }

    #[test]
    fn a_feed_that_speaks_and_is_not_live_is_trouble() {
        let feed = |health: &str, speaks_for: Vec<AssetType>| FeedView {
            feed: "binance".to_owned(),
            health: health.to_owned(),
            detail: Some("closed".to_owned()),
            serves: vec![AssetType::Crypto],
            speaks_for,
            heard_at: None,
            silent_ms: Some(2_500),
        };
        let crypto = || vec![AssetType::Crypto];
        let frame = ServerFrame::FeedStatus { feeds: vec![feed("silent", crypto()), feed("live", crypto()), feed("down", Vec::new())] };
        let Some(Heard::Feeds(feeds)) = heard(&frame) else { panic!("not understood") };
        let trouble: Vec<_> = feeds.iter().map(|feed| feed.is_trouble_for(AssetType::Crypto)).collect();
        assert_eq!((trouble, feeds[0].silent_ms()), (vec![true, false, false], 2_500));
    }

    #[test]
    fn an_order_is_read_whole() {
        let update = crate::live::news::tests::update(speedtrade::order::OrderStatus::Filled);
        assert_eq!(heard(&ServerFrame::OrderUpdate(update.clone())), Some(Heard::Order(update)));
    }

    #[test]
    fn an_alert_is_read_whole() {
        let told = crate::live::news::tests::told("sell \"some\"");
        assert_eq!(heard(&ServerFrame::AlertTriggered(told.clone())), Some(Heard::Alert(told)));
    }

    #[test]
    fn garbage_is_nothing() {
        for text in ["", "{}", "[]", r#"{"event":"order_update","data":{}}"#, r#"{"event":"feed_status"}"#] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
