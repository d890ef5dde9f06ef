//! The connector to Alpaca against the fake of it.

use std::collections::BTreeSet;

use serde_json::json;
use server::{
    broker::{
        CancelError, Connector as _, OrderName, OrderReport, StreamEnd, SubmitError, VenueError, VenueEvent, VenueOrder, VenueStatus,
        alpaca::{Alpaca, AlpacaConfig},
    },
    net::{Key, KeyPair},
};
use speedtrade::{
    instrument::AssetType,
    money::Qty,
    order::{Amount, Exits, OrderClass, OrderKind, Side, StopLoss, TimeInForce, Trail},
    venue::Environment,
};
use tokio::sync::mpsc;

use super::{
    faults,
    stand::{PATIENCE, Stand, hear, limit, market, name, now, resting, venue},
};
use crate::feeds::fake::Fake;

fn config(fake: &Fake, id: &str, secret: &str) -> AlpacaConfig {
    let word = |name: &str| Key::new(fake.listening[name].as_str().expect("told"));
    let keys = KeyPair { id: word(id), secret: word(secret) };
    let (rest, stream) = (fake.http(), format!("{}/stream", fake.ws()));
    AlpacaConfig { rest, stream, patience: PATIENCE, ..AlpacaConfig::new(Environment::Practice, keys) }
}

async fn stand() -> Stand<Alpaca> {
    let fake = venue("alpaca").await;
    let connector = Alpaca::new(config(&fake, "key", "secret")).expect("a key");
    Stand { fake, connector }
}

fn stock(client_id: &str, kind: OrderKind) -> VenueOrder {
    let simple = market(client_id, Side::Buy, "10");
    VenueOrder { symbol: "AAPL".parse().expect("a symbol"), asset_type: AssetType::Stock, kind, ..simple }
}

#[tokio::test]
async fn an_order_is_placed_found_listed_and_canceled() {
    let mut stand = stand().await;
    let order = resting("st0002-simple");
    let placed = stand.place(&order).await;
    assert!(!placed.status.is_final(), "{placed:?}");
    assert_eq!((placed.symbol.as_ref(), placed.kind, placed.asset_type), (Some(&order.symbol), Some(order.kind), AssetType::Crypto));
    let found = stand.find(&order).await.expect("there");
    assert_eq!((&found.venue_id, found.client_id.as_deref()), (&placed.venue_id, Some("st0002-simple")));
    let by_venue_id = OrderName { venue_id: Some(placed.venue_id.clone()), ..name(&order) };
    assert_eq!(stand.connector.find_order(&by_venue_id).await.expect("answered").expect("there").venue_id, placed.venue_id);
    let listed = stand.connector.open_orders().await.expect("answered");
    assert_eq!(listed.iter().map(|o| &o.venue_id).collect::<Vec<_>>(), [&placed.venue_id]);
    assert_eq!(stand.connector.orders_since(now().plus_micros(-60_000_000), &[]).await.expect("answered").len(), 1);
    let submitted = placed.created_at.expect("told");
    assert_eq!(stand.connector.orders_since(submitted, &[]).await.expect("answered").len(), 1, "from its very time on");
    assert_eq!(stand.connector.orders_since(submitted.plus_micros(1), &[]).await.expect("answered").len(), 0);

    stand.connector.cancel(&name(&order)).await.expect("canceled by the name we gave it");
    assert_eq!(stand.connector.cancel(&by_venue_id).await, Err(CancelError::NotOpen));
    assert_eq!(stand.connector.cancel(&name(&resting("st0002-nobody"))).await, Err(CancelError::NotOpen));
    assert_eq!(stand.find(&order).await.expect("there").status, VenueStatus::Canceled);
    assert_eq!(stand.find(&resting("st0002-nobody")).await, None);
    assert_eq!(stand.count("st0002-simple").await, 1);
}

#[tokio::test]
async fn the_same_order_twice_exists_even_when_it_is_over() {
    let mut stand = stand().await;
    let order = resting("st0002-twice");
    let frozen = stand.connector.freeze(&order).expect("supported");
    stand.connector.submit(&frozen, now()).await.expect("accepted");
    assert_eq!(stand.connector.submit(&frozen, now()).await, Err(SubmitError::Exists));
    stand.connector.cancel(&name(&order)).await.expect("canceled");
    assert_eq!(stand.connector.submit(&frozen, now()).await, Err(SubmitError::Exists));
    assert_eq!(stand.count("st0002-twice").await, 1);
}

