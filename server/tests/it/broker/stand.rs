//! A connector and the fake venue that it talks to, and what every test asks of the two.

use std::time::Duration;

use serde_json::{Value, json};
use server::broker::{Connector, OrderName, OrderReport, VenueEvent, VenueOrder};
use speedtrade::{
    instrument::AssetType,
    order::{Amount, Exits, OrderClass, OrderKind, Side, TimeInForce},
    time::Timestamp,
};
use tokio::sync::mpsc::Receiver;

use crate::{feeds::fake::Fake, harness::SOON};

/// Long enough for a machine under load, short enough to wait for.
pub const PATIENCE: Duration = Duration::from_millis(1_500);

pub struct Stand<C> {
    pub fake: Fake,
    pub connector: C,
}

pub async fn venue(protocol: &str) -> Fake {
    Fake::run(env!("CARGO_BIN_EXE_fake-venue"), protocol).await
}

impl<C: Connector> Stand<C> {
    pub async fn tell(&mut self, command: Value) -> Value {
        let verb = command["do"].clone();
        self.fake.tell(command).await;
        self.fake.until(|event| event["event"] == "failed" || (event["event"] == "done" && event["do"] == verb)).await
    }

    pub async fn fault(&mut self, call: &str, kind: &str) {
        let done = self.tell(json!({"do": "fault", "call": call, "kind": kind, "times": 1})).await;
        assert_eq!(done["event"], "done", "{done}");
    }

    /// Orders at the venue with this client id.
    pub async fn count(&mut self, client_id: &str) -> usize {
        let report = self.tell(json!({"do": "report"})).await;
        let orders = report["orders"].as_array().expect("a list").iter();
        orders.filter(|order| order["client_id"] == client_id).count()
    }

    pub async fn place(&self, order: &VenueOrder) -> OrderReport {
        let frozen = self.connector.freeze(order).expect("supported");
        self.connector.submit(&frozen, now()).await.expect("accepted")
    }

    pub async fn find(&self, order: &VenueOrder) -> Option<OrderReport> {
        self.connector.find_order(&name(order)).await.expect("answered")
    }
}

pub fn now() -> Timestamp {
    server::clock::Clock::System.now()
}

/// Bitcoin far below the price: it rests.
pub fn resting(client_id: &str) -> VenueOrder {
    limit(client_id, Side::Buy, "0.001", "50000")
}

pub fn limit(client_id: &str, side: Side, qty: &str, price: &str) -> VenueOrder {
    let limit_price = price.parse().expect("a price");
    VenueOrder {
        client_id: client_id.to_owned(),
        symbol: "BTC/USD".parse().expect("a symbol"),
        asset_type: AssetType::Crypto,
        side,
        kind: OrderKind::Limit { limit_price },
        amount: Amount::Qty(qty.parse().expect("a quantity")),
        time_in_force: TimeInForce::Gtc,
        extended_hours: false,
        class: OrderClass::Simple,
        exits: Exits::default(),
    }
}

pub fn market(client_id: &str, side: Side, qty: &str) -> VenueOrder {
    VenueOrder { kind: OrderKind::Market, ..limit(client_id, side, qty, "1") }
}

/// As the desk knows it when it has heard nothing of it.
pub fn name(order: &VenueOrder) -> OrderName {
    OrderName { client_id: order.client_id.clone(), venue_id: None, symbol: order.symbol.clone(), sent_at: now() }
}

/// The next event that fits; others are passed over.
pub async fn hear<T>(events: &mut Receiver<VenueEvent>, mut fits: impl FnMut(VenueEvent) -> Option<T>) -> T {
    let search = async {
        loop {
            let event = events.recv().await.expect("the stream goes on");
            if let Some(found) = fits(event) {
                return found;
            }
        }
    };
    tokio::time::timeout(SOON, search).await.expect("heard in time")
}
