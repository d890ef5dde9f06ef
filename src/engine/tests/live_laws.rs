//! Laws of live orders under any interleaving of what the trader wants and what the venue says.

use proptest::prelude::*;

use super::{
    laws::cases,
    live::{desk, said},
    *,
};
use crate::{
    audit::fingerprint,
    engine::Standing,
    order::{CancelState, ChangedTerms, OrderChange},
};

#[derive(Debug, Clone)]
enum Step {
    Place {
        is_limit: bool,
        qty: i64,
    },
    Cancel(usize),
    Replace(usize, i64),
    Market(i64),
    /// The venue takes what was sent, or fills a part, or ends it.
    Take(usize),
    Fill(usize, i64),
    End(usize),
    Lose(usize),
    /// Says again what it said before.
    Repeat(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (any::<bool>(), 1_i64..20).prop_map(|(is_limit, qty)| Step::Place { is_limit, qty }),
        2 => (0_usize..8).prop_map(Step::Cancel),
        2 => ((0_usize..8), 1_i64..20).prop_map(|(at, qty)| Step::Replace(at, qty)),
        2 => (8_000_i64..12_000).prop_map(Step::Market),
        4 => (0_usize..8).prop_map(Step::Take),
        5 => ((0_usize..8), 1_i64..8).prop_map(|(at, qty)| Step::Fill(at, qty)),
        3 => (0_usize..8).prop_map(Step::End),
        1 => (0_usize..8).prop_map(Step::Lose),
        2 => (0_usize..8).prop_map(Step::Repeat),
    ]
}

/// What the venue knows of an order: how much it has filled, and whether it still works.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    filled: i64,
    is_over: bool,
}

#[derive(Default)]
struct Venue {
    orders: BTreeMap<OrderId, Known>,
}

impl Venue {
    /// Everything that was sent arrives sooner or later.
    fn pick(&mut self, world: &World, at: usize) -> Option<(OrderId, Known)> {
        let sent: Vec<_> = world.orders.values().filter(|o| o.is_at_venue()).map(|o| o.id).collect();
        let id = *sent.get(at % sent.len().max(1))?;
        Some((id, *self.orders.entry(id).or_default()))
    }

    fn report(world: &World, id: OrderId, known: Known) -> Command {
        let whole = world.order(id).qty.to_atoms() / 100_000_000;
        let standing = match (known.is_over, known.filled >= whole) {
            (_, true) => Standing::Filled,
            (true, false) => Standing::Canceled,
            (false, false) => Standing::Open,
        };
        let filled = known.filled.to_string();
        said(world, id, standing, (known.filled > 0).then_some((filled.as_str(), 10_000)))
    }
}

fn run(steps: &[Step]) -> (World, Venue) {
    let (mut world, mut venue) = (desk("100000"), Venue::default());
    for step in steps {
        world.now += 10;
        world.market(10_000);
        take(&mut world, &mut venue, step);
        world.audit();
    }
    (world, venue)
}

fn open_at(world: &World, at: usize) -> Option<OrderId> {
    let open: Vec<_> = world.state.open_orders.keys().copied().collect();
    open.get(at % open.len().max(1)).copied()
}

fn take(world: &mut World, venue: &mut Venue, step: &Step) {
    match step {
        Step::Place { is_limit, qty } => {
            let (kind, price) = if *is_limit { ("limit", Some("99")) } else { ("market", None) };
            drop(world.place(&ticket("buy", kind, &qty.to_string(), price)));
        }
        Step::Cancel(at) => drop(open_at(world, *at).map(|id| world.apply(&Command::Cancel(id)))),
        Step::Replace(at, qty) => {
            let Some(id) = open_at(world, *at) else { return };
            let change = OrderChange { qty: Some(qty.to_string()), ..OrderChange::default() };
            if let Ok(terms) = ChangedTerms::parse(&change, world.order(id), &instrument()) {
                drop(world.apply(&Command::Replace(id, Box::new(terms))));
            }
        }
        Step::Market(cents) => drop(world.tick(*cents)),
        Step::Take(at) | Step::Repeat(at) => {
            let Some((id, known)) = venue.pick(world, *at) else { return };
            world.apply(&Venue::report(world, id, known)).expect("a venue's word is never refused");
        }
        Step::Fill(at, qty) => {
            let Some((id, known)) = venue.pick(world, *at) else { return };
            let whole = world.order(id).qty.to_atoms() / 100_000_000;
            if known.is_over || known.filled >= whole {
                return;
            }
            let known = Known { filled: (known.filled + qty).min(whole), ..known };
            venue.orders.insert(id, known);
            world.apply(&Venue::report(world, id, known)).expect("a venue's word is never refused");
        }
        Step::End(at) => {
            let Some((id, known)) = venue.pick(world, *at) else { return };
            let known = Known { is_over: true, ..known };
            venue.orders.insert(id, known);
            world.apply(&Venue::report(world, id, known)).expect("a venue's word is never refused");
        }
        Step::Lose(at) => {
            let Some((id, _)) = venue.pick(world, *at) else { return };
            world.apply(&Command::Lost(id, Timestamp::from_micros(world.now))).expect("noted");
        }
    }
}

