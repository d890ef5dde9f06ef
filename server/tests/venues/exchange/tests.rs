//! The core of the fake venues: who owns what, and what is held for whom, whatever is done.

use proptest::prelude::*;
use rstest::rstest;
use rust_decimal::Decimal;

use super::{
    ClientIdRule, Exchange, FeeAsset, Profile, Touch,
    change::Changes,
    funds::Funds,
    instrument::{BINANCE, coins, decimal},
    order::{Class, Event, Kind, NewOrder, OrderId, Refusal, Side, Status, Tif, Trail, What},
};

const BTC: &str = "BTCUSDT";

fn exchange(client_ids: ClientIdRule, fee_asset: FeeAsset) -> Exchange {
    let profile = Profile {
        instruments: coins(BINANCE, "USDT", |base, quote| format!("{base}{quote}")),
        funds: Funds::of(&[("USDT", "1000000"), ("BTC", "10")]),
        client_ids,
        fee_asset,
        maker: decimal("0.001"),
        taker: decimal("0.002"),
        order_id: |number| number.to_string(),
        own_client_id: |number| format!("own-{number}"),
    };
    Exchange::new(profile, 0)
}

fn usual() -> Exchange {
    exchange(ClientIdRule::UniqueAmongOpen, FeeAsset::Received)
}

fn limit(side: Side, qty: &str, price: &str) -> NewOrder {
    NewOrder { qty: Some(decimal(qty)), limit: Some(decimal(price)), ..NewOrder::new(BTC, side, Kind::Limit) }
}

fn market(side: Side, qty: &str) -> NewOrder {
    NewOrder { qty: Some(decimal(qty)), ..NewOrder::new(BTC, side, Kind::Market) }
}

fn price(exchange: &mut Exchange, bid: &str, ask: &str, depth: Option<&str>) {
    exchange.set_price(BTC, Touch { bid: decimal(bid), ask: decimal(ask), depth: depth.map(decimal) });
}

fn status(exchange: &Exchange, id: OrderId) -> Status {
    exchange.order(id).status
}

fn free(exchange: &Exchange, asset: &str) -> Decimal {
    exchange.funds.get(asset).free
}

#[test]
fn partial_fill_keeps_the_rest_and_its_hold() {
    let mut exchange = usual();
    let id = exchange.submit(limit(Side::Buy, "2", "60000")).expect("taken");
    assert_eq!(exchange.funds.get("USDT").held, decimal("120000"));
    exchange.fill(id, decimal("0.5"), decimal("60000"), true);
    assert_eq!((status(&exchange, id), exchange.order(id).remaining()), (Status::PartiallyFilled, decimal("1.5")));
    assert_eq!(exchange.funds.get("USDT").held, decimal("90000"));
    exchange.cancel(id).expect("open");
    assert_eq!((exchange.funds.get("USDT").held, free(&exchange, "USDT")), (Decimal::ZERO, decimal("970000")));
}

#[rstest]
#[case::of_a_buy_in_what_is_bought(FeeAsset::Received, Side::Buy, "10.998", "935000")]
#[case::of_a_sale_in_what_is_got(FeeAsset::Received, Side::Sell, "9", "1064869.99002")]
#[case::always_in_the_quote(FeeAsset::Quote, Side::Buy, "11", "934870")]
fn fee_is_taken(#[case] fee_asset: FeeAsset, #[case] side: Side, #[case] btc: &str, #[case] usdt: &str) {
    let mut exchange = exchange(ClientIdRule::UniqueAmongOpen, fee_asset);
    exchange.submit(market(side, "1")).expect("taken");
    assert_eq!((free(&exchange, "BTC"), free(&exchange, "USDT")), (decimal(btc), decimal(usdt)));
}

