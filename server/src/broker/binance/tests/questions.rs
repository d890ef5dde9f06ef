//! What is asked, and what it weighs.

use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::{
    time::{DAY_US, Timestamp},
    venue::Environment,
};

use crate::{
    broker::{
        Connector as _, OrderName,
        binance::{
            Binance, BinanceConfig,
            calls::{self, Call, Page},
        },
        http::Urgency,
        recorder::Recorder,
    },
    clock::Clock,
    net::{Key, KeyPair, Names},
};

fn named(venue_id: Option<&str>) -> OrderName {
    OrderName {
        client_id: "my-id-1".to_owned(),
        venue_id: venue_id.map(str::to_owned),
        symbol: "LTC/USD".parse().expect("a symbol"),
        sent_at: Timestamp::EPOCH,
    }
}

fn day() -> Page {
    let from = Timestamp::from_micros(1_499_827_300_000_000);
    Page::Window { from, to: from.plus_micros(DAY_US) }
}

#[rstest]
#[case::cancel(calls::cancel("LTCUSDT", &named(None)), Method::DELETE, "/api/v3/order", "symbol=LTCUSDT&origClientOrderId=my-id-1", 1)]
#[case::find_by_number(calls::order("LTCUSDT", &named(Some("12345"))), Method::GET, "/api/v3/order", "symbol=LTCUSDT&orderId=12345", 4)]
#[case::find_by_name(calls::order("LTCUSDT", &named(None)), Method::GET, "/api/v3/order", "symbol=LTCUSDT&origClientOrderId=my-id-1", 4)]
#[case::open(calls::open_orders(), Method::GET, "/api/v3/openOrders", "", 80)]
#[case::all_newest(calls::all_orders("LTCUSDT", Page::Newest), Method::GET, "/api/v3/allOrders", "symbol=LTCUSDT&limit=1000", 20)]
#[case::all(
    calls::all_orders("LTCUSDT", day()),
    Method::GET,
    "/api/v3/allOrders",
    "symbol=LTCUSDT&startTime=1499827300000&endTime=1499913700000&limit=1000",
    20
)]
#[case::all_from(calls::all_orders("LTCUSDT", Page::Id(8)), Method::GET, "/api/v3/allOrders", "symbol=LTCUSDT&orderId=8&limit=1000", 20)]
#[case::trades(
    calls::trades("LTCUSDT", day()),
    Method::GET,
    "/api/v3/myTrades",
    "symbol=LTCUSDT&startTime=1499827300000&endTime=1499913700000&limit=1000",
    20
)]
#[case::trades_from(calls::trades("LTCUSDT", Page::Id(9)), Method::GET, "/api/v3/myTrades", "symbol=LTCUSDT&fromId=9&limit=1000", 20)]
#[case::trades_of(
    calls::trades_of("LTCUSDT", "77", 0),
    Method::GET,
    "/api/v3/myTrades",
    "symbol=LTCUSDT&orderId=77&fromId=0&limit=1000",
    5
)]
#[case::account(calls::account(), Method::GET, "/api/v3/account", "omitZeroBalances=true", 20)]
#[case::restrictions(calls::restrictions(), Method::GET, "/sapi/v1/account/apiRestrictions", "", 1)]
fn a_signed_question_is_as_the_documents_have_it(
    #[case] call: Call,
    #[case] method: Method,
    #[case] path: &str,
    #[case] params: &str,
    #[case] weight: u32,
) {
    let window = if params.is_empty() { "recvWindow=5000".to_owned() } else { format!("{params}&recvWindow=5000") };
    assert_eq!((call.params.as_str(), call.path, call.weight), (window.as_str(), path, weight));
    assert_eq!(call.urgency, if method == Method::DELETE { Urgency::Cancel } else { Urgency::Question });
    assert_eq!(call.method, method);
}

#[test]
fn the_time_and_the_rules_need_no_signature() {
    assert_eq!((calls::time().path, calls::time().params.as_str()), ("/api/v3/time", ""));
    assert_eq!(calls::rules().params.as_str(), "permissions=SPOT&showPermissionSets=false");
}

fn listed(id: usize, at: Timestamp) -> Value {
    json!({"symbol": "LTCUSDT", "orderId": id, "clientOrderId": "x", "origQty": "1", "executedQty": "0", "status": "NEW", "type": "LIMIT",
        "price": "2", "side": "BUY", "time": at.millis()})
}

/// What was asked for the list, behind the answers to it.
async fn asked_for(newest: &Value, since: Timestamp) -> (usize, Vec<String>) {
    let now = Timestamp::from_micros(NOW_US);
    let time = json!({"serverTime": now.millis()}).to_string();
    let first = json!([listed(1, since)]).to_string();
    let recorder = Recorder::answering(&[(200, &time), (200, &newest.to_string()), (200, &first), (200, "[]")]).await;
    let keys = KeyPair { id: Key::new("key"), secret: Key::new("secret") };
    let config = BinanceConfig { rest: recorder.base.clone(), ..BinanceConfig::new(Environment::Practice, keys, Names::default()) };
    let connector = Binance::new(config, Clock::manual(now)).expect("a key");
    let orders = connector.orders_since(since, &["LTC/USD".parse().expect("a symbol")]).await.expect("answered");
    let words =
        |target: &str| target.split_once('?').and_then(|(_, query)| query.split_once("&recvWindow")).map(|(query, _)| query.to_owned());
    (orders.len(), recorder.seen().iter().filter_map(|seen| words(&seen.target)).collect())
}

const NOW_US: i64 = 1_709_988_800_000_000;

#[tokio::test]
async fn a_list_is_one_question_where_its_newest_page_reaches_back_and_else_it_is_read_from_its_day_on() {
    let now = Timestamp::from_micros(NOW_US);
    let since = now.plus_micros(-10_000_000);
    let page = |at| json!((5_000..6_000).map(|id| listed(id, at)).collect::<Vec<_>>());
    let newest = "symbol=LTCUSDT&limit=1000".to_owned();
    assert_eq!(asked_for(&json!([listed(7, now)]), since).await, (1, vec![newest.clone()]));
    assert_eq!(asked_for(&page(since.plus_micros(-1_000)), since).await, (0, vec![newest.clone()]));
    let (start, end) = (since.millis(), since.plus_micros(DAY_US - 1_000_000).millis());
    let day = format!("symbol=LTCUSDT&startTime={start}&endTime={end}&limit=1000");
    let rest = "symbol=LTCUSDT&orderId=2&limit=1000".to_owned();
    assert_eq!(asked_for(&page(now), since).await, (1, vec![newest, day, rest]));
}