/// The venue ends everything and says so, until nothing is left.
fn settle(world: &mut World, venue: &mut Venue) {
    for _ in 0..20 {
        let open: Vec<_> = world.state.open_orders.keys().copied().collect();
        for id in open {
            if world.order(id).is_at_venue() {
                let known = venue.orders.entry(id).or_default();
                known.is_over = true;
                let report = Venue::report(world, id, *known);
                world.apply(&report).expect("a venue's word is never refused");
            } else {
                drop(world.apply(&Command::Cancel(id)));
            }
        }
    }
    world.audit();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases("SPEEDTRADE_LIVE_SEQUENCES", 500), ..ProptestConfig::default() })]

    /// However cancels, changes, fills and silence interleave: what the venue filled is what is held, and nothing stays reserved.
    #[test]
    fn no_fill_is_lost_and_no_reservation_is_left(steps in proptest::collection::vec(step(), 1..60)) {
        let (mut world, mut venue) = run(&steps);
        settle(&mut world, &mut venue);
        let filled: i64 = venue.orders.values().map(|known| known.filled).sum();
        prop_assert_eq!(world.held(), filled.to_string());
        prop_assert_eq!(world.state.cash.reserved, Usd::ZERO);
        prop_assert!(world.state.open_orders.is_empty());
        for (id, known) in &venue.orders {
            prop_assert_eq!(world.order(*id).filled_qty.to_atoms(), known.filled * 100_000_000);
        }
    }

    /// Reports that come twice, late or in another order lead to the same books once the newest has been heard.
    #[test]
    fn shuffled_and_repeated_reports_lead_to_the_same_books(
        fills in proptest::collection::vec(1_i64..5, 1..6),
        order in proptest::collection::vec(any::<prop::sample::Index>(), 0..20),
        cancel in any::<bool>(),
    ) {
        let whole: i64 = fills.iter().sum::<i64>() + i64::from(cancel);
        let heard = |indices: &[usize]| {
            let mut world = desk("100000");
            let id = world.placed(&ticket("buy", "limit", &whole.to_string(), Some("100"))).id;
            for at in indices {
                let filled: i64 = fills[..*at].iter().sum();
                let report = Venue::report(&world, id, Known { filled, is_over: false });
                world.apply(&report).expect("a venue's word is never refused");
            }
            let report = Venue::report(&world, id, Known { filled: fills.iter().sum(), is_over: true });
            world.apply(&report).expect("a venue's word is never refused");
            world.audit();
            let cash = world.state.cash;
            (cash.available, cash.reserved, world.held(), world.status(id), world.state.open_orders.len())
        };
        let plain: Vec<_> = (0..=fills.len()).collect();
        let shuffled: Vec<_> = order.iter().map(|index| index.index(fills.len() + 1)).collect();
        prop_assert_eq!(heard(&plain), heard(&shuffled));
        prop_assert_eq!(heard(&[]), heard(&plain));
    }

    /// Executions with names of their own: any order, any repetition that the inbox lets through once, one hash.
    #[test]
    fn named_executions_in_any_order_lead_to_the_same_hash(
        qtys in proptest::collection::vec(1_i64..5, 2..7),
        keys in proptest::collection::vec(any::<u32>(), 7),
    ) {
        let whole: i64 = qtys.iter().sum();
        let heard = |order: &[usize]| {
            let mut world = desk("100000");
            let id = world.placed(&ticket("buy", "limit", &whole.to_string(), Some("100"))).id;
            for at in order {
                let n = i64::try_from(*at).expect("small");
                let execution = Execution {
                    order: world.order(id).clone(),
                    id: FillId::new(Uuid::from_u128(1_000 + u128::try_from(*at).expect("small"))),
                    exec_id: format!("e-{at}"),
                    qty: qtys[*at].to_string().parse().expect("valid"),
                    price: price(9_000 + n * 10),
                    fee: Usd::ZERO,
                    fee_qty: Qty::ZERO,
                    time: Timestamp::from_micros(1_000 + n),
                };
                world.apply(&Command::Execute(Box::new(execution))).expect("a true execution is never refused");
                world.audit();
            }
            fingerprint(&world.state)
        };
        let plain: Vec<_> = (0..qtys.len()).collect();
        let mut shuffled = plain.clone();
        shuffled.sort_by_key(|at| keys[*at]);
        prop_assert_eq!(heard(&plain), heard(&shuffled));
    }

    #[test]
    fn notes_of_cancels_never_change_money(at in 0_usize..8, steps in proptest::collection::vec(step(), 1..20), state in 0_usize..5) {
        let (mut world, _) = run(&steps);
        let before = (world.state.cash.available, world.held());
        if let Some(id) = open_at(&world, at) && world.order(id).replaced_by.is_none() {
            world.apply(&Command::NoteCancel(id, CancelState::ALL[state])).expect("noted");
            world.audit();
        }
        prop_assert_eq!(before, (world.state.cash.available, world.held()));
    }
}