#[rstest]
#[case::free_again_when_closed(ClientIdRule::UniqueAmongOpen, true, false)]
#[case::taken_for_ever(ClientIdRule::UniqueForever, true, true)]
#[case::the_first_is_the_answer(ClientIdRule::ReturnsFirst, true, true)]
fn client_id_is_taken(#[case] rule: ClientIdRule, #[case] while_open: bool, #[case] when_closed: bool) {
    let mut exchange = exchange(rule, FeeAsset::Received);
    let named = || NewOrder { client_id: "mine".to_owned(), ..limit(Side::Buy, "1", "60000") };
    let first = exchange.submit(named()).expect("taken");
    assert_eq!(exchange.submit(named()) == Err(Refusal::DuplicateClientId(first)), while_open);
    exchange.cancel(first).expect("open");
    assert_eq!(exchange.submit(named()) == Err(Refusal::DuplicateClientId(first)), when_closed);
}

#[rstest]
#[case::nothing("0", "60000", Refusal::BelowMinimum)]
#[case::less_than_nothing("-1", "60000", Refusal::BelowMinimum)]
#[case::between_two_steps("0.000015", "60000", Refusal::BadQtyStep)]
#[case::between_two_ticks("1", "60000.001", Refusal::BadPriceTick)]
#[case::not_worth_it("0.00001", "60000", Refusal::BelowNotional)]
#[case::more_than_can_be_written("9999999999999999999999999999", "60000", Refusal::TooLarge)]
fn order_that_breaks_a_rule_is_refused(#[case] qty: &str, #[case] price: &str, #[case] refusal: Refusal) {
    assert_eq!(usual().submit(limit(Side::Buy, qty, price)), Err(refusal));
}

#[test]
fn order_that_cannot_be_paid_leaves_nothing_behind() {
    let mut exchange = usual();
    assert!(matches!(exchange.submit(limit(Side::Buy, "100", "60000")), Err(Refusal::InsufficientFunds { .. })));
    assert_eq!((exchange.orders.len(), exchange.events.len(), free(&exchange, "USDT")), (0, 0, decimal("1000000")));
}

#[test]
fn resting_order_fills_at_its_own_price_and_a_taking_one_at_the_touch() {
    let mut exchange = usual();
    let resting = exchange.submit(limit(Side::Buy, "1", "60000")).expect("taken");
    let taking = exchange.submit(limit(Side::Buy, "1", "70000")).expect("taken");
    price(&mut exchange, "58000", "59000", None);
    let average = |id| exchange.order(id).average();
    assert_eq!((average(resting), average(taking)), (Some(decimal("60000")), Some(decimal("65000"))));
    assert_eq!(exchange.trades.iter().map(|trade| trade.is_maker).collect::<Vec<_>>(), [false, true]);
}

#[rstest]
#[case::takes_what_there_is(Tif::Ioc, "0.4", Status::Expired)]
#[case::all_or_nothing(Tif::Fok, "0", Status::Expired)]
#[case::waits_for_the_rest(Tif::Gtc, "0.4", Status::PartiallyFilled)]
fn little_depth_meets_an_order(#[case] tif: Tif, #[case] filled: &str, #[case] expected: Status) {
    let mut exchange = usual();
    price(&mut exchange, "64000", "65000", Some("0.4"));
    let id = exchange.submit(NewOrder { tif, ..limit(Side::Buy, "1", "65000") }).expect("taken");
    assert_eq!((exchange.order(id).filled, status(&exchange, id)), (decimal(filled), expected));
}

#[test]
fn legs_sleep_until_their_parent_is_filled_and_one_ends_the_other() {
    let mut exchange = usual();
    let profit = limit(Side::Sell, "1", "70000");
    let stop = NewOrder { qty: Some(Decimal::ONE), stop: Some(decimal("50000")), ..NewOrder::new(BTC, Side::Sell, Kind::Stop) };
    let parent = NewOrder { class: Class::Bracket, ..limit(Side::Buy, "1", "60000") };
    let parent = exchange.submit_family(parent, vec![profit, stop]).expect("taken");
    let legs = exchange.order(parent).legs.clone();
    assert!(legs.iter().all(|leg| status(&exchange, *leg) == Status::Held));
    exchange.fill(parent, Decimal::ONE, decimal("60000"), true);
    assert!(legs.iter().all(|leg| status(&exchange, *leg) == Status::New));
    assert_eq!(exchange.funds.get("BTC").held, Decimal::ONE, "the two of a pair sell the same coin");
    price(&mut exchange, "49000", "49001", None);
    assert_eq!([status(&exchange, legs[0]), status(&exchange, legs[1])], [Status::Canceled, Status::Filled]);
    assert_eq!(exchange.funds.get("BTC").held, Decimal::ZERO);
}

