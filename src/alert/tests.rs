//! Laws of alerts: what the incremental evaluator says is what somebody with the whole history on paper would say.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    market::Bar,
    money::{Percent, Price, Qty},
    time::{MINUTE_US, SECOND_US},
};

fn price(cents: i64) -> Price {
    Price::new(rust_decimal::Decimal::new(cents, 2)).expect("positive")
}

fn tick(second: i64, cents: i64, volume: i64) -> Tick {
    let volume = Qty::from_atoms(volume * 100_000_000).expect("small");
    Tick { price: price(cents), volume, time: Timestamp::from_micros(second * SECOND_US) }
}

fn terms(condition: Condition, repeat: Repeat) -> AlertTerms {
    AlertTerms { condition, repeat, expires_at: None }
}

fn state(condition: Condition, repeat: Repeat) -> AlertState {
    AlertState::new(terms(condition, repeat), Memory::default())
}

fn fired(state: &mut AlertState, ticks: &[Tick]) -> Vec<Firing> {
    ticks.iter().filter_map(|tick| state.observe(tick)).collect()
}

/// The seconds at which an alert fires on prices in cents, a second each unless another is given.
fn seconds(state: &mut AlertState, prices: &[(i64, i64)]) -> Vec<i64> {
    let ticks: Vec<_> = prices.iter().map(|(second, cents)| tick(*second, *cents, 0)).collect();
    fired(state, &ticks).iter().map(|firing| firing.time.seconds()).collect()
}

#[rstest]
#[case(Condition::Above(price(100)), &[(0, 100)], &[0])]
#[case(Condition::Above(price(100)), &[(0, 99), (1, 101), (2, 102)], &[1])]
#[case(Condition::Below(price(100)), &[(0, 101), (1, 100)], &[1])]
#[case(Condition::Crosses(price(100)), &[(0, 101), (1, 102)], &[])]
#[case(Condition::Crosses(price(100)), &[(0, 101), (1, 99)], &[1])]
#[case(Condition::Crosses(price(100)), &[(0, 100), (1, 101)], &[])]
#[case(Condition::CrossesUp(price(100)), &[(0, 101), (1, 99), (2, 100)], &[2])]
#[case(Condition::CrossesDown(price(100)), &[(0, 99), (1, 101), (2, 98)], &[2])]
#[case(Condition::PctMove { percent: "10".parse().expect("valid"), minutes: 1 }, &[(0, 100), (59, 90)], &[59])]
#[case(Condition::PctMove { percent: "10".parse().expect("valid"), minutes: 1 }, &[(0, 100), (120, 110), (125, 121)], &[125])]
fn conditions_mean_what_they_say(#[case] condition: Condition, #[case] prices: &[(i64, i64)], #[case] expected: &[i64]) {
    assert_eq!(seconds(&mut state(condition, Repeat::Once), prices), expected);
}

#[test]
fn every_time_waits_until_the_condition_was_false_and_a_minute_is_over() {
    let mut above = state(Condition::Above(price(100)), Repeat::EveryTime);
    let prices = [(0, 100), (70, 101), (80, 99), (81, 100), (82, 99), (83, 100), (139, 100), (141, 100), (300, 102)];
    assert_eq!(seconds(&mut above, &prices), [0, 81, 141]);
    let mut crosses = state(Condition::Crosses(price(100)), Repeat::EveryTime);
    assert_eq!(seconds(&mut crosses, &[(0, 99), (1, 101), (2, 99), (62, 101), (63, 102)]), [1, 62]);
}

#[test]
fn nothing_fires_after_its_end() {
    let end = Timestamp::from_micros(10 * SECOND_US);
    let mut above =
        AlertState::new(AlertTerms { expires_at: Some(end), ..terms(Condition::Above(price(100)), Repeat::Once) }, Memory::default());
    assert!(seconds(&mut above, &[(9, 99), (10, 101)]).is_empty());
}

#[test]
fn a_crossing_may_begin_at_the_price_that_was_known_when_the_alert_was_made() {
    let mut crosses = state(Condition::CrossesUp(price(100)), Repeat::Once);
    crosses.begin(price(99));
    assert_eq!(seconds(&mut crosses, &[(0, 101)]), [0]);
}

