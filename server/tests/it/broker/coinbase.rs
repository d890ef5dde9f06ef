//! The connector to Coinbase against the fake of it.

use std::time::Duration;

use serde_json::json;
use server::{
    broker::{
        CancelError, Connector as _, OrderName, StreamEnd, SubmitError, VenueError, VenueEvent, VenueStatus,
        coinbase::{Coinbase, CoinbaseConfig},
        http::Allowance,
    },
    clock::Clock,
    net::{Key, KeyPair},
};
use speedtrade::order::{Amount, OrderKind, Side, TimeInForce};
use tokio::sync::mpsc;

use super::{
    faults, lookups,
    stand::{PATIENCE, Stand, hear, limit, market, name, now, resting, venue},
};
use crate::feeds::fake::Fake;

/// Thrown away: a key of nobody.
const STRANGER: &str = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIM9DHHllK3aARQdak7lOWrreg6inmJ4d1qATd56eqeXAoAoGCCqGSM49\nAwEHoUQDQgAE37N6Lgxv2+1MprRuuoeWX+WFXhZcJijJ/NQokUllS5afFp7RJLrE\nqFThCrLqQRMsrsUG+U371Lj/qXmNOphZ2Q==\n-----END EC PRIVATE KEY-----\n";

fn config(fake: &Fake, secret: Option<&str>) -> CoinbaseConfig {
    let word = |name: &str| fake.listening[name].as_str().expect("told");
    let keys = KeyPair { id: Key::new(word("key")), secret: Key::new(secret.unwrap_or_else(|| word("secret"))) };
    let (rest, stream) = (fake.http(), format!("{}/ws-user", fake.ws()));
    let allowance = Allowance { weight: 10_000, per: Duration::from_secs(1) };
    CoinbaseConfig { rest, stream, patience: PATIENCE, allowance, ..CoinbaseConfig::live(keys) }
}

fn connector(fake: &Fake) -> Coinbase {
    Coinbase::new(&config(fake, None), Clock::System).expect("a key")
}

async fn stand() -> Stand<Coinbase> {
    let fake = venue("coinbase").await;
    let connector = connector(&fake);
    Stand { fake, connector }
}

#[tokio::test]
async fn an_order_is_placed_found_listed_and_canceled() {
    let mut stand = stand().await;
    let order = resting("st0003-01M7GF5ZK0T3NQ2W8XJ5V6YB4C");
    let placed = stand.place(&order).await;
    assert_eq!((placed.client_id.as_deref(), placed.kind), (Some(order.client_id.as_str()), Some(order.kind)));
    let found = stand.find(&order).await.expect("there");
    assert_eq!((&found.venue_id, found.status, found.kind), (&placed.venue_id, VenueStatus::Open, Some(order.kind)));
    assert_eq!((found.symbol.as_ref(), found.qty, found.time_in_force), (Some(&order.symbol), placed.qty, Some(TimeInForce::Gtc)));
    let named = OrderName { venue_id: Some(placed.venue_id.clone()), ..name(&order) };
    assert_eq!(stand.connector.find_order(&named).await.expect("answered"), Some(found));
    let listed = stand.connector.open_orders().await.expect("answered");
    assert_eq!(listed.iter().map(|o| &o.venue_id).collect::<Vec<_>>(), [&placed.venue_id]);

    stand.connector.cancel(&name(&order)).await.expect("canceled by the name we gave it");
    assert_eq!(stand.connector.cancel(&named).await, Err(CancelError::NotOpen));
    assert_eq!(stand.connector.cancel(&name(&resting("st0003-nobody"))).await, Err(CancelError::NotOpen));
    assert_eq!(stand.find(&order).await.expect("there").status, VenueStatus::Canceled);
    assert_eq!(stand.find(&resting("st0003-nobody")).await, None);
    assert_eq!(stand.count(&order.client_id).await, 1);
}

#[tokio::test]
async fn the_same_order_twice_is_its_first_even_when_it_is_over() {
    let mut stand = stand().await;
    let order = resting("st0003-twice");
    let first = stand.place(&order).await;
    assert_eq!(stand.place(&order).await.venue_id, first.venue_id);
    stand.connector.cancel(&name(&order)).await.expect("canceled");
    assert_eq!(stand.place(&order).await.venue_id, first.venue_id);
    assert_eq!(stand.count("st0003-twice").await, 1);
}

