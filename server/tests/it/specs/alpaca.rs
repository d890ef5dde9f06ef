//! Alpaca's trading API.

use serde_json::{Value, json};
use server::broker::{
    Connector as _,
    alpaca::{Alpaca, AlpacaConfig},
};
use speedtrade::{instrument::AssetType, order::OrderClass, venue::Environment};
use uuid::Uuid;

use super::{
    PLENTY, keys, now, orders,
    wire::{Asked, Wire},
};

const DOCUMENT: &str = "alpaca-trading";
const ORDER_ID: &str = "61e69015-8549-4bfd-b9c3-01e75843f47d";

const SENT: [(&str, &str); 11] = [
    ("DELETE /v2/orders/{}", ""),
    ("GET /v2/account", ""),
    ("GET /v2/account/activities/{}", "after direction page_size page_token {}=FILL"),
    ("GET /v2/assets", "asset_class status asset_class=us_equity asset_class=crypto"),
    ("GET /v2/clock", ""),
    ("GET /v2/orders", "after direction limit nested status status=open status=all"),
    ("GET /v2/orders/{}", "nested"),
    ("GET /v2/orders:by_client_order_id", "client_order_id"),
    ("GET /v2/positions", ""),
    (
        "PATCH /v2/orders/{}",
        "client_order_id limit_price qty stop_price time_in_force trail
         trail=0.5 trail=1.5 limit_price=90.25 stop_price=95 time_in_force=day time_in_force=gtc time_in_force=ioc",
    ),
    (
        "POST /v2/orders",
        "client_order_id extended_hours limit_price notional order_class qty side stop_loss stop_loss.limit_price stop_loss.stop_price
         stop_price symbol take_profit take_profit.limit_price time_in_force trail_percent trail_price type
         type=market type=limit type=stop type=stop_limit type=trailing_stop side=buy side=sell extended_hours=true symbol=BTC/USD
         time_in_force=day time_in_force=gtc time_in_force=ioc time_in_force=fok time_in_force=opg time_in_force=cls
         order_class=bracket order_class=oco order_class=oto symbol=BRK.B qty=1 qty=0.00012345 notional=25.5",
    ),
];

#[tokio::test]
async fn every_request_of_alpacas_connector_is_in_its_document() {
    let wire = Wire::start(DOCUMENT, first_page_full).await;
    let config = AlpacaConfig { rest: wire.url.clone(), allowance: PLENTY, ..AlpacaConfig::new(Environment::Practice, keys()) };
    let connector = Alpaca::new(config).expect("a key");
    let all = [orders::every("BRK.B", AssetType::Stock), orders::every("BTC/USD", AssetType::Crypto)].concat();
    for order in &all {
        let Ok(frozen) = connector.freeze(order) else { continue };
        let _ = connector.submit(&frozen, now()).await;
    }
    // A change says nothing of exits and extended hours.
    for order in all.iter().filter(|order| order.class == OrderClass::Simple && !order.extended_hours) {
        for name in orders::names(order, ORDER_ID) {
            let _ = connector.replace(&name, order, now()).await;
        }
    }
    for order in [&all[0], all.last().expect("some")] {
        for name in orders::names(order, ORDER_ID) {
            let _ = connector.cancel(&name).await;
            let _ = connector.find_order(&name).await;
            let _ = connector.executions_of(&name).await;
        }
    }
    let _ = connector.open_orders().await;
    let _ = connector.orders_since(now(), &[]).await;
    let _ = connector.executions_since(now(), &[]).await;
    let _ = connector.holdings().await;
    let _ = connector.rules().await;
    let _ = connector.identity().await;
    let _ = connector.server_time().await;
    wire.judge(&SENT);
}

/// The check itself: what is wrong is not let pass.
#[tokio::test]
async fn what_is_against_a_document_is_noticed() {
    let wire = Wire::start(DOCUMENT, |_| None).await;
    let client = reqwest::Client::new();
    let get =
        |target: &str| client.get(format!("{}{target}", wire.url)).header("apca-api-key-id", "key").header("apca-api-secret-key", "secret");
    let post = |body: &'static str| {
        let question =
            client.post(format!("{}/v2/orders", wire.url)).header("apca-api-key-id", "key").header("apca-api-secret-key", "secret");
        question.header("content-type", "application/json").body(body)
    };
    let questions = [
        (get("/v2/clock"), ""),
        (get("/v2/orders?status=nonsense"), "status must be equal to one of"),
        (get("/v2/orders?stauts=open"), "no word stauts"),
        (get("/v2/nothing"), "no such request"),
        (client.get(format!("{}/v2/account", wire.url)), "401"),
        (post(r#"{"symbol":"AAPL","type":"market"}"#), "required property 'time_in_force'"),
        (post(r#"{"symbol":"AAPL","type":"market","time_in_force":"day","stop_loss":{"price":"1"}}"#), "no word stop_loss.price"),
    ];
    for (question, complaint) in questions {
        question.send().await.expect("answered");
        let said = wire.exchanges().last().expect("written down").complaints.join("\n");
        assert!(said.contains(complaint) && said.is_empty() == complaint.is_empty(), "{complaint:?} of {said:?}");
    }
}

/// A full page before the last one, no assets, and an order under our name: the mock's own can't be read.
fn first_page_full(asked: &Asked) -> Option<String> {
    let param = |name: &str| asked.query.iter().find(|(param, _)| param == name).map(|(_, value)| value.as_str());
    let many = |count: usize, item: &dyn Fn(usize) -> Value| Value::Array((0..count).map(item).collect()).to_string();
    match (asked.method.as_str(), asked.path.as_str()) {
        ("GET", "/v2/assets") => Some("[]".to_owned()),
        ("GET", "/v2/orders:by_client_order_id") => Some(order(0).to_string()),
        ("GET", "/v2/orders") if param("after").is_some_and(|after| after < NEXT_PAGE) => Some("[]".to_owned()),
        ("GET", "/v2/orders") => Some(many(500, &order)),
        ("GET", "/v2/account/activities/FILL") if param("page_token").is_some() => Some("[]".to_owned()),
        ("GET", "/v2/account/activities/FILL") => Some(many(100, &fill)),
        _ => None,
    }
}

/// Orders of a full page are older than anything that is asked for.
const NEXT_PAGE: &str = "2026-01-02";

fn order(number: usize) -> Value {
    json!({
        "id": Uuid::from_u128(u128::try_from(number).expect("small")), "client_order_id": format!("st0a1b-{number}"), "symbol": "BRK.B", "asset_class": "us_equity",
        "side": "buy", "type": "market", "time_in_force": "day", "status": "new", "qty": "1", "submitted_at": "2026-01-01T15:00:00Z",
    })
}

fn fill(number: usize) -> Value {
    json!({
        "id": format!("20260101-{number}"), "order_id": ORDER_ID, "symbol": "BRK.B", "side": "buy", "qty": "1", "price": "90",
        "transaction_time": "2026-01-01T15:00:00Z",
    })
}
