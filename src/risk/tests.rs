mod limits;

use rstest::rstest;

use super::*;
use crate::{
    instrument::{AssetType, Symbol},
    money::Percent,
    order::{TimeInForce, Trail},
    venue::Venue,
};

fn price(text: &str) -> Price {
    text.parse().expect("valid")
}

fn usd(text: &str) -> Usd {
    text.parse().expect("valid")
}

fn qty(text: &str) -> Qty {
    text.parse().expect("valid")
}

fn quote() -> Quote {
    let (p, size) = (price("100"), qty("500"));
    let (bid, ask) = (price("99.99"), price("100.01"));
    Quote { bid, ask, bid_size: size, ask_size: size, ..Quote::still(p, Timestamp::EPOCH) }
}

fn instrument() -> Instrument {
    Instrument {
        symbol: "X".parse().expect("valid"),
        name: "X".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NYSE".to_owned(),
        sector: "Energy".to_owned(),
        tick: price("0.01"),
        lot: qty("0.000001"),
        notional_min: usd("1"),
    }
}

fn order(side: Side, kind: OrderKind, amount: Amount) -> NewOrder {
    NewOrder::simple(instrument().symbol, side, kind, amount)
}

fn units(text: &str) -> Amount {
    Amount::Qty(qty(text))
}

fn limit(text: &str) -> OrderKind {
    OrderKind::Limit { limit_price: price(text) }
}

/// An account with a thousand dollars and ten units, in an open market.
struct Desk {
    cash: Cash,
    position: Position,
    quote: Option<Quote>,
    limits: RiskLimits,
    fees: FeeSchedule,
}

impl Desk {
    fn new(cash: &str, held: &str) -> Self {
        let position = Position { qty: qty(held), ..Position::empty(instrument().symbol) };
        Self {
            cash: Cash::new(usd(cash), Usd::ZERO),
            position,
            quote: Some(quote()),
            limits: RiskLimits::default(),
            fees: FeeSchedule::FREE,
        }
    }

    fn situation(&self) -> Situation<'_> {
        Situation {
            now: Timestamp::EPOCH,
            cash: &self.cash,
            position: Some(&self.position),
            lots: None,
            quote: self.quote.as_ref(),
            is_market_open: true,
            open_orders: 0,
            own_ask: None,
            own_bid: None,
            fees: &self.fees,
            limits: &self.limits,
            is_halted: false,
            gate: None,
            pace: Pace::STILL,
            equity: Some(usd("10000")),
            day_pl: Some(Usd::ZERO),
        }
    }
}

fn decide(order: NewOrder, cash: &str, held: &str) -> Result<Approved, Denied> {
    check(order, &instrument(), &Desk::new(cash, held).situation())
}

#[test]
fn a_market_buy_is_paid_at_the_ask_to_the_cent() {
    let approved = decide(order(Side::Buy, OrderKind::Market, units("10")), "1000.10", "0").expect("exactly enough");
    assert_eq!(approved.hold().to_string(), "1000.10");
    let denied = decide(order(Side::Buy, OrderKind::Market, units("10")), "1000.09", "0").expect_err("a cent short");
    assert_eq!(denied, Denied::InsufficientBuyingPower { needed: usd("1000.10"), available: usd("1000.09") });
}

#[test]
fn what_is_not_held_cannot_be_sold() {
    let denied = decide(order(Side::Sell, OrderKind::Market, units("11")), "0", "10").expect_err("only ten are held");
    assert_eq!(denied, Denied::InsufficientPosition { available: qty("10") });
    assert_eq!(decide(order(Side::Sell, OrderKind::Market, units("10")), "0", "10").expect("held").hold(), Usd::ZERO);
}

#[rstest]
#[case(OrderKind::Stop { stop_price: price("200") }, "206.00")]
#[case(OrderKind::TrailingStop { trail: Trail::amount(usd("5")).expect("positive") }, "108.15")]
#[case(OrderKind::StopLimit { stop_price: price("200"), limit_price: price("201") }, "201.00")]
#[case(limit("99.50"), "99.50")]
fn a_buy_reserves_the_most_it_can_cost(#[case] kind: OrderKind, #[case] hold: &str) {
    assert_eq!(decide(order(Side::Buy, kind, units("1")), "1000", "0").expect("enough").hold().to_string(), hold);
}