#[tokio::test]
async fn what_was_filled_is_told_cumulatively_and_by_execution() {
    let mut stand = stand().await;
    let order = resting("st0003-filled");
    stand.place(&order).await;
    for qty in ["0.0004", "0.0006"] {
        stand.tell(json!({"do": "fill", "client_id": "st0003-filled", "qty": qty, "price": "50000"})).await;
    }
    let found = stand.find(&order).await.expect("there");
    assert_eq!((found.status, found.filled_qty), (VenueStatus::Filled, "0.001".parse().expect("a quantity")));
    assert_eq!(found.avg_price, "50000".parse().ok());
    let fees: rust_decimal::Decimal = found.fees.iter().map(|fee| fee.amount).sum();
    let of = stand.connector.executions_of(&name(&order)).await.expect("answered");
    assert_eq!(of.iter().map(|e| e.qty.to_string()).collect::<Vec<_>>(), ["0.0004", "0.0006"]);
    assert_eq!(of.iter().flat_map(|e| &e.fees).map(|fee| fee.amount).sum::<rust_decimal::Decimal>(), fees);
    assert!(of.iter().all(|e| e.venue_order_id == found.venue_id && e.symbol.as_ref() == Some(&order.symbol)));
}

#[tokio::test]
async fn every_kind_is_taken_and_read_back() {
    let stand = stand().await;
    let price = |text: &str| text.parse().expect("a price");
    let stop = OrderKind::StopLimit { stop_price: price("500000"), limit_price: price("500100") };
    let waiting = server::broker::VenueOrder { kind: stop, ..resting("st0003-stop") };
    stand.place(&waiting).await;
    assert_eq!(stand.find(&waiting).await.expect("there").kind, Some(stop));
    for (i, time_in_force) in [TimeInForce::Ioc, TimeInForce::Fok].into_iter().enumerate() {
        let order = server::broker::VenueOrder { time_in_force, ..resting(&format!("st0003-time-{i}")) };
        stand.place(&order).await;
        let found = stand.find(&order).await.expect("there");
        assert_eq!((found.time_in_force, found.status), (Some(time_in_force), VenueStatus::Canceled));
    }
    let dollars = "500.25".parse().expect("dollars");
    let bought = server::broker::VenueOrder { amount: Amount::Notional(dollars), ..market("st0003-usd", Side::Buy, "1") };
    assert_eq!(stand.place(&bought).await.notional, Some(dollars));
    let found = stand.find(&bought).await.expect("there");
    assert!(found.status == VenueStatus::Filled && !found.filled_qty.is_zero(), "{found:?}");
}

#[tokio::test]
async fn a_change_keeps_the_order_and_its_names() {
    let stand = stand().await;
    let old = resting("st0003-old");
    let placed = stand.place(&old).await;
    let new = limit("st0003-new", Side::Buy, "0.002", "51000");
    let report = stand.connector.replace(&name(&old), &new, now()).await.expect("changed");
    assert_eq!((&report.venue_id, report.client_id.as_deref()), (&placed.venue_id, Some("st0003-old")));
    let found = stand.find(&old).await.expect("there");
    assert_eq!((found.kind, found.qty, found.status), (Some(new.kind), "0.002".parse().ok(), VenueStatus::Open));
    stand.connector.cancel(&name(&old)).await.expect("canceled");
    let gone = stand.connector.replace(&name(&old), &new, now()).await;
    assert!(matches!(gone, Err(SubmitError::Rejected { .. })), "{gone:?}");
    let nobody = stand.connector.replace(&name(&resting("st0003-nobody")), &new, now()).await;
    assert!(matches!(nobody, Err(SubmitError::Rejected { .. })), "{nobody:?}");
}

