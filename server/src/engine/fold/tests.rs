use std::{
    cell::Cell,
    collections::{BTreeMap, HashMap},
};

use proptest::prelude::*;
use speedtrade::{
    account::Cash,
    ids::{AccountId, UserId},
    instrument::AssetType,
    order::{OrderKind, OrderTicket},
};

use super::*;

fn instrument() -> Instrument {
    Instrument {
        symbol: "AAPL".parse().expect("valid"),
        name: "Apple".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NASDAQ".to_owned(),
        sector: "Information Technology".to_owned(),
        tick: "0.01".parse().expect("valid"),
        lot: "0.000001".parse().expect("valid"),
        notional_min: "1".parse().expect("valid"),
    }
}

fn account(available: &str) -> AccountState {
    let deposits: Usd = available.parse().expect("valid");
    AccountState {
        id: AccountId::new(Uuid::from_u128(1)),
        user_id: UserId::new(Uuid::from_u128(2)),
        version: 0,
        event_seq: 0,
        deposits,
        cash: Cash { available: deposits, reserved: Usd::ZERO },
        positions: BTreeMap::new(),
        open_orders: BTreeMap::new(),
    }
}

fn quote(cents: i64) -> Quote {
    let price = |c: i64| Price::new(rust_decimal::Decimal::new(c, 2)).expect("positive");
    let size = "100".parse().expect("valid");
    let p = price(cents);
    Quote {
        price: p,
        bid: price(cents - 1),
        ask: price(cents + 1),
        bid_size: size,
        ask_size: size,
        prev_close: p,
        open: p,
        high: p,
        low: p,
        volume: Qty::ZERO,
        time: Timestamp::EPOCH,
    }
}

struct World {
    ids: Cell<u128>,
    quote: Quote,
    is_open: bool,
    now: i64,
}

impl World {
    fn at(cents: i64) -> Self {
        Self { ids: Cell::new(100), quote: quote(cents), is_open: true, now: 0 }
    }

    fn apply(&self, state: &AccountState, command: &Command) -> Result<(AccountState, Vec<OrderEvent>), EngineError> {
        let new_id = || {
            self.ids.set(self.ids.get() + 1);
            Uuid::from_u128(self.ids.get())
        };
        let now = Timestamp::from_micros(self.now);
        let env = Env { now, quote: Some(self.quote), is_market_open: self.is_open, day_end: now.plus_micros(1_000), new_id: &new_id };
        super::apply(state, command, &env)
    }
}

fn place(side: &str, kind: &str, qty: &str, price: Option<&str>) -> Command {
    let text = |wanted: &str| price.filter(|_| kind == wanted).map(ToOwned::to_owned);
    let ticket = OrderTicket {
        symbol: "AAPL".to_owned(),
        side: side.to_owned(),
        kind: kind.to_owned(),
        qty: Some(qty.to_owned()),
        limit_price: text("limit"),
        stop_price: text("stop"),
        ..OrderTicket::default()
    };
    let order = NewOrder::from_ticket(&ticket, &instrument()).expect("a valid ticket");
    Command::Place(Box::new(PlaceCommand { order, instrument: instrument() }))
}

#[test]
fn a_market_buy_pays_the_ask_and_holds_the_shares() {
    let (state, events) = World::at(10_000).apply(&account("100000"), &place("buy", "market", "10", None)).expect("affordable");
    let statuses: Vec<_> = events.iter().map(OrderEvent::status).collect();
    assert_eq!(statuses, [OrderStatus::New, OrderStatus::Filled]);
    assert_eq!(state.cash.available.to_string(), "98999.90");
    assert_eq!(state.cash.reserved, Usd::ZERO);
    let position = &state.positions[&instrument().symbol];
    assert_eq!((position.qty.to_string(), position.cost_basis.to_string()), ("10".to_owned(), "1000.10".to_owned()));
    assert!(state.open_orders.is_empty());
}

