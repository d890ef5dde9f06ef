//! The connector to Binance against the fake of it.

use serde_json::json;
use server::{
    broker::{
        CancelError, Connector as _, ExecutionReport, OrderName, StreamEnd, SubmitError, VenueError, VenueEvent, VenueStatus,
        binance::{Binance, BinanceConfig},
    },
    clock::Clock,
    net::{Key, KeyPair, Names},
};
use speedtrade::{order::Side, time::DAY_US, venue::Environment};
use tokio::sync::mpsc;

use super::{
    faults,
    stand::{PATIENCE, Stand, hear, limit, market, name, now, resting, venue},
};
use crate::feeds::fake::Fake;

fn config(fake: &Fake, id: &str, secret: &str) -> BinanceConfig {
    let word = |name: &str| Key::new(fake.listening[name].as_str().expect("told"));
    let keys = KeyPair { id: word(id), secret: word(secret) };
    let (rest, stream) = (fake.http(), format!("{}/ws-api/v3", fake.ws()));
    BinanceConfig { rest, stream, patience: PATIENCE, ..BinanceConfig::new(Environment::Live, keys, Names::default()) }
}

async fn stand() -> Stand<Binance> {
    let fake = venue("binance").await;
    let connector = Binance::new(config(&fake, "key", "secret"), Clock::System).expect("a key");
    Stand { fake, connector }
}

#[tokio::test]
async fn an_order_is_placed_found_listed_and_canceled() {
    let mut stand = stand().await;
    let order = resting("st0001-simple");
    let placed = stand.place(&order).await;
    assert_eq!((placed.status, placed.client_id.as_deref()), (VenueStatus::Open, Some("st0001-simple")));
    assert_eq!((placed.symbol.as_ref(), placed.kind), (Some(&order.symbol), Some(order.kind)));
    let found = stand.find(&order).await.expect("there");
    assert_eq!((&found.venue_id, found.status), (&placed.venue_id, VenueStatus::Open));
    let listed = stand.connector.open_orders().await.expect("answered");
    assert_eq!(listed.iter().map(|o| &o.venue_id).collect::<Vec<_>>(), [&placed.venue_id]);
    let since = now().plus_micros(-60_000_000);
    let recent = stand.connector.orders_since(since, std::slice::from_ref(&order.symbol)).await.expect("answered");
    assert_eq!(recent.len(), 1);

    stand.connector.cancel(&name(&order)).await.expect("canceled");
    assert_eq!(stand.connector.cancel(&name(&order)).await, Err(CancelError::NotOpen));
    assert_eq!(stand.find(&order).await.expect("there").status, VenueStatus::Canceled);
    assert_eq!(stand.find(&resting("st0001-nobody")).await, None);
    assert_eq!(stand.count("st0001-simple").await, 1);
}

#[tokio::test]
async fn the_same_order_twice_exists_while_it_is_open() {
    let mut stand = stand().await;
    let frozen = stand.connector.freeze(&resting("st0001-twice")).expect("supported");
    stand.connector.submit(&frozen, now()).await.expect("accepted");
    assert_eq!(stand.connector.submit(&frozen, now()).await, Err(SubmitError::Exists));
    assert_eq!(stand.count("st0001-twice").await, 1);
}

#[tokio::test]
async fn executions_are_the_same_in_the_answer_and_in_the_lists() {
    let stand = stand().await;
    let order = market("st0001-market", Side::Buy, "0.002");
    let placed = stand.place(&order).await;
    assert_eq!((placed.status, placed.filled_qty.to_string().as_str()), (VenueStatus::Filled, "0.002"));
    let of = stand.connector.executions_of(&name(&order)).await.expect("answered");
    let since =
        stand.connector.executions_since(now().plus_micros(-60_000_000), std::slice::from_ref(&order.symbol)).await.expect("answered");
    let key = |e: &ExecutionReport| (e.exec_id.clone(), e.qty, e.price, e.fees.clone(), e.venue_order_id.clone());
    assert!(!of.is_empty());
    assert_eq!(of.iter().map(key).collect::<Vec<_>>(), placed.executions.iter().map(key).collect::<Vec<_>>());
    assert_eq!(of.iter().map(key).collect::<Vec<_>>(), since.iter().map(key).collect::<Vec<_>>());
    assert!(of[0].exec_id.starts_with("BTCUSDT:"));
    assert_eq!(of[0].fees[0].asset, "BTC", "the fee of a buy is taken from what was bought");
}

