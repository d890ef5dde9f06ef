use rstest::rstest;
use uuid::Uuid;

use super::*;

fn price(text: &str) -> Price {
    text.parse().expect("valid")
}

fn qty(text: &str) -> Qty {
    text.parse().expect("valid")
}

fn order(side: Side, kind: OrderKind) -> Order {
    let now = Timestamp::from_micros(1);
    Order {
        id: OrderId::new(Uuid::from_u128(1)),
        account_id: AccountId::new(Uuid::from_u128(2)),
        client_order_id: "mine".parse().expect("valid"),
        symbol: "AAPL".parse().expect("valid"),
        asset_type: AssetType::Stock,
        side,
        kind,
        time_in_force: TimeInForce::Gtc,
        extended_hours: false,
        group: None,
        qty: qty("10"),
        notional: None,
        filled_qty: Qty::ZERO,
        filled_value: Usd::ZERO,
        fees: Usd::ZERO,
        reserve: "100".parse().expect("valid"),
        hold: Usd::ZERO,
        hold_qty: Qty::ZERO,
        status: OrderStatus::New,
        reject_reason: None,
        triggered_at: None,
        watermark: None,
        lot_method: LotMethod::Fifo,
        chosen_lots: Vec::new(),
        replaces: None,
        replaced_by: None,
        created_at: now,
        updated_at: now,
        filled_at: None,
        canceled_at: None,
        venue: None,
        eligible_at: now,
        expires_at: None,
    }
}

fn quote(at: &str) -> Quote {
    let (p, size) = (price(at), qty("100"));
    Quote { bid_size: size, ask_size: size, ..Quote::still(p, Timestamp::EPOCH) }
}

fn trailing(amount: &str) -> OrderKind {
    OrderKind::TrailingStop { trail: Trail::amount(amount.parse().expect("valid")).expect("positive") }
}

#[test]
fn executions_add_up() {
    let mut order = order(Side::Buy, OrderKind::Market);
    assert_eq!((order.filled_avg_price(), order.open_qty(), order.hold_due().to_string()), (None, qty("10"), "100.00".to_owned()));
    order.record_fill(qty("4"), "40".parse().expect("valid"), "0.10".parse().expect("valid")).expect("in range");
    order.record_fill(qty("2"), "26".parse().expect("valid"), "0.05".parse().expect("valid")).expect("in range");
    assert_eq!((order.filled_avg_price(), order.open_qty()), (Some(price("11")), qty("4")));
    assert_eq!((order.fees.to_string(), order.hold_due().to_string()), ("0.15".to_owned(), "40.00".to_owned()));
    assert_eq!(order.status_by_fills(), OrderStatus::PartiallyFilled);
    order.record_fill(qty("5"), Usd::ZERO, Usd::ZERO).expect("in range");
    assert_eq!((order.open_qty(), order.status_by_fills()), (Qty::ZERO, OrderStatus::Filled));
}

#[rstest]
#[case(OrderStatus::New, "0", OrderStatus::New)]
#[case(OrderStatus::New, "1", OrderStatus::PartiallyFilled)]
#[case(OrderStatus::PartiallyFilled, "0", OrderStatus::New)]
#[case(OrderStatus::Canceled, "1", OrderStatus::Canceled)]
#[case(OrderStatus::Replaced, "0", OrderStatus::Replaced)]
#[case(OrderStatus::Canceled, "10", OrderStatus::Filled)]
fn a_status_follows_from_what_was_filled(#[case] status: OrderStatus, #[case] filled: &str, #[case] expected: OrderStatus) {
    let order = Order { status, filled_qty: qty(filled), ..order(Side::Buy, OrderKind::Market) };
    assert_eq!(order.status_by_fills(), expected);
}

#[rstest]
#[case(Side::Buy, OrderKind::Stop { stop_price: price("10") }, "9.99", false)]
#[case(Side::Buy, OrderKind::Stop { stop_price: price("10") }, "10", true)]
#[case(Side::Sell, OrderKind::Stop { stop_price: price("10") }, "10.01", false)]
#[case(Side::Sell, OrderKind::Stop { stop_price: price("10") }, "10", true)]
#[case(Side::Sell, OrderKind::StopLimit { stop_price: price("10"), limit_price: price("9") }, "10", true)]
#[case(Side::Buy, OrderKind::Market, "1", true)]
#[case(Side::Buy, OrderKind::Limit { limit_price: price("1") }, "5", true)]
fn a_trigger_is_reached_at_its_price(#[case] side: Side, #[case] kind: OrderKind, #[case] at: &str, #[case] is_reached: bool) {
    let order = order(side, kind);
    assert_eq!(order.is_triggered_by(&quote(at), price("0.01")), is_reached);
    let before = Order { triggered_at: Some(Timestamp::EPOCH), ..order };
    assert!(before.is_triggered_by(&quote(at), price("0.01")), "once reached it stays so");
}