#[test]
fn replaced_leg_keeps_its_place() {
    let mut exchange = usual();
    let stop = NewOrder { qty: Some(Decimal::ONE), stop: Some(decimal("50000")), ..NewOrder::new(BTC, Side::Sell, Kind::Stop) };
    let parent = NewOrder { class: Class::Oto, ..limit(Side::Buy, "1", "60000") };
    let parent = exchange.submit_family(parent, vec![stop]).expect("taken");
    let leg = exchange.order(parent).legs[0];
    let moved = Changes { stop: Some(decimal("51000")), ..Changes::default() };
    let leg = exchange.replace(leg, &moved).expect("open");
    assert_eq!((status(&exchange, leg), &exchange.order(parent).legs), (Status::Held, &vec![leg]));
    exchange.fill(parent, Decimal::ONE, decimal("60000"), true);
    assert_eq!(status(&exchange, leg), Status::New);
}

#[test]
fn trailing_stop_follows_and_never_goes_back() {
    let mut exchange = usual();
    let trailing = NewOrder { trail: Some(Trail::Price(decimal("1000"))), ..NewOrder::new(BTC, Side::Sell, Kind::TrailingStop) };
    let id = exchange.submit(NewOrder { qty: Some(Decimal::ONE), ..trailing }).expect("taken");
    price(&mut exchange, "70000", "70001", None);
    price(&mut exchange, "69500", "69501", None);
    assert_eq!((exchange.order(id).stop, status(&exchange, id)), (Some(decimal("69000")), Status::New));
    price(&mut exchange, "69000", "69001", None);
    assert_eq!(status(&exchange, id), Status::Filled);
}

#[test]
fn late_fill_is_a_fact_of_an_order_that_stays_closed() {
    let mut exchange = usual();
    let id = exchange.submit(limit(Side::Buy, "1", "60000")).expect("taken");
    exchange.cancel(id).expect("open");
    exchange.fill(id, Decimal::ONE, decimal("60000"), true);
    assert_eq!((status(&exchange, id), exchange.order(id).filled), (Status::Canceled, Decimal::ONE));
    assert_eq!(free(&exchange, "USDT"), decimal("940000"));
}

#[test]
fn busted_trade_is_as_if_it_had_not_been() {
    let mut exchange = usual();
    let id = exchange.submit(market(Side::Buy, "1")).expect("taken");
    exchange.bust(exchange.trades[0].id).expect("it is there");
    assert_eq!((free(&exchange, "BTC"), free(&exchange, "USDT")), (decimal("10"), decimal("1000000")));
    assert_eq!((exchange.order(id).filled, exchange.trades_of(id).count()), (Decimal::ZERO, 0));
}

#[test]
fn events_carry_the_order_as_it_was() {
    let mut exchange = usual();
    let id = exchange.submit(limit(Side::Buy, "1", "65000")).expect("taken");
    let told = exchange.events.iter().map(|event| match event {
        Event::Order { what: What::New, order, .. } => ("new", order.status),
        Event::Order { what: What::Trade(_), order, .. } => ("trade", order.status),
        Event::Order { .. } | Event::Balance { .. } => ("other", Status::New),
    });
    assert_eq!(told.collect::<Vec<_>>(), [("new", Status::New), ("trade", Status::Filled)]);
    assert_eq!(status(&exchange, id), Status::Filled);
}

