//! Any sequence of commands and prices: no invariant breaks, and the audit would see it if one did.

use proptest::prelude::*;

use super::*;
use crate::order::{ChangedTerms, OrderChange, StopLossTicket, TakeProfitTicket};

/// Sequences by default; `make torture` asks for many more by the variable.
pub(super) fn cases(variable: &str, usual: u32) -> u32 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

const KINDS: [&str; 5] = ["market", "limit", "stop", "stop_limit", "trailing_stop"];
const TIFS: [&str; 6] = ["day", "gtc", "ioc", "fok", "opg", "cls"];
const CLASSES: [&str; 4] = ["simple", "bracket", "oco", "oto"];
const LOTS: [&str; 3] = ["fifo", "lifo", "hifo"];

#[derive(Debug, Clone)]
enum Step {
    Place { is_buy: bool, kind: usize, tif: usize, class: usize, lots: usize, micro_shares: i64, cents: i64, gap: i64 },
    Replace { nth: usize, cents: i64, micro_shares: i64 },
    Cancel(usize),
    CancelAll,
    Close(u8),
    Halt(bool),
    Move { cents: i64, minutes: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let place = (any::<bool>(), 0..5_usize, 0..6_usize, 0..8_usize, 0..3_usize, 1..300_000_000_i64, 8_000..12_000_i64, 1..500_i64);
    prop_oneof![
        8 => place.prop_map(|(is_buy, kind, tif, class, lots, micro_shares, cents, gap)| Step::Place { is_buy, kind, tif, class, lots, micro_shares, cents, gap }),
        2 => (0..20_usize, 8_000..12_000_i64, 1..300_000_000_i64).prop_map(|(nth, cents, micro_shares)| Step::Replace { nth, cents, micro_shares }),
        2 => (0..20_usize).prop_map(Step::Cancel),
        1 => Just(Step::CancelAll),
        1 => (0..3_u8).prop_map(Step::Close),
        1 => any::<bool>().prop_map(Step::Halt),
        8 => (8_000..12_000_i64, prop_oneof![4 => 0..3_i64, 1 => 60..800_i64]).prop_map(|(cents, minutes)| Step::Move { cents, minutes }),
    ]
}

fn decimal(units: i64, places: u32) -> String {
    rust_decimal::Decimal::new(units, places).to_string()
}

fn run(world: &mut World, step: &Step) {
    let nth = |world: &World, n: usize| world.state.open_orders.keys().nth(n).copied();
    let command = match step {
        Step::Place { .. } => place(step),
        Step::Replace { nth: n, cents, micro_shares } => nth(world, *n).and_then(|id| replace(world, id, *cents, *micro_shares)),
        Step::Cancel(n) => nth(world, *n).map(Command::Cancel),
        Step::CancelAll => Some(Command::CancelAll(None)),
        Step::Close(how) => Some(Command::Close(
            instrument().symbol,
            [CloseAmount::All, CloseAmount::Percent(33.into()), CloseAmount::Qty("1".parse().expect("valid"))][usize::from(*how)],
        )),
        Step::Halt(is_halted) => Some(Command::SetHalted(*is_halted)),
        Step::Move { cents, minutes } => {
            world.now += minutes * crate::time::MINUTE_US;
            world.tick(*cents);
            None
        }
    };
    if let Some(command) = command
        && let Err(EngineError::Broken(what)) = world.apply(&command)
    {
        panic!("{what} broke at {command:?}");
    }
}

fn place(step: &Step) -> Option<Command> {
    let Step::Place { is_buy, kind, tif, class, lots, micro_shares, cents, gap } = step else { return None };
    let (kind, class) = (KINDS[*kind], CLASSES.get(*class).copied().unwrap_or("simple"));
    let ticket = OrderTicket {
        symbol: "AAPL".to_owned(),
        side: if *is_buy { "buy" } else { "sell" }.to_owned(),
        kind: kind.to_owned(),
        qty: Some(decimal(*micro_shares, 6)),
        limit_price: kind.contains("limit").then(|| decimal(*cents, 2)),
        stop_price: kind.starts_with("stop").then(|| decimal(*cents + gap / 5, 2)),
        trail_percent: (kind == "trailing_stop").then(|| decimal(*gap, 2)),
        time_in_force: Some(TIFS[*tif].to_owned()),
        extended_hours: Some(*gap % 2 == 0).filter(|on| *on),
        order_class: Some(class.to_owned()),
        take_profit: matches!(class, "bracket").then(|| TakeProfitTicket { limit_price: decimal(cents + gap, 2) }),
        stop_loss: (class != "simple").then(|| StopLossTicket {
            stop_price: decimal(if class != "oco" || !is_buy { cents - gap } else { cents + gap }, 2),
            limit_price: None,
        }),
        lot_method: Some(LOTS[*lots].to_owned()).filter(|_| !*is_buy),
        ..OrderTicket::default()
    };
    NewOrder::from_ticket(&ticket, &instrument()).ok().map(|order| Command::Place(Box::new(order)))
}

fn replace(world: &World, id: OrderId, cents: i64, micro_shares: i64) -> Option<Command> {
    let order = world.order(id);
    let change = OrderChange {
        qty: Some(decimal(micro_shares, 6)).filter(|_| cents % 2 == 0),
        limit_price: order.kind.limit_price().map(|_| decimal(cents, 2)),
        stop_price: order.kind.stop_price().map(|_| decimal(cents, 2)),
        ..OrderChange::default()
    };
    let terms = ChangedTerms::parse(&change, order, &instrument()).ok()?;
    Some(Command::Replace(id, Box::new(terms)))
}

fn world(is_nyse: bool, bps: i64) -> World {
    let mut world = World::new("30000");
    world.calendar = if is_nyse { Calendar::Nyse } else { Calendar::AlwaysOpen };
    // A Wednesday noon in New York.
    world.now = 1_764_090_000_000_000;
    world.quote = Some(quote(10_000, world.now));
    world.fees = FeeSchedule { maker_bps: bps / 2, taker_bps: bps, ..FeeSchedule::paper(AssetType::Stock) };
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases("SPEEDTRADE_SEQUENCES", 5_000), max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_sequence_of_commands_breaks_an_invariant(
        steps in prop::collection::vec(step(), 50), is_nyse in any::<bool>(), bps in 0..50_i64,
    ) {
        let mut world = world(is_nyse, bps);
        for (n, step) in steps.iter().enumerate() {
            run(&mut world, step);
            if n % 10 == 0 {
                world.audit();
            }
            assert_eq!((world.state.cash.shortfall, world.state.gate), (Usd::ZERO, None), "paper never lacks anything");
        }
        world.audit();
    }
}

proptest! {
    /// The same commands, quotes and ids give the same fills.
    #[test]
    fn a_replay_is_the_same(steps in prop::collection::vec(step(), 50)) {
        let (mut one, mut two) = (world(false, 25), world(false, 25));
        for step in &steps {
            run(&mut one, step);
            run(&mut two, step);
        }
        prop_assert_eq!(&one.fills, &two.fills);
        prop_assert_eq!(&one.state, &two.state);
        prop_assert_eq!(crate::audit::fingerprint(&one.state), crate::audit::fingerprint(&two.state));
    }

    /// An index of what rests wakes whatever would trade: waking everything else changes nothing.
    #[test]
    fn the_index_forgets_nobody(steps in prop::collection::vec(step(), 30), cents in 8_000..12_000_i64) {
        let mut world = world(false, 0);
        for step in &steps {
            run(&mut world, step);
        }
        world.market(cents);
        let mut resting = RestingOrders::default();
        for order in world.orders.values() {
            resting.record(order);
        }
        let (quote, now) = (world.quote.expect("a quote"), Timestamp::from_micros(world.now));
        let reached: Vec<_> = resting.reached(&instrument(), &quote, now).into_iter().chain(resting.expired(now)).map(|(id, _)| id).collect();
        for id in world.state.open_orders.keys().copied().collect::<Vec<_>>() {
            if !reached.contains(&id) {
                prop_assert_eq!(world.apply(&Command::Wake(id)), Ok(Vec::new()));
            }
        }
    }
}

/// Another host placed one and canceled another meanwhile; this one has just placed a third.
#[test]
fn the_index_takes_over_what_other_hosts_did() {
    let mut world = World::new("1000");
    let mut resting = RestingOrders::default();
    let (canceled, own) = (world.placed(&ticket("buy", "limit", "1", Some("99"))), world.placed(&ticket("buy", "limit", "1", Some("98"))));
    let theirs = world.placed(&ticket("buy", "limit", "1", Some("97")));
    let just_placed = world.placed(&ticket("buy", "limit", "1", Some("96")));
    for order in [&canceled, &own] {
        resting.record(order);
    }
    let before = resting.notes();
    resting.record(&just_placed);
    resting.refresh(&[own.clone(), theirs.clone()], before);
    let reached = resting.reached(&instrument(), &quote(9_000, 30), Timestamp::from_micros(30));
    assert_eq!(reached.into_iter().map(|(id, _)| id).collect::<Vec<_>>(), [own.id, theirs.id, just_placed.id]);
}