#[rstest]
#[case(Side::Sell, "20", "21", Some("21"))]
#[case(Side::Sell, "20", "20", None)]
#[case(Side::Sell, "20", "19", None)]
#[case(Side::Buy, "20", "19", Some("19"))]
#[case(Side::Buy, "20", "20", None)]
#[case(Side::Buy, "20", "21", None)]
fn a_trailing_stop_follows_better_prices_only(#[case] side: Side, #[case] mark: &str, #[case] at: &str, #[case] better: Option<&str>) {
    let order = Order { watermark: Some(price(mark)), ..order(side, trailing("2")) };
    assert_eq!(order.better_watermark(&quote(at)), better.map(price));
    let triggered = Order { triggered_at: Some(Timestamp::EPOCH), ..order.clone() };
    assert_eq!(triggered.better_watermark(&quote(at)), None);
    let first = Order { watermark: None, ..order };
    assert_eq!(first.better_watermark(&quote(at)), Some(price(at)));
}

#[test]
fn only_trailing_stops_have_a_watermark() {
    assert_eq!(order(Side::Sell, OrderKind::Stop { stop_price: price("10") }).better_watermark(&quote("50")), None);
}

#[rstest]
#[case(Side::Sell, "20.004", Some("18.00"))]
#[case(Side::Buy, "20.004", Some("22.01"))]
#[case(Side::Buy, "0.5", Some("2.50"))]
#[case(Side::Buy, "1", Some("3.00"))]
fn a_trailing_stop_is_shown_where_it_stands(#[case] side: Side, #[case] mark: &str, #[case] shown: Option<&str>) {
    let order = Order { watermark: Some(price(mark)), ..order(side, trailing("2")) };
    assert_eq!(order.shown_stop().map(|p| p.to_string()).as_deref(), shown);
    let plain = OrderKind::Stop { stop_price: price("7.123") };
    assert_eq!(Order { kind: plain, ..order }.shown_stop(), Some(price("7.123")));
}

#[test]
fn below_a_dollar_a_stop_is_shown_to_a_hundredth_of_a_cent() {
    let order = Order { watermark: Some(price("0.5")), ..order(Side::Sell, trailing("0.1234")) };
    assert_eq!(order.shown_stop(), Some(price("0.3766")));
    let dear = Order { watermark: Some(price("1")), ..order };
    assert_eq!(dear.shown_stop(), Some(price("0.87")));
}

#[rstest]
#[case(OrderStatus::New, OrderKind::Limit { limit_price: price("1") }, false, true)]
#[case(OrderStatus::PartiallyFilled, OrderKind::Limit { limit_price: price("1") }, false, true)]
#[case(OrderStatus::Held, OrderKind::Limit { limit_price: price("1") }, false, false)]
#[case(OrderStatus::New, OrderKind::Market, false, false)]
#[case(OrderStatus::New, OrderKind::StopLimit { stop_price: price("2"), limit_price: price("1") }, false, false)]
#[case(OrderStatus::New, OrderKind::StopLimit { stop_price: price("2"), limit_price: price("1") }, true, true)]
fn a_limit_rests_once_it_is_active(#[case] status: OrderStatus, #[case] kind: OrderKind, #[case] triggered: bool, #[case] rests: bool) {
    let triggered_at = triggered.then_some(Timestamp::EPOCH);
    assert_eq!(Order { status, triggered_at, ..order(Side::Buy, kind) }.is_resting_limit(), rests);
}

#[rstest]
#[case(OrderStatus::Filled, true, false)]
#[case(OrderStatus::Canceled, false, true)]
#[case(OrderStatus::Expired, false, true)]
#[case(OrderStatus::Rejected, false, false)]
#[case(OrderStatus::Replaced, false, false)]
fn an_end_has_its_time(#[case] end: OrderStatus, #[case] is_filled: bool, #[case] is_canceled: bool) {
    let (mut order, now) = (order(Side::Buy, OrderKind::Market), Timestamp::from_micros(9));
    order.transition(end, now).expect("legal");
    assert_eq!((order.status, order.updated_at), (end, now));
    assert_eq!((order.filled_at, order.canceled_at), (is_filled.then_some(now), is_canceled.then_some(now)));
    assert_eq!(order.transition(OrderStatus::New, now).map_err(|e| e.to), Err(OrderStatus::New));
}

#[test]
fn groups_and_lots_are_read_off_the_order() {
    let group = Group { id: OrderId::new(Uuid::from_u128(1)), class: OrderClass::Bracket, role: Role::StopLoss };
    let lot = FillId::new(Uuid::from_u128(7));
    let order = Order { group: Some(group), lot_method: LotMethod::Chosen, chosen_lots: vec![lot], ..order(Side::Sell, OrderKind::Market) };
    assert_eq!(order.role(), Some(Role::StopLoss));
    assert_eq!((order.lot_order().method, order.lot_order().chosen), (LotMethod::Chosen, &[lot][..]));
}
