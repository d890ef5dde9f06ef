//! Binance spot: orders and account, and market data.

use serde_json::json;
use server::{
    broker::{
        Connector as _,
        binance::{Binance, BinanceConfig},
    },
    clock::Clock,
    market::feeds::{
        History as _,
        binance::{BinanceConfig as FeedConfig, BinanceHistory, BinanceStream},
    },
    net::Names,
};
use speedtrade::{instrument::AssetType, market::Timeframe, venue::Environment};

use super::{
    PLENTY, keys, last_bars, now, orders, two_days_ago,
    wire::{Asked, Wire},
};
use crate::feeds::{
    fake::Fake,
    probe::{Probe, patient, symbol, wanted},
};

const ORDER_ID: &str = "12345678901";
/// Bars of a full page.
const PAGE: usize = 1_000;

const SENT: [(&str, &str); 14] = [
    ("DELETE /api/v3/order", "orderId origClientOrderId recvWindow signature symbol timestamp"),
    ("GET /api/v3/account", "omitZeroBalances recvWindow signature timestamp"),
    ("GET /api/v3/allOrders", "endTime limit orderId recvWindow signature startTime symbol timestamp"),
    ("GET /api/v3/depth", "limit symbol"),
    ("GET /api/v3/exchangeInfo", "permissions showPermissionSets"),
    ("GET /api/v3/klines", "endTime interval limit startTime symbol limit=1 limit=1000
         interval=1m interval=5m interval=15m interval=1h interval=1d interval=1w"),
    ("GET /api/v3/myTrades", "endTime fromId limit orderId recvWindow signature startTime symbol timestamp"),
    ("GET /api/v3/openOrders", "recvWindow signature timestamp"),
    ("GET /api/v3/order", "orderId origClientOrderId recvWindow signature symbol timestamp"),
    ("GET /api/v3/ticker/24hr", "symbols"),
    ("GET /api/v3/time", ""),
    ("GET /sapi/v1/account/apiRestrictions", "recvWindow signature timestamp"),
    (
        "POST /api/v3/order",
        "newClientOrderId newOrderRespType price quantity quoteOrderQty recvWindow side signature stopPrice symbol timeInForce timestamp type
         type=MARKET type=LIMIT type=STOP_LOSS type=STOP_LOSS_LIMIT side=BUY side=SELL timeInForce=GTC timeInForce=IOC timeInForce=FOK
         quantity=1 quantity=0.00012345 quoteOrderQty=25.5",
    ),
    (
        "POST /api/v3/order/cancelReplace",
        "cancelOrderId cancelOrigClientOrderId cancelReplaceMode newClientOrderId newOrderRespType price quantity quoteOrderQty recvWindow
         side signature stopPrice symbol timeInForce timestamp type
         type=MARKET type=LIMIT type=STOP_LOSS type=STOP_LOSS_LIMIT timeInForce=GTC timeInForce=IOC timeInForce=FOK",
    ),
];

#[tokio::test]
async fn every_request_to_binance_is_in_its_document() {
    let wire = Wire::start("binance", full_page).await;
    trade(&wire).await;
    look(&wire).await;
    wire.judge(&SENT);
}

async fn trade(wire: &Wire) {
    let config = BinanceConfig::new(Environment::Live, keys(), Names::default());
    let config = BinanceConfig { rest: wire.url.clone(), allowance: PLENTY, orders: PLENTY, ..config };
    let connector = Binance::new(config, Clock::System).expect("a key");
    let all = orders::every("BTC/USD", AssetType::Crypto);
    for order in &all {
        let Ok(frozen) = connector.freeze(order) else { continue };
        let _ = connector.submit(&frozen, now()).await;
        for name in orders::names(order, ORDER_ID) {
            let _ = connector.replace(&name, order, now()).await;
        }
    }
    for name in orders::names(&all[0], ORDER_ID) {
        let _ = connector.cancel(&name).await;
        let _ = connector.find_order(&name).await;
        let _ = connector.executions_of(&name).await;
    }
    let symbols = ["BTC/USD", "ETH/USD"].map(symbol);
    let _ = connector.open_orders().await;
    let _ = connector.orders_since(two_days_ago(), &symbols).await;
    let _ = connector.executions_since(two_days_ago(), &symbols).await;
    let _ = connector.holdings().await;
    let _ = connector.rules().await;
    let _ = connector.identity().await;
    let _ = connector.server_time().await;
}

async fn look(wire: &Wire) {
    let fake = Fake::start("binance").await;
    let config = FeedConfig { ws: fake.ws(), rest: wire.url.clone(), ..FeedConfig::default() };
    let history = BinanceHistory::new(&config).expect("an address");
    for timeframe in Timeframe::ALL {
        for limit in [1, 500, PAGE + 500] {
            let _ = history.bars(&symbol("BTC/USD"), last_bars(timeframe, limit)).await;
        }
    }
    let _ = history.snapshots(&[symbol("BTC/USD")]).await;
    let _ = history.snapshots(&["BTC/USD", "ETH/USD", "SOL/USD"].map(symbol)).await;
    // A book is asked for by the stream alone, once its subscription stands.
    let stream = BinanceStream::new(&config).expect("an address");
    let probe = Probe::start(Box::new(stream), patient(), wanted(&[], &["BTC/USD"]));
    wire.until_asked("GET /api/v3/depth").await;
    probe.end().await;
}

fn full_page(asked: &Asked) -> Option<String> {
    let param = |name: &str| asked.query.iter().find(|(param, _)| param == name).map(|(_, value)| value.as_str());
    let is_newest = param("startTime").is_none() && param("orderId").is_none() && param("fromId").is_none();
    match asked.path.as_str() {
        "/api/v3/allOrders" if is_newest => {
            return Some(page_of(&json!({"symbol": "BTCUSDT", "orderId": 1, "clientOrderId": "x",
            "origQty": "1", "executedQty": "0", "status": "NEW", "type": "LIMIT", "price": "2", "side": "BUY", "time": now().millis()})));
        }
        "/api/v3/myTrades" if is_newest => {
            return Some(page_of(&json!({"symbol": "BTCUSDT", "id": 1, "orderId": 1, "price": "2", "qty": "1",
            "commission": "0", "commissionAsset": "BTC", "time": now().millis(), "isBuyer": true, "isMaker": true})));
        }
        _ => {}
    }
    let is_full = asked.path == "/api/v3/klines" && param("limit")?.parse() == Ok(PAGE);
    let (start, end): (i64, i64) = (param("startTime")?.parse().ok()?, param("endTime")?.parse().ok()?);
    let step = Timeframe::ALL.iter().find(|timeframe| Some(timeframe.as_str()) == param("interval"))?.step_us() / 1_000;
    let starts = (0..).map(|nth| start + nth * step).take(PAGE).take_while(|start| *start <= end);
    is_full.then(|| json!(starts.map(|t| json!([t, "1", "1", "1", "1", "1"])).collect::<Vec<_>>()).to_string())
}

fn page_of(item: &serde_json::Value) -> String {
    json!(vec![item; PAGE]).to_string()
}