#[test]
fn a_limit_below_the_market_rests_until_the_ask_reaches_it() {
    let mut world = World::at(10_000);
    let (state, events) = world.apply(&account("1000"), &place("buy", "limit", "10", Some("99.50"))).expect("affordable");
    assert_eq!(events.len(), 1);
    assert_eq!((state.cash.available.to_string(), state.cash.reserved.to_string()), ("5.00".to_owned(), "995.00".to_owned()));
    let id = events[0].order.id;
    let (same, none) = world.apply(&state, &Command::Wake(id)).expect("nothing to do");
    assert!(none.is_empty() && same == state);
    world.quote = quote(9_900);
    let (state, events) = world.apply(&state, &Command::Wake(id)).expect("fills");
    // Price improvement: the ask is 99.01, and the rest of the hold comes back.
    assert_eq!(events[0].fill.as_ref().expect("a fill").price.to_string(), "99.01");
    assert_eq!((state.cash.available.to_string(), state.cash.reserved), ("9.90".to_owned(), Usd::ZERO));
}

#[test]
fn a_canceled_order_gives_back_all_it_held() {
    let world = World::at(10_000);
    let (state, events) = world.apply(&account("1000"), &place("buy", "limit", "10", Some("99.50"))).expect("affordable");
    let cancel = Command::Cancel(events[0].order.id);
    let (state, _) = world.apply(&state, &cancel).expect("open");
    assert_eq!(state.cash, account("1000").cash);
    assert_eq!(world.apply(&state, &cancel).expect_err("closed"), EngineError::NotOpen);
}

#[test]
fn shares_promised_to_one_sell_cannot_be_sold_again() {
    let world = World::at(10_000);
    let (state, _) = world.apply(&account("100000"), &place("buy", "market", "10", None)).expect("affordable");
    let (state, _) = world.apply(&state, &place("sell", "limit", "8", Some("200"))).expect("held");
    let denied = world.apply(&state, &place("sell", "market", "3", None)).expect_err("two are free");
    assert_eq!(denied, EngineError::Denied(Denied::InsufficientPosition { available: "2".parse().expect("valid") }));
}

#[test]
fn a_day_order_expires_and_releases() {
    let mut world = World::at(10_000);
    let (state, events) = world.apply(&account("1000"), &place("buy", "limit", "1", Some("50"))).expect("affordable");
    world.now = 1_000;
    let (state, events) = world.apply(&state, &Command::Wake(events[0].order.id)).expect("expires");
    assert_eq!((events[0].status(), state.cash.reserved), (OrderStatus::Expired, Usd::ZERO));
}

#[test]
fn a_market_order_waits_for_the_opening() {
    let mut world = World::at(10_000);
    world.is_open = false;
    let (state, events) = world.apply(&account("100000"), &place("buy", "market", "10", None)).expect("affordable");
    assert_eq!(events.len(), 1);
    assert_eq!(state.cash.reserved.to_string(), "1030.103");
    world.is_open = true;
    let (state, events) = world.apply(&state, &Command::Wake(events[0].order.id)).expect("fills");
    assert_eq!((events[0].status(), state.cash.reserved), (OrderStatus::Filled, Usd::ZERO));
}

#[test]
fn a_stop_that_gaps_beyond_the_cash_is_rejected_and_nothing_is_lost() {
    let mut world = World::at(10_000);
    let (state, events) = world.apply(&account("1041"), &place("buy", "stop", "10", Some("101"))).expect("affordable");
    world.quote = quote(12_000);
    let (state, events) = world.apply(&state, &Command::Wake(events[0].order.id)).expect("rejected");
    assert_eq!((events[0].status(), state.cash), (OrderStatus::Rejected, account("1041").cash));
}

