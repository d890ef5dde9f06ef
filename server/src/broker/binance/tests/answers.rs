//! What is told: answers, lists and the private stream.

use rstest::rstest;
use serde_json::{Value, json};
use speedtrade::order::{OrderKind, Side, TimeInForce};
use tokio_tungstenite::tungstenite::Bytes;

use super::{limit, stop_limit};
use crate::{
    broker::{
        OrderReport, StreamEnd, VenueEvent, VenueStatus,
        binance::{
            convert,
            stream::{Read, read},
            wire,
        },
    },
    net::Names,
};

fn placed(changes: &Value) -> OrderReport {
    let mut body = json!({
        "symbol": "BTCUSDT", "orderId": 28, "orderListId": -1, "clientOrderId": "st0001-01J", "transactTime": 1_507_725_176_595_i64,
        "price": "0.00000000", "origQty": "10.00000000", "executedQty": "10.00000000", "origQuoteOrderQty": "0.000000",
        "cummulativeQuoteQty": "39990.00000000", "status": "FILLED", "timeInForce": "GTC", "type": "MARKET", "side": "SELL",
        "workingTime": 1_507_725_176_595_i64, "selfTradePreventionMode": "NONE", "fills": [
            {"price": "4000.00000000", "qty": "1.00000000", "commission": "4.00000000", "commissionAsset": "USDT", "tradeId": 56},
            {"price": "3998.88888889", "qty": "9.00000000", "commission": "0.00000000", "commissionAsset": "BNB", "tradeId": 57}],
    });
    for (field, value) in changes.as_object().expect("an object") {
        body[field] = value.clone();
    }
    let order: wire::Order = serde_json::from_str(&body.to_string()).expect("an order");
    convert::order(&order, &Names::default()).expect("readable")
}

#[test]
fn a_placement_tells_its_executions() {
    let report = placed(&json!({}));
    assert_eq!((report.venue_id.as_str(), report.client_id.as_deref()), ("28", Some("st0001-01J")));
    assert_eq!((report.status, report.side, report.kind), (VenueStatus::Filled, Side::Sell, Some(OrderKind::Market)));
    assert_eq!((report.filled_qty.to_string(), report.avg_price.expect("filled").to_string()), ("10".into(), "3999.00".into()));
    let [first, second] = report.executions.as_slice() else { panic!("{report:?}") };
    assert_eq!((first.exec_id.as_str(), first.fees[0].asset.as_str()), ("BTCUSDT:56", "USDT"));
    assert_eq!(first.time.to_string(), "2017-10-11T12:32:56.595Z");
    assert_eq!((second.price.to_string().as_str(), second.fees.len()), ("3998.88888889", 0));
}

#[rstest]
#[case("NEW", VenueStatus::Open)]
#[case("PENDING_NEW", VenueStatus::Pending)]
#[case("PARTIALLY_FILLED", VenueStatus::Open)]
#[case("FILLED", VenueStatus::Filled)]
#[case("CANCELED", VenueStatus::Canceled)]
#[case("PENDING_CANCEL", VenueStatus::Canceling)]
#[case("REJECTED", VenueStatus::Rejected)]
#[case("EXPIRED", VenueStatus::Expired)]
#[case("EXPIRED_IN_MATCH", VenueStatus::Expired)]
fn every_status_has_a_meaning(#[case] word: &str, #[case] status: VenueStatus) {
    assert_eq!(placed(&json!({"status": word})).status, status);
}

#[rstest]
#[case("LIMIT", Some(limit("50")))]
#[case("LIMIT_MAKER", Some(limit("50")))]
#[case("STOP_LOSS", Some(OrderKind::Stop { stop_price: "49".parse().expect("a price") }))]
#[case("STOP_LOSS_LIMIT", Some(stop_limit("49", "50")))]
#[case("TAKE_PROFIT_LIMIT", Some(stop_limit("49", "50")))]
fn every_kind_is_read_with_its_prices(#[case] word: &str, #[case] kind: Option<OrderKind>) {
    assert_eq!(placed(&json!({"type": word, "price": "50.00", "stopPrice": "49.00"})).kind, kind);
}

#[test]
fn an_order_for_dollars_has_no_quantity_until_it_is_known() {
    let report =
        placed(&json!({"origQty": "0.00000000", "executedQty": "0.00000000", "origQuoteOrderQty": "20.5", "status": "NEW", "fills": []}));
    assert_eq!((report.qty, report.notional.expect("told").to_string().as_str()), (None, "20.50"));
    assert_eq!(report.avg_price, None);
    assert_eq!(placed(&json!({"cummulativeQuoteQty": "-1.00000000"})).avg_price, None, "old orders don't know it");
}

#[test]
fn pairs_of_other_quotes_are_told_without_a_symbol() {
    assert_eq!(placed(&json!({"symbol": "LTCBTC"})).symbol, None);
}