#[tokio::test]
async fn a_replacement_is_one_call_and_stops_when_the_old_order_is_gone() {
    let mut stand = stand().await;
    let old = resting("st0001-old");
    stand.place(&old).await;
    let new = limit("st0001-new", Side::Buy, "0.002", "51000");
    let report = stand.connector.replace(&name(&old), &new, now()).await.expect("replaced");
    assert_eq!((report.client_id.as_deref(), report.status), (Some("st0001-new"), VenueStatus::Open));
    assert_eq!(stand.find(&old).await.expect("there").status, VenueStatus::Canceled);
    let gone = stand.connector.replace(&name(&old), &limit("st0001-third", Side::Buy, "0.002", "52000"), now()).await;
    assert!(matches!(gone, Err(SubmitError::Rejected { .. })), "{gone:?}");
    assert_eq!(stand.count("st0001-third").await, 0);
}

#[tokio::test]
async fn the_account_its_key_and_its_rules_are_told() {
    let mut stand = stand().await;
    stand.tell(json!({"do": "set", "withdraw_permission": true})).await;
    let identity = stand.connector.identity().await.expect("answered");
    assert!(identity.may_trade && identity.may_withdraw == Some(true) && !identity.account.is_empty(), "{identity:?}");
    let holdings = stand.connector.holdings().await.expect("answered");
    let dollars = holdings.iter().find(|holding| holding.asset == "USDT").expect("there are some");
    assert!(dollars.symbol.is_none() && dollars.total > dollars.locked);
    let rules = stand.connector.rules().await.expect("answered");
    let bitcoin = rules.iter().find(|rules| rules.code == "BTCUSDT").expect("traded");
    assert_eq!((bitcoin.tick.to_string().as_str(), bitcoin.lot.to_string().as_str()), ("0.01", "0.00001"));
    assert!(bitcoin.is_tradable);
}

#[tokio::test]
async fn a_wrong_clock_is_set_right_once() {
    let mut stand = stand().await;
    stand.connector.holdings().await.expect("the clocks agree");
    stand.tell(json!({"do": "set", "clock_offset_ms": 60_000})).await;
    let frozen = stand.connector.freeze(&resting("st0001-late")).expect("supported");
    let refused = stand.connector.submit(&frozen, now()).await;
    assert!(matches!(&refused, Err(SubmitError::Rejected { code, .. }) if code == "-1021"), "{refused:?}");
    stand.connector.submit(&frozen, now()).await.expect("measured since");
    stand.tell(json!({"do": "set", "clock_offset_ms": -60_000})).await;
    stand.connector.holdings().await.expect("a question is asked again");
}

#[tokio::test]
async fn an_attempt_that_is_too_old_is_refused_by_the_venue() {
    let mut stand = stand().await;
    let frozen = stand.connector.freeze(&resting("st0001-paused")).expect("supported");
    let refused = stand.connector.submit(&frozen, now().plus_micros(-30_000_000)).await;
    assert!(matches!(&refused, Err(SubmitError::Rejected { code, .. }) if code == "-1021"), "{refused:?}");
    assert_eq!(stand.count("st0001-paused").await, 0);
}

#[tokio::test]
async fn both_kinds_of_keys_open_the_stream_and_a_wrong_one_does_not() {
    let fake = venue("binance").await;
    for (id, secret) in [("key", "secret"), ("ed25519_key", "ed25519_secret")] {
        let connector = Binance::new(config(&fake, id, secret), Clock::System).expect("a key");
        let (events, mut heard) = mpsc::channel(8);
        let listening = async { hear(&mut heard, |event| (event == VenueEvent::Listening).then_some(())).await };
        tokio::select! {
            end = connector.listen(&events) => panic!("{end:?}"),
            () = listening => {}
        }
        connector.holdings().await.expect("signed");
    }
    let wrong = Binance::new(config(&fake, "key", "ed25519_key"), Clock::System).expect("the form of a key");
    let (events, _heard) = mpsc::channel(8);
    assert!(matches!(wrong.listen(&events).await, StreamEnd::Refused { .. }));
    assert!(matches!(wrong.holdings().await, Err(VenueError::Unauthorized { .. })));
}

