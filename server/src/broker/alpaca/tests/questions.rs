//! What is asked.

use axum::http::Method;
use rstest::rstest;
use speedtrade::time::Timestamp;

use crate::broker::{
    alpaca::calls,
    http::{Outgoing, Urgency},
};

const ID: &str = "eb625a98-5137-4c3d-b88c-699151ed21a8";

fn since() -> Timestamp {
    Timestamp::from_micros(1_709_990_000_000_000)
}

#[rstest]
#[case::submit(calls::submit("/v2/orders", "{}"), Method::POST, "/v2/orders", Urgency::Order)]
#[case::replace(calls::replace(ID, "{}".to_owned()), Method::PATCH, &format!("/v2/orders/{ID}"), Urgency::Order)]
#[case::cancel(calls::cancel(ID), Method::DELETE, &format!("/v2/orders/{ID}"), Urgency::Cancel)]
#[case::order(calls::order(ID), Method::GET, &format!("/v2/orders/{ID}?nested=true"), Urgency::Question)]
#[case::by_name(
    calls::order_by_client_id("a b/c", Urgency::Cancel),
    Method::GET,
    "/v2/orders:by_client_order_id?client_order_id=a+b%2Fc",
    Urgency::Cancel
)]
#[case::open(calls::orders("open", None), Method::GET, "/v2/orders?status=open&limit=500&direction=asc&nested=false", Urgency::Question)]
#[case::all(
    calls::orders("all", Some(since())),
    Method::GET,
    "/v2/orders?status=all&limit=500&direction=asc&nested=false&after=2024-03-09T13%3A13%3A19.999999Z",
    Urgency::Question
)]
#[case::fills(
    calls::fills(since(), None),
    Method::GET,
    "/v2/account/activities/FILL?direction=asc&page_size=100&after=2024-03-09T13%3A13%3A19.999Z",
    Urgency::Question
)]
#[case::more_fills(
    calls::fills(since(), Some("2024::b")),
    Method::GET,
    "/v2/account/activities/FILL?direction=asc&page_size=100&after=2024-03-09T13%3A13%3A19.999Z&page_token=2024%3A%3Ab",
    Urgency::Question
)]
#[case::account(calls::account(), Method::GET, "/v2/account", Urgency::Question)]
#[case::positions(calls::positions(), Method::GET, "/v2/positions", Urgency::Question)]
#[case::assets(calls::assets("crypto"), Method::GET, "/v2/assets?status=active&asset_class=crypto", Urgency::Question)]
#[case::clock(calls::clock(), Method::GET, "/v2/clock", Urgency::Question)]
fn a_call_is_as_the_documents_have_it(#[case] call: Outgoing, #[case] method: Method, #[case] target: &str, #[case] urgency: Urgency) {
    assert_eq!((call.method, call.target.as_str(), call.urgency, call.weight), (method, target, urgency, 1));
    assert!(call.headers.is_empty(), "keys are added where it leaves");
}

#[test]
fn what_a_venue_calls_an_order_never_leads_elsewhere() {
    assert_eq!(calls::cancel("../account?x=1").target, "/v2/orders/..%2Faccount%3Fx%3D1");
}