#[test]
fn a_spike_needs_a_full_window_and_forgets_gaps() {
    let spike = Condition::VolumeSpike { multiple: "3".parse().expect("valid"), minutes: 2 };
    let mut alert = state(spike, Repeat::Once);
    // Ten units in each whole minute, then thirty; the first minute was not seen whole.
    let day = [(0, 100), (60, 110), (120, 120), (180, 130), (190, 145), (200, 160)].map(|(second, volume)| tick(second, 100, volume));
    assert_eq!(fired(&mut alert, &day).iter().map(|firing| firing.time.seconds()).collect::<Vec<_>>(), [200]);
    let mut alert = state(spike, Repeat::Once);
    let gap = [(0, 100), (60, 110), (120, 120), (180, 130), (600, 1_000)].map(|(second, volume)| tick(second, 100, volume));
    assert!(fired(&mut alert, &gap).is_empty());
    // What was traded in the last 24 hours falls when more leaves it than comes.
    let mut alert = state(spike, Repeat::Once);
    let sliding = [(0, 20_000), (60, 20_010), (120, 20_020), (180, 20_030), (190, 20_029), (200, 20_034)];
    assert!(fired(&mut alert, &sliding.map(|(second, volume)| tick(second, 100, volume))).is_empty());
}

#[rstest]
#[case("above", Some("10"), None, None, &[])]
#[case("above", Some("0"), None, None, &["target_price"])]
#[case("above", None, Some("5"), None, &["percent", "target_price"])]
#[case("pct_move", None, Some("5"), Some(0), &["window_minutes"])]
#[case("pct_move", None, Some("-5"), Some(1_441), &["percent", "window_minutes"])]
#[case("sideways", None, None, None, &["condition"])]
fn tickets_are_checked_field_by_field(
    #[case] condition: &str,
    #[case] target: Option<&str>,
    #[case] percent: Option<&str>,
    #[case] window_minutes: Option<u32>,
    #[case] expected: &[&str],
) {
    let text = |text: Option<&str>| text.map(str::to_owned);
    let (target_price, percent) = (text(target), text(percent));
    let ticket = AlertTicket { condition: condition.to_owned(), target_price, percent, window_minutes, ..AlertTicket::default() };
    let fields = NewAlert::parse(&ticket, Timestamp::EPOCH).err().unwrap_or_default();
    assert_eq!(fields.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), expected);
}

/// What a person with the whole history decides, tick by tick, from nothing but what was there until then.
fn naive(terms: &AlertTerms, ticks: &[Tick]) -> Vec<Firing> {
    let mut firings: Vec<(usize, Firing)> = Vec::new();
    for (at, tick) in ticks.iter().enumerate().filter(|(at, _)| is_true(terms.condition, &ticks[..=*at])) {
        let may = match (terms.repeat, firings.last()) {
            (_, None) => true,
            (Repeat::Once, Some(_)) => false,
            (Repeat::EveryTime, Some((last, firing))) => {
                let was_false = (last + 1..at).any(|between| !is_true(terms.condition, &ticks[..=between]));
                let is_moment = terms.condition.word().starts_with("crosses");
                (was_false || is_moment) && tick.time.micros() - firing.time.micros() >= PAUSE_US
            }
        };
        if may {
            let number = i64::try_from(firings.len()).expect("few") + 1;
            firings.push((at, Firing { number, price: tick.price, time: tick.time }));
        }
    }
    firings.into_iter().map(|(_, firing)| firing).collect()
}

fn is_true(condition: Condition, ticks: &[Tick]) -> bool {
    let (now, before) = (ticks.last().expect("one at least"), ticks.len().checked_sub(2).map(|at| ticks[at].price));
    let up = |target| before.is_some_and(|before| before < target && now.price >= target);
    let down = |target| before.is_some_and(|before| before > target && now.price <= target);
    match condition {
        Condition::Above(target) => now.price >= target,
        Condition::Below(target) => now.price <= target,
        Condition::Crosses(target) => up(target) || down(target),
        Condition::CrossesUp(target) => up(target),
        Condition::CrossesDown(target) => down(target),
        Condition::PctMove { percent, minutes } => {
            let first = now.time.floor_to(MINUTE_US).micros() - i64::from(minutes) * MINUTE_US;
            let prices = ticks.iter().filter(|tick| tick.time.micros() >= first).map(|tick| tick.price);
            prices.into_iter().any(|from| {
                (now.price.decimal() - from.decimal()).abs() * rust_decimal::Decimal::ONE_HUNDRED >= percent.decimal() * from.decimal()
            })
        }
        Condition::VolumeSpike { multiple, minutes } => is_spike(multiple, minutes as usize, ticks),
    }
}