#[tokio::test]
async fn the_stream_tells_executions_before_the_status_they_lead_to() {
    let mut stand = stand().await;
    let (events, mut heard) = mpsc::channel(8);
    let connector = Binance::new(config(&stand.fake, "key", "secret"), Clock::System).expect("a key");
    let stream = tokio::spawn(async move { connector.listen(&events).await });
    hear(&mut heard, |event| (event == VenueEvent::Listening).then_some(())).await;
    let order = resting("st0001-told");
    stand.place(&order).await;
    let report = |event| if let VenueEvent::Order(report) = event { Some(report) } else { None };
    assert_eq!(hear(&mut heard, report).await.status, VenueStatus::Open);
    stand.tell(json!({"do": "fill", "client_id": "st0001-told", "qty": "0.0004", "price": "50000"})).await;
    let execution = hear(&mut heard, |event| if let VenueEvent::Execution(execution) = event { Some(execution) } else { None }).await;
    assert_eq!((execution.qty.to_string().as_str(), execution.client_id.as_deref()), ("0.0004", Some("st0001-told")));
    let partly = hear(&mut heard, report).await;
    assert_eq!((partly.status, partly.filled_qty), (VenueStatus::Open, execution.qty));
    let listed = stand.connector.executions_of(&name(&order)).await.expect("answered");
    assert_eq!(listed.iter().map(|e| &e.exec_id).collect::<Vec<_>>(), [&execution.exec_id]);
    let known = OrderName { venue_id: Some(partly.venue_id.clone()), ..name(&order) };
    stand.connector.cancel(&known).await.expect("canceled");
    let canceled = hear(&mut heard, report).await;
    assert_eq!((canceled.status, canceled.client_id.as_deref()), (VenueStatus::Canceled, Some("st0001-told")));
    stand.tell(json!({"do": "stream", "kind": "drop"})).await;
    assert!(matches!(stream.await.expect("no panic"), StreamEnd::Dropped { .. }));
}

fault_tests!(questions: faults, refusals: ["-2010", "-1013"]);

#[tokio::test]
async fn what_finds_nobody_was_not_sent() {
    let fake = venue("binance").await;
    let (rest, stream) = ("http://127.0.0.1:1", "ws://127.0.0.1:1");
    let connector =
        Binance::new(BinanceConfig { rest: rest.to_owned(), stream: stream.to_owned(), ..config(&fake, "key", "secret") }, Clock::System);
    faults::what_finds_nobody_was_not_sent(connector.expect("a key")).await;
}

#[tokio::test]
async fn lists_reach_back_as_far_as_they_are_asked_to() {
    let stand = stand().await;
    let (old, new) = (market("st0001-first", Side::Buy, "0.001"), market("st0001-second", Side::Buy, "0.002"));
    let ids = [stand.place(&old).await, stand.place(&new).await].map(|placed| placed.venue_id);
    for days in [0, 3, 400] {
        let since = now().plus_micros(-60_000_000 - days * DAY_US);
        let orders = stand.connector.orders_since(since, std::slice::from_ref(&old.symbol)).await.expect("answered");
        assert_eq!(orders.iter().map(|order| order.venue_id.clone()).collect::<Vec<_>>(), ids, "{days} days");
        let executions = stand.connector.executions_since(since, std::slice::from_ref(&old.symbol)).await.expect("answered");
        assert_eq!(executions.len(), 2, "{days} days");
    }
    let later = now().plus_micros(60_000_000);
    assert_eq!(stand.connector.orders_since(later, std::slice::from_ref(&old.symbol)).await, Ok(Vec::new()));
}