/// Every invariant that this ledger promises, checked after each step.
fn check(state: &AccountState, pots: &HashMap<(Asset, Pot), i64>) {
    let pot = |asset: &Asset, pot: Pot| pots.get(&(asset.clone(), pot)).copied().unwrap_or(0);
    assert_eq!(state.cash.available.to_atoms(), state.deposits.to_atoms() + pot(&Asset::Usd, Pot::Available));
    assert_eq!(state.cash.reserved.to_atoms(), pot(&Asset::Usd, Pot::Reserved));
    assert!(!state.cash.available.is_negative() && !state.cash.reserved.is_negative());
    let holds: i64 = state.open_orders.values().map(|o| o.hold.to_atoms()).sum();
    assert_eq!(holds, state.cash.reserved.to_atoms());
    for position in state.positions.values() {
        let asset = Asset::Units(position.symbol.clone());
        assert_eq!(position.available().to_atoms(), pot(&asset, Pot::Available));
        assert_eq!(position.reserved.to_atoms(), pot(&asset, Pot::Reserved));
    }
    let at_cost: i64 = state.positions.values().map(|p| p.cost_basis.to_atoms() - p.realized_pnl.to_atoms()).sum();
    assert_eq!(state.cash.total().expect("in range").to_atoms() + at_cost, state.deposits.to_atoms());
}

#[derive(Debug, Clone)]
enum Step {
    Place { is_buy: bool, kind: u8, micro_shares: i64, cents: i64 },
    Cancel(usize),
    Move { cents: i64, is_open: bool },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<bool>(), 0..3_u8, 1..20_000_000_i64, 5_000..15_000_i64).prop_map(|(is_buy, kind, micro_shares, cents)| Step::Place { is_buy, kind, micro_shares, cents }),
        1 => (0..20_usize).prop_map(Step::Cancel),
        3 => (5_000..15_000_i64, prop::bool::weighted(0.9)).prop_map(|(cents, is_open)| Step::Move { cents, is_open }),
    ]
}

fn command(step: &Step, state: &AccountState) -> Vec<Command> {
    match step {
        Step::Place { is_buy, kind, micro_shares, cents } => {
            let (side, price) = (if *is_buy { "buy" } else { "sell" }, rust_decimal::Decimal::new(*cents, 2).to_string());
            let qty = rust_decimal::Decimal::new(*micro_shares, 6).to_string();
            vec![place(side, ["market", "limit", "stop"][usize::from(*kind)], &qty, Some(&price))]
        }
        Step::Cancel(nth) => state.open_orders.keys().nth(*nth).map(|id| Command::Cancel(*id)).into_iter().collect(),
        Step::Move { .. } => state.open_orders.keys().map(|id| Command::Wake(*id)).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn no_sequence_of_commands_breaks_the_ledger(steps in prop::collection::vec(step(), 1..50)) {
        let mut world = World::at(10_000);
        let mut state = account("2000");
        let mut pots: HashMap<(Asset, Pot), i64> = HashMap::new();
        let mut filled: HashMap<OrderId, Qty> = HashMap::new();
        for step in &steps {
            if let Step::Move { cents, is_open } = step {
                (world.quote, world.is_open) = (quote(*cents), *is_open);
                world.now += 100;
            }
            for command in command(step, &state) {
                let Ok((next, events)) = world.apply(&state, &command) else { continue };
                for event in &events {
                    for transaction in &event.transactions {
                        prop_assert!(transaction.is_balanced());
                        for p in transaction.postings() {
                            *pots.entry((p.asset.clone(), p.pot)).or_default() += p.atoms;
                        }
                    }
                    if let Some(fill) = &event.fill {
                        let sum = filled.entry(fill.order_id).or_insert(Qty::ZERO);
                        *sum = sum.checked_add(fill.qty).expect("in range");
                        prop_assert_eq!(*sum, event.order.filled_qty);
                        prop_assert!(event.order.filled_qty <= event.order.qty);
                    }
                    prop_assert!(event.order.status.is_open() || event.order.hold == Usd::ZERO || event.order.side == Side::Sell);
                }
                state = next;
                check(&state, &pots);
            }
        }
    }

    #[test]
    fn a_limit_never_trades_worse_than_its_price(limit in 5_000..15_000_i64, market in 5_000..15_000_i64, is_buy in any::<bool>()) {
        let price = Price::new(rust_decimal::Decimal::new(limit, 2)).expect("positive");
        let side = if is_buy { Side::Buy } else { Side::Sell };
        if let Some(fill) = (OrderKind::Limit { limit_price: price }).fill_price(side, &quote(market)) {
            let is_as_good = if is_buy { fill <= price } else { fill >= price };
            prop_assert!(is_as_good);
        }
    }
}