/// Minutes with what was traded in each and whether it was seen whole.
fn is_spike(multiple: Multiple, length: usize, ticks: &[Tick]) -> bool {
    let mut minutes: Vec<(i64, i64, bool)> = vec![(ticks[0].time.micros() / MINUTE_US, 0, false)];
    for pair in ticks.windows(2) {
        let (minute, last) = (pair[1].time.micros() / MINUTE_US, *minutes.last().expect("one"));
        let (before, after) = (pair[0].volume.to_atoms(), pair[1].volume.to_atoms());
        let traded = (after - before).max(0);
        if minute - last.0 > 2 {
            minutes.push((minute, 0, false));
        } else if minute > last.0 {
            minutes.push((minute, traded, true));
        } else {
            minutes.last_mut().expect("one").1 += traded;
        }
    }
    let (_, now, _) = minutes.pop().expect("one");
    let whole: Vec<i64> = minutes.iter().rev().filter(|(_, _, is_whole)| *is_whole).take(length).map(|(_, volume, _)| *volume).collect();
    let sum: i128 = whole.iter().map(|volume| i128::from(*volume)).sum();
    whole.len() == length && sum > 0 && i128::from(now) * 100 * length as i128 >= i128::from(multiple.hundredths()) * sum
}

fn conditions() -> impl Strategy<Value = Condition> {
    let target = (90_i64..110).prop_map(price);
    prop_oneof![
        target.clone().prop_map(Condition::Above),
        target.clone().prop_map(Condition::Below),
        target.clone().prop_map(Condition::Crosses),
        target.clone().prop_map(Condition::CrossesUp),
        target.prop_map(Condition::CrossesDown),
        (1_u32..12, 1_u32..5).prop_map(|(percent, minutes)| Condition::PctMove { percent: Percent::from_whole(percent), minutes }),
        (101_u32..400, 1_u32..5).prop_map(|(hundredths, minutes)| {
            let multiple = rust_decimal::Decimal::new(i64::from(hundredths), 2).to_string().parse().expect("in range");
            Condition::VolumeSpike { multiple, minutes }
        }),
    ]
}

/// Steps of up to 40 seconds, sometimes minutes; the day's volume grows and begins anew now and then.
fn histories() -> impl Strategy<Value = Vec<Tick>> {
    let step = (prop_oneof![8 => 0_i64..40, 1 => 60_i64..400], 85_i64..115, prop_oneof![20 => 0_i64..30, 1 => Just(-1)]);
    prop::collection::vec(step, 1..120).prop_map(|steps| {
        let (mut second, mut volume) = (0, 0);
        let tick_of = |(wait, cents, traded): (i64, i64, i64)| {
            second += wait;
            volume = if traded < 0 { 0 } else { volume + traded };
            tick(second, cents, volume)
        };
        steps.into_iter().map(tick_of).collect()
    })
}

fn repeats() -> impl Strategy<Value = Repeat> {
    prop_oneof![Just(Repeat::Once), Just(Repeat::EveryTime)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn it_agrees_with_the_whole_history(condition in conditions(), repeat in repeats(), ticks in histories()) {
        let mut alert = state(condition, repeat);
        prop_assert_eq!(fired(&mut alert, &ticks), naive(&terms(condition, repeat), &ticks));
    }

    #[test]
    fn once_is_once(condition in conditions(), ticks in histories()) {
        let was_ever_true = (1..=ticks.len()).any(|end| is_true(condition, &ticks[..end]));
        prop_assert_eq!(fired(&mut state(condition, Repeat::Once), &ticks).len(), usize::from(was_ever_true));
    }

    /// Stopped anywhere and begun again from its memory, and for windows from bars, it fires as if it had never stopped.
    #[test]
    fn a_restart_changes_nothing(condition in conditions(), repeat in repeats(), ticks in histories(), cut in 0_usize..120) {
        if matches!(condition, Condition::VolumeSpike { .. }) {
            return Ok(());
        }
        let cut = cut.min(ticks.len());
        let (whole, mut first) = (fired(&mut state(condition, repeat), &ticks), state(condition, repeat));
        let mut parts = fired(&mut first, &ticks[..cut]);
        if repeat == Repeat::Once && !parts.is_empty() {
            return Ok(());
        }
        let mut second = AlertState::new(*first.terms(), first.memory());
        if let Some(now) = ticks[..cut].last() {
            second.seed(&bars(&ticks[..cut]), now.time);
        }
        parts.extend(fired(&mut second, &ticks[cut..]));
        prop_assert_eq!(parts, whole);
    }
}

fn bars(ticks: &[Tick]) -> Vec<Bar> {
    let bar = |tick: &Tick| Bar { t: tick.time, o: tick.price, h: tick.price, l: tick.price, c: tick.price, v: Qty::ZERO };
    Bar::fold(&ticks.iter().map(bar).collect::<Vec<_>>(), crate::market::Timeframe::M1)
}