#[test]
fn fees_are_reserved_too() {
    let desk = Desk { fees: FeeSchedule { taker_bps: 25, maker_bps: 15, ..FeeSchedule::FREE }, ..Desk::new("1000", "0") };
    let hold = |kind| check(order(Side::Buy, kind, units("1")), &instrument(), &desk.situation()).expect("enough").hold().to_string();
    assert_eq!(hold(OrderKind::Market), "100.260025");
    assert_eq!(hold(limit("80")), "80.20");
}

#[test]
fn dollars_buy_what_the_ask_allows() {
    let amount = Amount::Notional(usd("250"));
    let approved = decide(order(Side::Buy, OrderKind::Market, amount), "250", "0").expect("enough");
    assert_eq!(approved.qty().to_string(), "2.49975");
    assert_eq!(approved.hold(), usd("250"));
    let sale = decide(order(Side::Sell, OrderKind::Market, amount), "0", "10").expect("held");
    assert_eq!(sale.qty().to_string(), "2.50025");
}

#[rstest]
#[case::halted(Situation { is_halted: true, ..Desk::new("1000", "10").leaked() }, Denied::Halted)]
#[case::gated(Situation { gate: Some(Gate::Overfill), ..Desk::new("1000", "10").leaked() }, Denied::Gated)]
#[case::full(Situation { open_orders: 1_000, ..Desk::new("1000", "10").leaked() }, Denied::TooManyOpenOrders { max: 1_000 })]
fn an_account_may_be_closed(#[case] situation: Situation<'static>, #[case] denied: Denied) {
    for side in [Side::Buy, Side::Sell] {
        assert_eq!(check(order(side, OrderKind::Market, units("1")), &instrument(), &situation), Err(denied));
    }
    let almost = Situation { is_halted: false, gate: None, open_orders: 999, ..situation };
    assert!(check(order(Side::Buy, OrderKind::Market, units("1")), &instrument(), &almost).is_ok());
}

impl Desk {
    fn leaked(self) -> Situation<'static> {
        Box::leak(Box::new(self)).situation()
    }
}

#[rstest]
#[case(TimeInForce::Ioc, true)]
#[case(TimeInForce::Fok, true)]
#[case(TimeInForce::Day, false)]
#[case(TimeInForce::Opg, false)]
fn what_must_trade_at_once_needs_an_open_market(#[case] time_in_force: TimeInForce, #[case] is_refused: bool) {
    let desk = Desk::new("1000", "10");
    let closed = Situation { is_market_open: false, ..desk.situation() };
    let order = NewOrder { time_in_force, ..order(Side::Buy, limit("90"), units("1")) };
    let answer = check(order, &instrument(), &closed);
    assert_eq!(answer.as_ref().err(), is_refused.then_some(&Denied::MarketClosed));
}

#[rstest]
#[case(Side::Buy, limit("110.01"), true)]
#[case(Side::Buy, limit("110.02"), false)]
#[case(Side::Sell, limit("90.91"), true)]
#[case(Side::Sell, limit("90"), false)]
// The direction that harms nobody.
#[case(Side::Buy, limit("1"), true)]
#[case(Side::Sell, limit("1000"), true)]
// The limit of a stop is measured from its stop.
#[case(Side::Buy, OrderKind::StopLimit { stop_price: price("200"), limit_price: price("220") }, true)]
#[case(Side::Buy, OrderKind::StopLimit { stop_price: price("200"), limit_price: price("220.10") }, false)]
#[case(Side::Sell, OrderKind::StopLimit { stop_price: price("50"), limit_price: price("40") }, false)]
fn a_price_typed_wrong_is_refused(#[case] side: Side, #[case] kind: OrderKind, #[case] is_allowed: bool) {
    let answer = decide(order(side, kind, units("1")), "1000", "10");
    assert_eq!(answer.is_ok(), is_allowed, "{answer:?}");
    if let Err(denied) = answer {
        assert_eq!((denied.code(), denied.field()), ("outside_collar", "limit_price"));
    }
}

