use super::*;
use crate::{instrument::AssetType, order::TimeInForce, time::Timestamp};

fn price(text: &str) -> Price {
    text.parse().expect("valid")
}

fn quote() -> Quote {
    let (p, size) = (price("100"), "500".parse().expect("valid"));
    let (bid, ask) = (price("99.99"), price("100.01"));
    let volume = Qty::ZERO;
    Quote { price: p, bid, ask, bid_size: size, ask_size: size, prev_close: p, open: p, high: p, low: p, volume, time: Timestamp::EPOCH }
}

fn instrument() -> Instrument {
    Instrument {
        symbol: "X".parse().expect("valid"),
        name: "X".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NYSE".to_owned(),
        sector: "Energy".to_owned(),
        tick: price("0.01"),
        lot: "0.000001".parse().expect("valid"),
        notional_min: "1".parse().expect("valid"),
    }
}

fn order(side: Side, kind: OrderKind, amount: Amount) -> NewOrder {
    NewOrder { symbol: instrument().symbol, side, kind, amount, time_in_force: TimeInForce::Day, client_order_id: None }
}

fn decide(order: NewOrder, cash: &str, held: &str) -> Result<Approved, Denied> {
    let cash = Cash { available: cash.parse().expect("valid"), reserved: Usd::ZERO };
    let position = Position { qty: held.parse().expect("valid"), ..Position::empty(instrument().symbol) };
    let quote = quote();
    check(
        order,
        &instrument(),
        &Situation { cash: &cash, position: Some(&position), quote: Some(&quote), is_market_open: true, open_orders: 0 },
    )
}

#[test]
fn a_market_buy_is_paid_at_the_ask_to_the_cent() {
    let ten = Amount::Qty("10".parse().expect("valid"));
    let approved = decide(order(Side::Buy, OrderKind::Market, ten), "1000.10", "0").expect("exactly enough");
    assert_eq!(approved.hold().to_string(), "1000.10");
    let denied = decide(order(Side::Buy, OrderKind::Market, ten), "1000.09", "0").expect_err("a cent short");
    assert_eq!(denied.code(), "insufficient_buying_power");
}

#[test]
fn what_is_not_held_cannot_be_sold() {
    let eleven = Amount::Qty("11".parse().expect("valid"));
    let denied = decide(order(Side::Sell, OrderKind::Market, eleven), "0", "10").expect_err("only ten are held");
    assert_eq!(denied, Denied::InsufficientPosition { available: "10".parse().expect("valid") });
}

#[test]
fn a_stop_reserves_room_for_a_gap() {
    let stop = OrderKind::Stop { stop_price: price("200") };
    let one = Amount::Qty("1".parse().expect("valid"));
    assert_eq!(decide(order(Side::Buy, stop, one), "1000", "0").expect("enough").hold().to_string(), "206.00");
}

#[test]
fn dollars_buy_what_the_ask_allows() {
    let amount = Amount::Notional("250".parse().expect("valid"));
    let approved = decide(order(Side::Buy, OrderKind::Market, amount), "250", "0").expect("enough");
    assert_eq!(approved.qty().to_string(), "2.49975");
    assert!(approved.hold() <= "250".parse().expect("valid"));
}

#[test]
fn the_thousand_and_first_open_order_is_refused() {
    let cash = Cash { available: "1000".parse().expect("valid"), reserved: Usd::ZERO };
    let situation = Situation { cash: &cash, position: None, quote: None, is_market_open: true, open_orders: OPEN_ORDERS_MAX };
    let one = order(Side::Buy, OrderKind::Limit { limit_price: price("1") }, Amount::Qty("1".parse().expect("valid")));
    assert_eq!(check(one, &instrument(), &situation).expect_err("too many").code(), "too_many_open_orders");
}