#[tokio::test]
async fn what_was_filled_is_told_cumulatively_and_by_execution() {
    let mut stand = stand().await;
    let order = resting("st0002-filled");
    stand.place(&order).await;
    for qty in ["0.0004", "0.0006"] {
        stand.tell(json!({"do": "fill", "client_id": "st0002-filled", "qty": qty, "price": "50000"})).await;
    }
    let found = stand.find(&order).await.expect("there");
    assert_eq!((found.status, found.filled_qty), (VenueStatus::Filled, "0.001".parse().expect("a quantity")));
    assert_eq!(found.avg_price.expect("told").to_string(), "50000.00");
    stand.place(&market("st0002-other", Side::Buy, "0.003")).await;
    let of = stand.connector.executions_of(&name(&order)).await.expect("answered");
    let sum = of.iter().try_fold(Qty::ZERO, |sum, execution| sum.checked_add(execution.qty)).expect("small");
    assert_eq!((of.len(), sum), (2, found.filled_qty));
    assert!(of.iter().all(|e| e.client_id.as_deref() == Some("st0002-filled") && e.symbol.as_ref() == Some(&order.symbol)));
    assert!(stand.connector.executions_since(now().plus_micros(-60_000_000), &[]).await.expect("answered").len() > 2);
}

#[tokio::test]
async fn more_than_a_page_of_executions_is_read_to_its_end() {
    let mut stand = stand().await;
    let order = limit("st0002-pages", Side::Buy, "1", "50000");
    stand.place(&order).await;
    for _ in 0..130 {
        stand.tell(json!({"do": "fill", "client_id": "st0002-pages", "qty": "0.001", "price": "50000"})).await;
    }
    let all = stand.connector.executions_since(now().plus_micros(-60_000_000), &[]).await.expect("answered");
    let names: std::collections::BTreeSet<_> = all.iter().map(|execution| &execution.exec_id).collect();
    assert_eq!((all.len(), names.len()), (130, 130));
}

#[tokio::test]
async fn more_than_a_page_of_orders_is_read_to_its_end() {
    let mut stand = stand().await;
    for _ in 0..503 {
        let order = json!({"do": "external", "symbol": "BTC/USD", "side": "buy", "type": "limit", "qty": "0.0001", "limit": "20000"});
        assert_eq!(stand.tell(order).await["event"], "done");
    }
    let open = stand.connector.open_orders().await.expect("answered");
    let names: std::collections::BTreeSet<_> = open.iter().map(|order| &order.venue_id).collect();
    assert_eq!((open.len(), names.len()), (503, 503));
}

#[tokio::test]
async fn a_replacement_is_a_new_order_in_one_call() {
    let stand = stand().await;
    let old = resting("st0002-old");
    let placed = stand.place(&old).await;
    let new = limit("st0002-new", Side::Buy, "0.002", "51000");
    let report = stand.connector.replace(&name(&old), &new, now()).await.expect("replaced");
    assert_eq!((report.client_id.as_deref(), report.kind), (Some("st0002-new"), Some(new.kind)));
    assert_ne!(report.venue_id, placed.venue_id);
    let before = stand.find(&old).await.expect("there");
    assert_eq!((before.status, before.replaced_by.as_ref()), (VenueStatus::Replaced, Some(&report.venue_id)));
    let gone = stand.connector.replace(&name(&old), &limit("st0002-third", Side::Buy, "0.002", "52000"), now()).await;
    assert!(matches!(gone, Err(SubmitError::Rejected { .. })), "{gone:?}");
    let nobody = stand.connector.replace(&name(&resting("st0002-nobody")), &new, now()).await;
    assert!(matches!(nobody, Err(SubmitError::Rejected { .. })), "{nobody:?}");
}

#[tokio::test]
async fn every_kind_of_stock_order_is_taken_and_read_back() {
    let stand = stand().await;
    let price = |text: &str| text.parse().expect("a price");
    let trail = Trail::percent("1.5".parse().expect("a percentage")).expect("more than zero");
    let kinds = [
        OrderKind::Limit { limit_price: price("90") },
        OrderKind::Stop { stop_price: price("900") },
        OrderKind::StopLimit { stop_price: price("900"), limit_price: price("905.5") },
        OrderKind::TrailingStop { trail },
    ];
    for (i, kind) in kinds.into_iter().enumerate() {
        let report = stand.place(&VenueOrder { time_in_force: TimeInForce::Day, ..stock(&format!("st0002-kind-{i}"), kind) }).await;
        assert_eq!((report.kind, report.time_in_force), (Some(kind), Some(TimeInForce::Day)));
        assert_eq!((report.asset_type, report.qty), (AssetType::Stock, Some("10".parse().expect("a quantity"))));
    }
    let dollars = "500.25".parse().expect("dollars");
    let bought =
        VenueOrder { amount: Amount::Notional(dollars), time_in_force: TimeInForce::Day, ..stock("st0002-usd", OrderKind::Market) };
    assert_eq!(stand.place(&bought).await.notional, Some(dollars));
}