#[derive(Debug, Clone)]
enum Step {
    Submit { is_buy: bool, qty: u32, price: u32 },
    Fill { order: usize, qty: u32 },
    Cancel { order: usize },
    Amend { order: usize, qty: u32 },
    Replace { order: usize, qty: u32 },
    Price { bid: u32 },
    Bust { trade: usize },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (any::<bool>(), 1..300_u32, 60_000..70_000_u32).prop_map(|(is_buy, qty, price)| Step::Submit { is_buy, qty, price }),
        (0..20_usize, 1..100_u32).prop_map(|(order, qty)| Step::Fill { order, qty }),
        (0..20_usize).prop_map(|order| Step::Cancel { order }),
        (0..20_usize, 1..300_u32).prop_map(|(order, qty)| Step::Amend { order, qty }),
        (0..20_usize, 1..300_u32).prop_map(|(order, qty)| Step::Replace { order, qty }),
        (60_000..70_000_u32).prop_map(|bid| Step::Price { bid }),
        (0..10_usize).prop_map(|trade| Step::Bust { trade }),
    ]
}

fn carry_out(exchange: &mut Exchange, step: &Step) {
    let hundredths = |qty: u32| Decimal::new(i64::from(qty), 2);
    let ids: Vec<OrderId> = exchange.orders.keys().copied().collect();
    let changes = |qty: u32| Changes { qty: Some(hundredths(qty)), ..Changes::default() };
    // Refusals are as good an outcome as any other: the laws hold all the same.
    match step {
        Step::Submit { is_buy, qty, price } => {
            let side = if *is_buy { Side::Buy } else { Side::Sell };
            let asked = NewOrder::new(BTC, side, Kind::Limit);
            drop(exchange.submit(NewOrder { qty: Some(hundredths(*qty)), limit: Some(Decimal::from(*price)), ..asked }));
        }
        Step::Fill { order, qty } => {
            if let Some(id) = ids.get(*order).copied() {
                let qty = hundredths(*qty).min(exchange.order(id).remaining());
                if !qty.is_zero() {
                    exchange.fill(id, qty, Decimal::from(65_000), true);
                }
            }
        }
        Step::Cancel { order } => drop(ids.get(*order).map(|id| exchange.cancel(*id))),
        Step::Amend { order, qty } => drop(ids.get(*order).map(|id| exchange.amend(*id, &changes(*qty)))),
        Step::Replace { order, qty } => drop(ids.get(*order).map(|id| exchange.replace(*id, &changes(*qty)))),
        Step::Price { bid } => {
            let touch = Touch { bid: Decimal::from(*bid), ask: Decimal::from(bid + 1), depth: Some(Decimal::ONE) };
            exchange.set_price(BTC, touch);
        }
        Step::Bust { trade } => drop(exchange.trades.get(*trade).map(|trade| trade.id).map(|id| exchange.bust(id))),
    }
}

fn check(exchange: &Exchange) {
    for (asset, side) in [("USDT", Side::Buy), ("BTC", Side::Sell)] {
        let holds: Decimal = exchange.orders.values().filter(|order| order.asked.side == side).map(|order| order.hold).sum();
        assert_eq!(exchange.funds.get(asset).held, holds, "held of {asset}");
    }
    assert!(exchange.orders.values().all(|order| order.is_open() || order.hold.is_zero()), "a closed order holds nothing");
    let mut usdt = decimal("1000000");
    let mut btc = decimal("10");
    for trade in exchange.trades.iter().filter(|trade| !trade.is_busted) {
        let sign = if trade.side == Side::Buy { Decimal::ONE } else { -Decimal::ONE };
        btc += sign * trade.qty;
        usdt -= sign * trade.qty * trade.price;
        *(if trade.fee_asset == "BTC" { &mut btc } else { &mut usdt }) -= trade.fee;
    }
    assert_eq!((exchange.funds.get("USDT").total(), exchange.funds.get("BTC").total()), (usdt, btc), "what was traded");
    for order in exchange.orders.values() {
        let filled: Decimal = exchange.trades_of(order.id).map(|trade| trade.qty).sum();
        assert_eq!(order.filled, filled, "an order is the sum of its trades");
    }
}

proptest! {
    #[test]
    fn whatever_is_done_holds_and_trades_add_up(steps in prop::collection::vec(step(), 1..60), is_in_quote in any::<bool>()) {
        let fee_asset = if is_in_quote { FeeAsset::Quote } else { FeeAsset::Received };
        let mut exchange = exchange(ClientIdRule::UniqueAmongOpen, fee_asset);
        for step in &steps {
            carry_out(&mut exchange, step);
            check(&exchange);
        }
    }
}
