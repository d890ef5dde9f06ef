//! The connector to Kraken against the fake of it.

use std::time::Duration;

use serde_json::json;
use server::{
    broker::{
        CancelError, Connector as _, ExecutionReport, OrderName, StreamEnd, SubmitError, VenueError, VenueEvent, VenueOrder, VenueStatus,
        http::Allowance,
        kraken::{Kraken, KrakenConfig},
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

const TAG: &str = "Ab3d";

fn config(fake: &Fake, secret: Option<&str>) -> KrakenConfig {
    let word = |name: &str| fake.listening[name].as_str().expect("told");
    let keys = KeyPair { id: Key::new(word("key")), secret: Key::new(secret.unwrap_or_else(|| word("secret"))) };
    let (rest, stream) = (fake.http(), format!("{}/v2", fake.ws()));
    let allowance = Allowance { weight: 10_000, per: Duration::from_secs(1) };
    KrakenConfig { rest, stream, patience: PATIENCE, allowance, ..KrakenConfig::live(keys, TAG) }
}

async fn stand() -> Stand<Kraken> {
    let fake = venue("kraken").await;
    let connector = Kraken::new(&config(&fake, None), Clock::System).expect("a key");
    Stand { fake, connector }
}

/// As the desk mints it: with the time of now.
fn minted(random: &str) -> String {
    let digits: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
    let millis = usize::try_from(now().millis()).expect("after 1970");
    let time: String = (0..10).rev().map(|place| digits[millis >> (5 * place) & 31]).collect();
    format!("st{TAG}-{time}{random:0>16}")
}

#[tokio::test]
async fn an_order_is_placed_found_listed_and_canceled_under_our_own_name() {
    let stand = stand().await;
    let order = resting(&minted("T3NQ"));
    let placed = stand.place(&order).await;
    assert_eq!((placed.client_id.as_deref(), placed.kind), (Some(order.client_id.as_str()), Some(order.kind)));
    let found = stand.find(&order).await.expect("there");
    assert_eq!((&found.venue_id, found.status, found.kind), (&placed.venue_id, VenueStatus::Open, Some(order.kind)));
    assert_eq!((found.symbol.as_ref(), found.qty), (Some(&order.symbol), placed.qty));
    let named = OrderName { venue_id: Some(placed.venue_id.clone()), ..name(&order) };
    assert_eq!(stand.connector.find_order(&named).await.expect("answered"), Some(found));
    let listed = stand.connector.open_orders().await.expect("answered");
    assert_eq!(listed.iter().map(|o| o.client_id.as_deref()).collect::<Vec<_>>(), [Some(order.client_id.as_str())]);

    stand.connector.cancel(&name(&order)).await.expect("canceled by the name we gave it");
    assert_eq!(stand.connector.cancel(&named).await, Err(CancelError::NotOpen));
    assert_eq!(stand.connector.cancel(&name(&resting("st0004-nobody"))).await, Err(CancelError::NotOpen));
    let canceled = stand.find(&order).await.expect("there");
    assert_eq!((canceled.status, canceled.client_id), (VenueStatus::Canceled, Some(order.client_id.clone())));
    assert_eq!(stand.find(&resting("st0004-nobody")).await, None);
}

#[tokio::test]
async fn the_same_order_twice_exists_while_it_is_open() {
    let mut stand = stand().await;
    let frozen = stand.connector.freeze(&resting("st0004-twice")).expect("supported");
    stand.connector.submit(&frozen, now()).await.expect("accepted");
    assert_eq!(stand.connector.submit(&frozen, now()).await, Err(SubmitError::Exists));
    assert_eq!(stand.count("st0004-twice").await, 1);
}

#[tokio::test]
async fn an_attempt_that_is_woken_too_late_is_refused() {
    let mut stand = stand().await;
    let frozen = stand.connector.freeze(&resting("st0004-late")).expect("supported");
    let late = stand.connector.submit(&frozen, now().plus_micros(-60_000_000)).await;
    assert!(late.is_err(), "{late:?}");
    assert_eq!(stand.count("st0004-late").await, 0);
}

#[tokio::test]
async fn executions_have_names_of_their_own() {
    let mut stand = stand().await;
    let order = resting("st0004-filled");
    stand.place(&order).await;
    for qty in ["0.0004", "0.0006"] {
        stand.tell(json!({"do": "fill", "client_id": "st0004-filled", "qty": qty, "price": "50000"})).await;
    }
    let found = stand.find(&order).await.expect("there");
    assert_eq!((found.status, found.filled_qty), (VenueStatus::Filled, "0.001".parse().expect("a quantity")));
    let of = stand.connector.executions_of(&name(&order)).await.expect("answered");
    assert_eq!(of.iter().map(|e| e.qty.to_string()).collect::<Vec<_>>(), ["0.0004", "0.0006"]);
    assert!(of.iter().all(|e| e.venue_order_id == found.venue_id && e.symbol.as_ref() == Some(&order.symbol)));
    let since = stand.connector.executions_since(now().plus_micros(-60_000_000), &[]).await.expect("answered");
    assert_eq!(since, of);
}

#[tokio::test]
async fn every_kind_is_taken_and_read_back() {
    let stand = stand().await;
    let price = |text: &str| text.parse().expect("a price");
    let kinds = [
        OrderKind::Stop { stop_price: price("500000") },
        OrderKind::StopLimit { stop_price: price("500000"), limit_price: price("500100") },
    ];
    for (i, kind) in kinds.into_iter().enumerate() {
        let order = VenueOrder { kind, ..resting(&format!("st0004-kind-{i}")) };
        stand.place(&order).await;
        assert_eq!(stand.find(&order).await.expect("there").kind, Some(kind));
    }
    let now_or_never = VenueOrder { time_in_force: TimeInForce::Ioc, ..resting("st0004-ioc") };
    stand.place(&now_or_never).await;
    assert_eq!(stand.find(&now_or_never).await.expect("there").status, VenueStatus::Canceled);
    let dollars = "500.25".parse().expect("dollars");
    let bought = VenueOrder { amount: Amount::Notional(dollars), ..market("st0004-usd", Side::Buy, "1") };
    assert_eq!(stand.place(&bought).await.notional, Some(dollars));
    let found = stand.find(&bought).await.expect("there");
    assert!(found.status == VenueStatus::Filled && !found.filled_qty.is_zero(), "{found:?}");
}

#[tokio::test]
async fn a_change_keeps_the_order_and_its_names() {
    let stand = stand().await;
    let old = resting("st0004-old");
    let placed = stand.place(&old).await;
    let new = limit("st0004-new", Side::Buy, "0.002", "51000");
    let report = stand.connector.replace(&name(&old), &new, now()).await.expect("changed");
    assert_eq!((&report.venue_id, report.client_id.as_deref()), (&placed.venue_id, Some("st0004-old")));
    let found = stand.find(&old).await.expect("there");
    assert_eq!((found.kind, found.qty, found.status), (Some(new.kind), "0.002".parse().ok(), VenueStatus::Open));
    stand.connector.cancel(&name(&old)).await.expect("canceled");
    let named = OrderName { venue_id: Some(placed.venue_id), ..name(&old) };
    let gone = stand.connector.replace(&named, &new, now()).await;
    assert!(matches!(gone, Err(SubmitError::Rejected { .. })), "{gone:?}");
    let nobody = stand.connector.replace(&name(&resting("st0004-nobody")), &new, now()).await;
    assert!(matches!(nobody, Err(SubmitError::Rejected { .. })), "{nobody:?}");
}

#[tokio::test]
async fn the_account_its_key_and_its_rules_are_told() {
    let mut stand = stand().await;
    let identity = stand.connector.identity().await.expect("answered");
    assert!(identity.may_trade && identity.may_withdraw == Some(false) && identity.account.starts_with("key "), "{identity:?}");
    stand.tell(json!({"do": "set", "withdraw_permission": true})).await;
    assert_eq!(stand.connector.identity().await.expect("answered").may_withdraw, Some(true));
    stand.place(&resting("st0004-holds")).await;
    let holdings = stand.connector.holdings().await.expect("answered");
    let cash = holdings.iter().find(|holding| holding.asset == "USD").expect("dollars");
    assert!(cash.symbol.is_none() && !cash.locked.is_zero(), "{cash:?}");
    let coins = holdings.iter().find(|holding| holding.asset == "BTC").expect("there from the start");
    assert_eq!(coins.symbol, "BTC/USD".parse().ok());
    let rules = stand.connector.rules().await.expect("answered");
    for (code, symbol) in [("XBTUSD", "BTC/USD"), ("XDGUSD", "DOGE/USD"), ("SOLUSD", "SOL/USD")] {
        assert_eq!(rules.iter().find(|rules| rules.code == code).expect("traded").symbol.as_str(), symbol);
    }
    assert!((stand.connector.server_time().await.expect("answered").seconds() - now().seconds()).abs() < 5);
}

#[tokio::test]
async fn a_wrong_key_is_refused_everywhere() {
    let fake = venue("kraken").await;
    let wrong = Kraken::new(&config(&fake, Some("c3RyYW5nZXI=")), Clock::System).expect("the form of a key");
    let frozen = wrong.freeze(&resting("st0004-wrong")).expect("supported");
    assert!(matches!(wrong.submit(&frozen, now()).await, Err(SubmitError::Rejected { .. })));
    assert!(matches!(wrong.holdings().await, Err(VenueError::Unauthorized { .. })));
    let (events, _heard) = mpsc::channel(8);
    assert!(matches!(wrong.listen(&events).await, StreamEnd::Refused { .. }));
}

#[tokio::test]
async fn the_stream_tells_each_step_of_an_order_and_what_is_missing() {
    let mut stand = stand().await;
    let before = resting(&minted("BEF0RE"));
    stand.place(&before).await;
    let (events, mut heard) = mpsc::channel(8);
    // One key, one connector: another would count its nonces apart.
    let connector = std::sync::Arc::new(stand.connector);
    let listener = connector.clone();
    let stream = tokio::spawn(async move { listener.listen(&events).await });
    hear(&mut heard, |event| (event == VenueEvent::Listening).then_some(())).await;
    let report = |event| if let VenueEvent::Order(report) = event { Some(report) } else { None };
    let known = hear(&mut heard, report).await;
    assert_eq!((known.client_id.as_deref(), known.kind), (Some(before.client_id.as_str()), Some(before.kind)));

    let order = resting(&minted("T01D"));
    let frozen = connector.freeze(&order).expect("supported");
    let placed = connector.submit(&frozen, now()).await.expect("accepted");
    let told = hear(&mut heard, report).await;
    assert_eq!((&told.venue_id, told.client_id.as_deref()), (&placed.venue_id, Some(order.client_id.as_str())));
    stand.fake.tell(json!({"do": "fill", "order_id": placed.venue_id, "qty": "0.0004", "price": "50000"})).await;
    let execution = |event| if let VenueEvent::Execution(execution) = event { Some(*execution) } else { None };
    let executed: ExecutionReport = hear(&mut heard, execution).await;
    assert_eq!((executed.qty.to_string().as_str(), executed.client_id.as_deref()), ("0.0004", Some(order.client_id.as_str())));
    let named = OrderName { venue_id: Some(placed.venue_id.clone()), ..name(&order) };
    let of = connector.executions_of(&named).await.expect("answered");
    assert_eq!((of.len(), &of[0].exec_id, &of[0].fees), (1, &executed.exec_id, &executed.fees), "one name over both");
    connector.cancel(&named).await.expect("canceled");
    let ended = hear(&mut heard, |event| report(event).filter(|report| report.status.is_final())).await;
    assert_eq!((ended.status, ended.filled_qty), (VenueStatus::Canceled, executed.qty));

    stand.fake.tell(json!({"do": "balance", "asset": "USD", "amount": "5"})).await;
    hear(&mut heard, |event| (event == VenueEvent::Holdings).then_some(())).await;
    stand.fake.tell(json!({"do": "stream", "kind": "gap", "times": 1})).await;
    for random in ["G0NE", "HERE"] {
        let frozen = connector.freeze(&resting(&minted(random))).expect("supported");
        connector.submit(&frozen, now()).await.expect("accepted");
    }
    hear(&mut heard, |event| (event == VenueEvent::Gap).then_some(())).await;
    stand.fake.tell(json!({"do": "stream", "kind": "drop"})).await;
    assert!(matches!(stream.await.expect("no panic"), StreamEnd::Dropped { .. }));
}

fault_tests!(questions: lookups, refusals: ["EOrder:Insufficient funds"]);

#[tokio::test]
async fn what_is_paged_is_read_to_its_end() {
    lookups::what_is_paged_is_read_to_its_end(stand().await, 70).await;
}

#[tokio::test]
async fn what_finds_nobody_was_not_sent() {
    let fake = venue("kraken").await;
    let nowhere = KrakenConfig { rest: "http://127.0.0.1:1".to_owned(), stream: "ws://127.0.0.1:1".to_owned(), ..config(&fake, None) };
    faults::what_finds_nobody_was_not_sent(Kraken::new(&nowhere, Clock::System).expect("a key")).await;
}
