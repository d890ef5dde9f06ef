//! WebSocket frames: `{"event": ..., "data": ...}`. Times are Unix milliseconds.

use serde::{Deserialize, Serialize};

use super::{BookView, FeedView, PrintsView, QuoteView};
use crate::{
    alert::Fired,
    ids::{AlertId, FiringId, OrderId},
    instrument::Symbol,
    money::{Percent, Price, Qty, Usd},
    order::{ClientOrderId, OrderStatus, Side},
    screener::ScreenQuery,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum ClientFrame {
    Auth {
        token: String,
    },
    Subscribe {
        symbols: Vec<String>,
    },
    Unsubscribe {
        symbols: Vec<String>,
    },
    SubscribeOrders {
        #[serde(default)]
        after_seq: Option<i64>,
    },
    /// Depth and prints of one instrument.
    SubscribeBook {
        symbol: String,
    },
    UnsubscribeBook {
        symbol: String,
    },
    /// Some rows of a screen, as they come and go. Replaces the screen followed before.
    SubscribeScreen {
        query: Box<ScreenQuery>,
        #[serde(default)]
        offset: usize,
        #[serde(default)]
        limit: Option<usize>,
    },
    UnsubscribeScreen {},
    Ping {
        #[serde(default)]
        t: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum ServerFrame {
    Authenticated {},
    Subscribed {
        symbols: Vec<Symbol>,
        /// The numbers of the symbols, in the same order; for the binary subprotocol only.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ids: Vec<u32>,
        /// The host's clock in Unix milliseconds: what the age of a price is counted by.
        #[serde(default)]
        now: i64,
    },
    /// Order events follow from `seq` on.
    OrdersSubscribed {
        seq: i64,
    },
    PriceUpdate(PriceUpdate),
    BookUpdate(BookView),
    TradesUpdate(PrintsView),
    /// How the live feeds are: after connecting, and whenever it changes. Never sent where all is simulated.
    FeedStatus {
        feeds: Vec<FeedView>,
    },
    ScreenUpdate(ScreenUpdate),
    OrderUpdate(OrderUpdate),
    PositionUpdate(PositionUpdate),
    AlertTriggered(AlertTriggered),
    Pong {
        t: i64,
    },
    Error(WireError),
}

/// The rows from `offset` on, of `total` that match now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScreenUpdate {
    pub total: usize,
    pub offset: usize,
    pub rows: Vec<QuoteView>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceUpdate {
    pub symbol: Symbol,
    pub price: Price,
    pub bid: Price,
    pub ask: Price,
    pub change: Usd,
    pub change_pct: Percent,
    pub timestamp: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderUpdate {
    pub seq: i64,
    pub order_id: OrderId,
    pub client_order_id: ClientOrderId,
    pub symbol: Symbol,
    pub side: Side,
    pub status: OrderStatus,
    pub qty: Qty,
    pub filled_qty: Qty,
    pub filled_avg_price: Option<Price>,
    pub reject_reason: Option<String>,
    pub timestamp: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PositionUpdate {
    pub seq: i64,
    pub symbol: Symbol,
    pub qty: Qty,
    pub avg_entry_price: Option<Price>,
    pub unrealized_pl: Usd,
    pub realized_pl: Usd,
    pub cash: Usd,
    pub buying_power: Usd,
    pub timestamp: i64,
}

/// An alert fired. `id` is the alert's; `target_price` is of conditions that have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertTriggered {
    pub id: AlertId,
    pub firing_id: FiringId,
    pub symbol: Symbol,
    pub condition: String,
    /// The condition in words that follow the symbol.
    pub summary: String,
    pub target_price: Option<Price>,
    pub price: Price,
    pub note: String,
    pub timestamp: i64,
}

impl From<&Fired> for AlertTriggered {
    fn from(fired: &Fired) -> Self {
        Self {
            id: fired.alert_id,
            firing_id: fired.id,
            symbol: fired.symbol.clone(),
            condition: fired.condition.word().to_owned(),
            summary: fired.condition.to_string(),
            target_price: fired.condition.target(),
            price: fired.price,
            note: fired.note.clone(),
            timestamp: fired.fired_at.millis(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WireError {
    pub code: String,
    pub detail: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_have_an_event_and_data() {
        let subscribe: ClientFrame = serde_json::from_str(r#"{"event":"subscribe","data":{"symbols":["AAPL"]}}"#).expect("valid");
        assert_eq!(subscribe, ClientFrame::Subscribe { symbols: vec!["AAPL".to_owned()] });
        let orders: ClientFrame = serde_json::from_str(r#"{"event":"subscribe_orders","data":{}}"#).expect("valid");
        assert_eq!(orders, ClientFrame::SubscribeOrders { after_seq: None });
        let update = PriceUpdate {
            symbol: "AAPL".parse().expect("valid"),
            price: "178.5".parse().expect("valid"),
            bid: "178.49".parse().expect("valid"),
            ask: "178.51".parse().expect("valid"),
            change: "-1.5".parse().expect("valid"),
            change_pct: "-0.83".parse().expect("valid"),
            timestamp: 1_763_802_000_123,
        };
        assert_eq!(
            serde_json::to_string(&ServerFrame::PriceUpdate(update)).expect("serializable"),
            r#"{"event":"price_update","data":{"symbol":"AAPL","price":"178.50","bid":"178.49","ask":"178.51","change":"-1.50","change_pct":"-0.83","timestamp":1763802000123}}"#
        );
    }
}