#[tokio::test]
async fn a_bracket_stands_at_the_venue_with_its_legs() {
    let stand = stand().await;
    let price = |text: &str| text.parse().expect("a price");
    let stop_loss = Some(StopLoss { stop_price: price("80"), limit_price: None });
    let exits = Exits { take_profit: Some(price("999")), stop_loss };
    let entry = stock("st0002-bracket", OrderKind::Limit { limit_price: price("90") });
    let placed = stand.place(&VenueOrder { class: OrderClass::Bracket, exits, ..entry }).await;
    let kinds: Vec<_> = placed.legs.iter().map(|leg| (leg.side, leg.kind)).collect();
    assert!(kinds.contains(&(Side::Sell, Some(OrderKind::Limit { limit_price: price("999") }))), "{kinds:?}");
    assert!(kinds.contains(&(Side::Sell, Some(OrderKind::Stop { stop_price: price("80") }))), "{kinds:?}");
    let open = stand.connector.open_orders().await.expect("answered");
    let names: BTreeSet<_> = open.iter().flat_map(OrderReport::with_legs).map(|report| report.venue_id.as_str()).collect();
    assert_eq!((open.len(), names.len()), (3, 3), "the legs are orders of their own");
}

#[tokio::test]
async fn the_account_its_positions_and_its_rules_are_told() {
    let stand = stand().await;
    stand.place(&market("st0002-coins", Side::Buy, "0.01")).await;
    let identity = stand.connector.identity().await.expect("answered");
    assert!(identity.may_trade && identity.may_withdraw == Some(false) && !identity.account.is_empty(), "{identity:?}");
    let holdings = stand.connector.holdings().await.expect("answered");
    assert!(holdings.iter().any(|holding| holding.asset == "USD" && holding.symbol.is_none()));
    let coins = holdings.iter().find(|holding| holding.asset == "BTC").expect("bought");
    assert_eq!(coins.symbol, Some("BTC/USD".parse().expect("a symbol")));
    let rules = stand.connector.rules().await.expect("answered");
    let rule = |code: &str| rules.iter().find(|rules| rules.code == code).expect("traded");
    assert_eq!((rule("AAPL").tick.to_string().as_str(), rule("BTC/USD").lot.to_string().as_str()), ("0.01", "0.00000001"));
    assert!((stand.connector.server_time().await.expect("answered").seconds() - now().seconds()).abs() < 5);
}

#[tokio::test]
async fn a_wrong_key_is_refused_everywhere() {
    let fake = venue("alpaca").await;
    let wrong = Alpaca::new(config(&fake, "key", "key")).expect("the form of a key");
    let frozen = wrong.freeze(&resting("st0002-wrong")).expect("supported");
    assert!(matches!(wrong.submit(&frozen, now()).await, Err(SubmitError::Rejected { .. })));
    assert!(matches!(wrong.holdings().await, Err(VenueError::Unauthorized { .. })));
    let (events, _heard) = mpsc::channel(8);
    assert!(matches!(wrong.listen(&events).await, StreamEnd::Refused { .. }));
}

#[tokio::test]
async fn the_stream_tells_each_step_of_an_order() {
    let mut stand = stand().await;
    let (events, mut heard) = mpsc::channel(8);
    let connector = Alpaca::new(config(&stand.fake, "key", "secret")).expect("a key");
    let stream = tokio::spawn(async move { connector.listen(&events).await });
    hear(&mut heard, |event| (event == VenueEvent::Listening).then_some(())).await;
    stand.place(&resting("st0002-told")).await;
    let report = |event| if let VenueEvent::Order(report) = event { Some(report) } else { None };
    let told = hear(&mut heard, report).await;
    assert_eq!((told.client_id.as_deref(), told.last.as_ref()), (Some("st0002-told"), None));
    stand.tell(json!({"do": "fill", "client_id": "st0002-told", "qty": "0.0004", "price": "50000"})).await;
    let partly = hear(&mut heard, |event| report(event).filter(|report| report.last.is_some())).await;
    let last = partly.last.clone().expect("told");
    assert_eq!((last.qty, last.price.to_string().as_str()), (partly.filled_qty, "50000.00"));
    assert_eq!(partly.status, VenueStatus::Open);
    stand
        .connector
        .cancel(&OrderName { venue_id: Some(partly.venue_id.clone()), ..name(&resting("st0002-told")) })
        .await
        .expect("canceled");
    let ended = hear(&mut heard, |event| report(event).filter(|report| report.status.is_final())).await;
    assert_eq!((ended.status, ended.filled_qty), (VenueStatus::Canceled, last.qty));
    stand.tell(json!({"do": "stream", "kind": "drop"})).await;
    assert!(matches!(stream.await.expect("no panic"), StreamEnd::Dropped { .. }));
}

fault_tests!(questions: faults, refusals: ["40310000", "42210000"]);

#[tokio::test]
async fn what_finds_nobody_was_not_sent() {
    let fake = venue("alpaca").await;
    let (rest, stream) = ("http://127.0.0.1:1", "ws://127.0.0.1:1");
    let connector = Alpaca::new(AlpacaConfig { rest: rest.to_owned(), stream: stream.to_owned(), ..config(&fake, "key", "secret") });
    faults::what_finds_nobody_was_not_sent(connector.expect("a key")).await;
}