#[test]
fn a_trade_is_named_by_its_pair_and_number() {
    let trade = json!({
        "symbol": "BNBUSDT", "id": 28_457, "orderId": 100_234, "orderListId": -1, "price": "4.00000100", "qty": "12.00000000",
        "quoteQty": "48.000012", "commission": "10.10000000", "commissionAsset": "BNB", "time": 1_499_865_549_590_i64, "isBuyer": true,
        "isMaker": false, "isBestMatch": true,
    });
    let trade: wire::Trade = serde_json::from_str(&trade.to_string()).expect("a trade");
    let execution = convert::trade(&trade, &Names::default()).expect("readable");
    assert_eq!((execution.exec_id.as_str(), execution.venue_order_id.as_str()), ("BNBUSDT:28457", "100234"));
    assert_eq!((execution.side, execution.is_maker, execution.price.to_string().as_str()), (Side::Buy, Some(false), "4.000001"));
    assert_eq!((execution.fees[0].asset.as_str(), execution.fees[0].amount.to_string().as_str()), ("BNB", "10.10000000"));
}

#[test]
fn balances_are_told_with_what_orders_hold() {
    let account = json!({"uid": 354_937_868, "canTrade": true, "balances": [
        {"asset": "BTC", "free": "4723846.89208129", "locked": "0.10000000"}, {"asset": "USDT", "free": "0.00000000", "locked": "5.00"},
        {"asset": "LTC", "free": "0.00000000", "locked": "0.00000000"}]});
    let account: wire::Account = serde_json::from_str(&account.to_string()).expect("an account");
    let holdings = convert::holdings(&account, &Names::default());
    let [coins, dollars] = holdings.as_slice() else { panic!("{holdings:?}") };
    assert_eq!((coins.total.to_string().as_str(), coins.locked.to_string().as_str()), ("4723846.99208129", "0.10000000"));
    assert_eq!((coins.symbol.as_ref().map(ToString::to_string), dollars.symbol.as_ref()), (Some("BTC/USD".to_owned()), None));
}