#[rstest]
#[case(Side::Buy, OrderKind::Market, Some("100.01"), false)]
#[case(Side::Buy, OrderKind::Market, Some("100.02"), true)]
#[case(Side::Buy, limit("100"), Some("100"), false)]
#[case(Side::Buy, limit("99.99"), Some("100"), true)]
#[case(Side::Sell, limit("100"), Some("100"), false)]
#[case(Side::Sell, limit("100.01"), Some("100"), true)]
#[case(Side::Sell, OrderKind::Market, Some("99.99"), false)]
#[case(Side::Sell, OrderKind::Market, None, true)]
#[case(Side::Buy, OrderKind::Stop { stop_price: price("150") }, Some("100"), true)]
fn nobody_trades_with_himself(#[case] side: Side, #[case] kind: OrderKind, #[case] own: Option<&str>, #[case] is_allowed: bool) {
    let desk = Desk::new("1000", "10");
    let situation = Situation { own_ask: own.map(price), own_bid: own.map(price), ..desk.situation() };
    let answer = check(order(side, kind, units("1")), &instrument(), &situation);
    assert_eq!(answer.err(), (!is_allowed).then(|| Denied::CrossesOwnOrder { price: price(own.expect("an own order")) }));
}

#[test]
fn chosen_lots_must_be_open() {
    let desk = Desk::new("1000", "10");
    let lot = crate::ids::FillId::new(uuid::Uuid::from_u128(7));
    let chosen = NewOrder { lot_method: LotMethod::Chosen, lots: vec![lot], ..order(Side::Sell, OrderKind::Market, units("1")) };
    assert_eq!(check(chosen.clone(), &instrument(), &desk.situation()), Err(Denied::UnknownLot));
    let open = crate::position::Lot { id: lot, opened_at: Timestamp::EPOCH, qty: qty("10"), cost: usd("1") };
    let lots = Lots::new([open]);
    let situation = Situation { lots: Some(&lots), ..desk.situation() };
    assert!(check(chosen, &instrument(), &situation).is_ok());
}

#[test]
fn without_a_price_only_what_has_its_own_is_taken() {
    let desk = Desk { quote: None, ..Desk::new("1000", "10") };
    let answer = |kind| check(order(Side::Buy, kind, units("1")), &instrument(), &desk.situation()).err();
    assert_eq!(answer(OrderKind::Market), Some(Denied::QuoteUnavailable));
    assert_eq!(answer(limit("90")), None);
}

#[test]
fn numbers_beyond_the_ledger_are_too_large() {
    let dear = order(Side::Buy, limit("90000000"), units("1000000"));
    let desk = Desk { quote: None, ..Desk::new("1000", "0") };
    assert_eq!(check(dear, &instrument(), &desk.situation()), Err(Denied::TooLarge));
    let dust = order(Side::Buy, OrderKind::Market, Amount::Notional(Usd::from_atoms(1)));
    assert_eq!(decide(dust, "1000", "0"), Err(Denied::TooSmall));
}

#[test]
fn every_refusal_has_a_code_of_its_own_in_the_table() {
    let max = usd("1");
    let all = [
        Denied::InsufficientBuyingPower { needed: max, available: max },
        Denied::InsufficientPosition { available: qty("1") },
        Denied::QuoteUnavailable,
        Denied::MarketClosed,
        Denied::TooSmall,
        Denied::TooLarge,
        Denied::TooManyOpenOrders { max: 1 },
        Denied::Halted,
        Denied::Gated,
        Denied::SymbolNotAllowed,
        Denied::OverOrderLimit { needed: max, max },
        Denied::OverEquityShare { needed: max, max: Percent::ZERO },
        Denied::OverPace { max: 1 },
        Denied::OverDailyLoss { max },
        Denied::OutsideCollar { market: price("1"), collar: Percent::ZERO },
        Denied::CrossesOwnOrder { price: price("1") },
        Denied::UnknownLot,
        Denied::ExitQty,
        Denied::NotAtVenue { venue: Venue::Kraken },
        Denied::TimeAtVenue { venue: Venue::Kraken, allowed: "day" },
        Denied::SellsOpen,
        Denied::External,
        Denied::OnItsWay,
        Denied::LotAtVenue { venue: Venue::Kraken, lot: qty("1") },
    ];
    assert_eq!(all.map(|denied| (denied.code(), denied.status())), CODES.map(|(code, status, _)| (code, status)));
    let fields: std::collections::BTreeSet<_> = all.iter().map(Denied::field).collect();
    assert_eq!(fields.into_iter().collect::<Vec<_>>(), ["limit_price", "lots", "qty", "symbol", "time_in_force"]);
    let words: std::collections::BTreeSet<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!(words.len(), CODES.len());
}