#[tokio::test]
async fn the_account_its_key_and_its_rules_are_told() {
    let mut stand = stand().await;
    let identity = stand.connector.identity().await.expect("answered");
    assert!(identity.may_trade && !identity.account.is_empty(), "{identity:?}");
    stand.tell(json!({"do": "set", "withdraw_permission": true})).await;
    assert_eq!(stand.connector.identity().await.expect("answered").may_withdraw, Some(true));
    stand.place(&resting("st0003-holds")).await;
    let holdings = stand.connector.holdings().await.expect("answered");
    let cash = holdings.iter().find(|holding| holding.asset == "USD").expect("dollars");
    assert!(cash.symbol.is_none() && !cash.locked.is_zero() && cash.total.to_string() == "100000", "{cash:?}");
    let rules = stand.connector.rules().await.expect("answered");
    let bitcoin = rules.iter().find(|rules| rules.code == "BTC-USD").expect("traded");
    assert_eq!((bitcoin.symbol.as_str(), bitcoin.is_tradable), ("BTC/USD", true));
    assert!((stand.connector.server_time().await.expect("answered").seconds() - now().seconds()).abs() < 5);
}

#[tokio::test]
async fn a_wrong_key_is_refused_everywhere() {
    let fake = venue("coinbase").await;
    let wrong = Coinbase::new(&config(&fake, Some(STRANGER)), Clock::System).expect("the form of a key");
    let frozen = wrong.freeze(&resting("st0003-wrong")).expect("supported");
    assert!(matches!(wrong.submit(&frozen, now()).await, Err(SubmitError::Rejected { .. })));
    assert!(matches!(wrong.holdings().await, Err(VenueError::Unauthorized { .. })));
    let (events, _heard) = mpsc::channel(8);
    assert!(matches!(wrong.listen(&events).await, StreamEnd::Refused { .. }));
}

#[tokio::test]
async fn the_stream_tells_each_step_of_an_order_and_what_is_missing() {
    let mut stand = stand().await;
    let (events, mut heard) = mpsc::channel(8);
    let listener = connector(&stand.fake);
    let stream = tokio::spawn(async move { listener.listen(&events).await });
    hear(&mut heard, |event| (event == VenueEvent::Listening).then_some(())).await;
    let order = resting("st0003-told");
    stand.place(&order).await;
    let report = |event| if let VenueEvent::Order(report) = event { Some(report) } else { None };
    let told = hear(&mut heard, report).await;
    assert_eq!((told.client_id.as_deref(), told.symbol.as_ref()), (Some("st0003-told"), Some(&order.symbol)));
    stand.tell(json!({"do": "fill", "client_id": "st0003-told", "qty": "0.0004", "price": "50000"})).await;
    let partly = hear(&mut heard, |event| report(event).filter(|report| !report.filled_qty.is_zero())).await;
    assert_eq!(
        (partly.filled_qty.to_string().as_str(), partly.status, partly.avg_price),
        ("0.0004", VenueStatus::Open, "50000".parse().ok())
    );
    stand.connector.cancel(&name(&order)).await.expect("canceled");
    let ended = hear(&mut heard, |event| report(event).filter(|report| report.status.is_final())).await;
    assert_eq!((ended.status, ended.filled_qty), (VenueStatus::Canceled, partly.filled_qty));
    hear(&mut heard, |event| (event == VenueEvent::Heartbeat).then_some(())).await;
    stand.tell(json!({"do": "stream", "kind": "gap", "times": 1})).await;
    stand.place(&resting("st0003-lost")).await;
    hear(&mut heard, |event| (event == VenueEvent::Gap).then_some(())).await;
    stand.tell(json!({"do": "stream", "kind": "drop"})).await;
    assert!(matches!(stream.await.expect("no panic"), StreamEnd::Dropped { .. }));
}

fault_tests!(questions: lookups, refusals: ["INSUFFICIENT_FUND"]);

#[tokio::test]
async fn what_is_paged_is_read_to_its_end() {
    lookups::what_is_paged_is_read_to_its_end(stand().await, 270).await;
}

#[tokio::test]
async fn what_finds_nobody_was_not_sent() {
    let fake = venue("coinbase").await;
    let nowhere = CoinbaseConfig { rest: "http://127.0.0.1:1".to_owned(), stream: "ws://127.0.0.1:1".to_owned(), ..config(&fake, None) };
    faults::what_finds_nobody_was_not_sent(Coinbase::new(&nowhere, Clock::System).expect("a key")).await;
}