#[rstest]
#[case(None, true, None)]
#[case(Some(json!({"ipRestrict": true, "enableWithdrawals": false, "enableSpotAndMarginTrading": true})), true, Some(false))]
#[case(Some(json!({"ipRestrict": false, "enableWithdrawals": true, "enableSpotAndMarginTrading": false})), false, Some(true))]
fn a_key_says_what_it_may_do(#[case] key: Option<Value>, #[case] may_trade: bool, #[case] may_withdraw: Option<bool>) {
    let account: wire::Account = serde_json::from_str(r#"{"uid":7,"canTrade":true,"balances":[]}"#).expect("an account");
    let key: Option<wire::Restrictions> = key.map(|key| serde_json::from_value(key).expect("restrictions"));
    let identity = convert::identity(&account, key.as_ref());
    assert_eq!((identity.account.as_str(), identity.may_trade, identity.may_withdraw), ("7", may_trade, may_withdraw));
    assert_eq!(identity.notes.is_empty(), key.is_none());
}

#[test]
fn the_rules_of_an_instrument_are_in_its_filters() {
    let info = json!({"symbols": [
        {"symbol": "ETHUSDT", "status": "TRADING", "isSpotTradingAllowed": true, "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": "0.01000000", "maxPrice": "1000000.00000000", "tickSize": "0.01000000"},
            {"filterType": "LOT_SIZE", "minQty": "0.00010000", "maxQty": "9000.00000000", "stepSize": "0.00010000"},
            {"filterType": "ICEBERG_PARTS", "limit": 10},
            {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": true, "avgPriceMins": 5}]},
        {"symbol": "ETHBTC", "status": "TRADING", "isSpotTradingAllowed": true, "filters": []},
        {"symbol": "OLDUSDT", "status": "BREAK", "isSpotTradingAllowed": true, "filters": []}]});
    let info: wire::ExchangeInfo = serde_json::from_str(&info.to_string()).expect("rules");
    let rules: Vec<_> = info.symbols.iter().filter_map(|instrument| convert::rules(instrument, &Names::default())).collect();
    let [ether] = rules.as_slice() else { panic!("{rules:?}") };
    let numbers = [ether.tick.to_string(), ether.lot.to_string(), ether.qty_min.to_string(), ether.notional_min.to_string()];
    assert_eq!(numbers, ["0.01", "0.0001", "0.0001", "5.00"]);
    assert!(ether.is_tradable && ether.qty_max == Some("9000".parse().expect("a quantity")));
}

/// An `executionReport` as the documents have it.
pub(super) fn event(changes: &Value) -> Value {
    let mut event = json!({
        "e": "executionReport", "E": 1_499_405_658_658_i64, "s": "ETHUSDT", "c": "st0001-01J", "S": "BUY", "o": "LIMIT", "f": "GTC",
        "q": "1.00000000", "p": "3000.50", "P": "0.00000000", "F": "0.00000000", "g": -1, "C": "", "x": "NEW", "X": "NEW", "r": "NONE",
        "i": 4_293_153, "l": "0.00000000", "z": "0.00000000", "L": "0.00000000", "n": "0", "N": null, "T": 1_499_405_658_657_i64, "t": -1,
        "I": 8_641_984, "w": true, "m": false, "M": false, "O": 1_499_405_658_657_i64, "Z": "0.00000000", "Y": "0.00000000",
        "Q": "0.00000000", "W": 1_499_405_658_657_i64, "V": "NONE",
    });
    for (field, value) in changes.as_object().expect("an object") {
        event[field] = value.clone();
    }
    event
}

fn read_event(event: &Value) -> Read {
    read(&Bytes::from(json!({"subscriptionId": 0, "event": event}).to_string()), &Names::default())
}

#[test]
fn an_execution_is_told_before_the_order() {
    let trade = json!({"x": "TRADE", "X": "PARTIALLY_FILLED", "l": "0.4", "L": "3000.25", "z": "0.4", "Z": "1200.1", "n": "0.0004", "N": "ETH", "t": 99, "m": true});
    let Read::Events(events) = read_event(&event(&trade)) else { panic!("no events") };
    let [VenueEvent::Execution(execution), VenueEvent::Order(order)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((execution.exec_id.as_str(), execution.is_maker, execution.fees[0].asset.as_str()), ("ETHUSDT:99", Some(true), "ETH"));
    assert_eq!((order.status, order.filled_qty, order.time_in_force), (VenueStatus::Open, execution.qty, Some(TimeInForce::Gtc)));
    assert_eq!(order.avg_price, Some(execution.price));
}

#[test]
fn a_canceled_order_keeps_the_name_that_we_gave_it() {
    let canceled = json!({"x": "CANCELED", "X": "CANCELED", "c": "cancel-1", "C": "st0001-01J"});
    let Read::Events(events) = read_event(&event(&canceled)) else { panic!("no events") };
    let [VenueEvent::Order(order)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((order.status, order.client_id.as_deref(), order.reason.as_ref()), (VenueStatus::Canceled, Some("st0001-01J"), None));
}

#[test]
fn a_report_that_can_not_be_read_is_a_gap() {
    for broken in [json!({"X": "PAUSED"}), json!({"S": "HOLD"}), json!({"T": "soon"}), json!({"x": "TRADE", "L": "0"})] {
        assert_eq!(read_event(&event(&broken)), Read::Events(vec![VenueEvent::Gap]), "{broken}");
    }
}

#[rstest]
#[case(r#"{"id":1,"status":200,"result":{"subscriptionId":0}}"#, Read::Confirmed)]
#[case(r#"{"subscriptionId":0,"event":{"e":"balanceUpdate","a":"BTC","d":"1"}}"#, Read::Events(vec![VenueEvent::Holdings]))]
#[case(r#"{"subscriptionId":0,"event":{"e":"outboundAccountPosition","B":[]}}"#, Read::Ignored)]
#[case(r#"{"subscriptionId":0,"event":{"e":"eventStreamTerminated"}}"#, Read::Over("the venue ended the subscription"))]
#[case(r#"{"event":{"e":"serverShutdown","E":1}}"#, Read::Over("the venue is about to end the connection"))]
#[case(r#"{"e":"serverShutdown","E":1}"#, Read::Over("the venue is about to end the connection"))]
#[case("[]", Read::Ignored)]
#[case("", Read::Ignored)]
fn every_frame_has_a_meaning_or_none(#[case] frame: &'static str, #[case] meaning: Read) {
    assert_eq!(read(&Bytes::from_static(frame.as_bytes()), &Names::default()), meaning);
}

#[rstest]
#[case(r#"{"id":1,"status":400,"error":{"code":-2015,"msg":"Invalid API-key"}}"#, true)]
#[case(r#"{"id":1,"status":401,"error":{"code":-2014,"msg":"API-key format invalid."}}"#, true)]
#[case(r#"{"id":1,"status":400,"error":{"code":-1021,"msg":"Timestamp"}}"#, false)]
#[case(r#"{"id":1,"status":503}"#, false)]
fn a_refused_subscription_ends_for_good_where_the_key_is_wrong(#[case] frame: &'static str, #[case] is_final: bool) {
    let Read::Refused(end) = read(&Bytes::from_static(frame.as_bytes()), &Names::default()) else { panic!("not refused") };
    assert_eq!(matches!(end, StreamEnd::Refused { .. }), is_final, "{end:?}");
}
