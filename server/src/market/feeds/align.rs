//! From a provider's bars to ours: starts on our grid, oldest first, each once, weeks made of days.
//! Must never hold more than was asked for.

use speedtrade::{
    market::{Bar, Timeframe},
    time::DAY_US,
};

use super::BarRange;

/// What to ask a provider so that `fit` can fill `range`. Providers begin their weeks on different days, so weeks are made
/// of days here; the day of an exchange begins at its own midnight, some hours after ours, so the end reaches into its day.
/// `None`: no bar begins in it, and providers refuse what ends before it begins.
pub(super) fn to_ask(range: BarRange) -> Option<BarRange> {
    let (step, parts) = (range.timeframe.step_us(), parts_of(range.timeframe));
    let (from, to) = (first_start(range), range.timeframe.bar_start(range.to).plus_micros(step - 1));
    let each = usize::try_from(step / parts.step_us()).expect("a bar is made of a few");
    (from <= to).then(|| BarRange { timeframe: parts, from, to, limit: range.limit.saturating_mul(each) })
}

/// What bars of a timeframe are made of.
const fn parts_of(timeframe: Timeframe) -> Timeframe {
    match timeframe {
        Timeframe::W1 => Timeframe::D1,
        Timeframe::M1 | Timeframe::M5 | Timeframe::M15 | Timeframe::H1 | Timeframe::D1 => timeframe,
    }
}

/// The first start of ours that is not before `from`.
fn first_start(range: BarRange) -> speedtrade::time::Timestamp {
    let start = range.timeframe.bar_start(range.from);
    if start < range.from { start.plus_micros(range.timeframe.step_us()) } else { start }
}

/// Bars in any order, as the provider's answer to `to_ask(range)` gave them.
pub(super) fn fit(mut bars: Vec<Bar>, range: BarRange) -> Vec<Bar> {
    let asked = parts_of(range.timeframe);
    // Newest first: of two with one start the later counts, for some providers add the running bar at the end.
    bars.sort_by_key(|bar| std::cmp::Reverse(bar.t));
    for bar in &mut bars {
        bar.t = asked.bar_start(bar.t);
    }
    bars.dedup_by_key(|bar| bar.t);
    bars.reverse();
    if asked != range.timeframe {
        bars = Bar::fold(&bars, range.timeframe);
    }
    bars.retain(|bar| bar.t >= range.from && bar.t <= range.to);
    bars.drain(..bars.len().saturating_sub(range.limit));
    bars
}

/// How many bars `range` can hold at most.
pub(super) fn count(range: BarRange) -> usize {
    let span = range.to.micros().saturating_sub(range.from.micros()).max(0);
    let starts = usize::try_from(span / range.timeframe.step_us()).unwrap_or(usize::MAX).saturating_add(1);
    starts.min(range.limit)
}

const _: () = assert!(Timeframe::W1.step_us() == 7 * DAY_US);

#[cfg(test)]
mod tests {
    use speedtrade::time::Timestamp;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_rfc3339(text).expect("a time")
    }

    fn bar(t: &str, close: &str) -> Bar {
        let price = close.parse().expect("a price");
        Bar { t: at(t), o: price, h: price, l: price, c: price, v: "1".parse().expect("a quantity") }
    }

    fn range(timeframe: Timeframe, from: &str, to: &str, limit: usize) -> BarRange {
        BarRange { timeframe, from: at(from), to: at(to), limit }
    }

    #[test]
    fn days_of_new_york_are_days_of_ours() {
        let range = range(Timeframe::D1, "2022-02-01T00:00:00Z", "2022-02-02T00:00:00Z", 10);
        assert_eq!(to_ask(range).expect("a day").to, at("2022-02-02T23:59:59.999999Z"));
        let newest_first = vec![bar("2022-02-02T05:00:00Z", "2"), bar("2022-02-01T05:00:00Z", "1")];
        assert_eq!(fit(newest_first, range), [bar("2022-02-01T00:00:00Z", "1"), bar("2022-02-02T00:00:00Z", "2")]);
    }

    #[test]
    fn weeks_are_whole_and_made_of_days() {
        let range = range(Timeframe::W1, "2026-11-04T00:00:00Z", "2026-11-18T00:00:00Z", 10);
        let asked = to_ask(range).expect("weeks");
        assert_eq!((asked.timeframe, asked.from, asked.limit), (Timeframe::D1, at("2026-11-09T00:00:00Z"), 70));
        assert_eq!(asked.to, at("2026-11-22T23:59:59.999999Z"));
        let days = ["2026-11-09T05:00:00Z", "2026-11-13T05:00:00Z", "2026-11-16T05:00:00Z"].map(|day| bar(day, "1"));
        let weeks = fit(days.to_vec(), range);
        assert_eq!(weeks.iter().map(|week| week.v.to_string()).collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!(weeks[0].t, at("2026-11-09T00:00:00Z"));
    }

    #[test]
    fn each_start_is_there_once_and_the_newest_count() {
        let range = range(Timeframe::M1, "2026-11-20T15:00:00Z", "2026-11-20T15:02:30Z", 2);
        let minutes = ["15:00", "15:01", "15:02", "15:03"].map(|time| bar(&format!("2026-11-20T{time}:00Z"), "1")).to_vec();
        let mut twice = minutes.clone();
        twice.push(bar("2026-11-20T15:02:17Z", "9"));
        let fitted = fit(twice, range);
        assert_eq!(fitted, [minutes[1], bar("2026-11-20T15:02:00Z", "9")]);
        assert_eq!(count(range), 2);
    }
}
