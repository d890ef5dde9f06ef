//! What is asked, and what it weighs.

use axum::http::Method;
use rstest::rstest;
use speedtrade::time::{DAY_US, Timestamp};

use crate::broker::{
    OrderName,
    binance::calls::{self, Call, Page},
    http::Urgency,
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
