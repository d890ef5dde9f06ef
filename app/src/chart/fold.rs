//! The last bar as it forms: prices that arrive after the host's answer.

use speedtrade::{
    market::{Bar, Timeframe},
    money::{Price, Qty},
    time::Timestamp,
};

/// `last` with `price` at `time` in it, or the bar that this price opens. A price older than the bar still counts to it.
pub(super) fn with_price(last: &Bar, timeframe: Timeframe, price: Price, time: Timestamp) -> Bar {
    let start = timeframe.bar_start(time);
    if start.micros().saturating_sub(last.t.micros()) < timeframe.step_us() {
        Bar { h: last.h.max(price), l: last.l.min(price), c: price, ..*last }
    } else {
        Bar { t: start, o: price, h: price, l: price, c: price, v: Qty::ZERO }
    }
}

/// A bar that is finished, in the place of what stood for it while it formed.
pub(super) fn put_last(bars: &mut Vec<Bar>, bar: Bar) {
    if bars.last().is_some_and(|last| last.t == bar.t) {
        bars.pop();
    }
    bars.push(bar);
}

/// The host's newest bars in the place of those put together here; what is newer still stays. False when all that is finished
/// was known: then nothing is changed.
#[cfg(any(feature = "hydrate", test))]
pub(super) fn put_newest(bars: &mut Vec<Bar>, newest: &[Bar]) -> bool {
    let (Some(first), Some((running, finished))) = (newest.first(), newest.split_last()) else { return false };
    let begin = bars.partition_point(|bar| bar.t < first.t);
    if bars[begin..].iter().take_while(|bar| bar.t < running.t).eq(finished) {
        return false;
    }
    let newer = bars.split_off(bars.partition_point(|bar| bar.t <= running.t));
    bars.truncate(begin);
    bars.extend(newest.iter().copied().chain(newer));
    true
}

/// The forming bar as the host has it, with the prices that came since.
#[cfg(any(feature = "hydrate", test))]
pub(super) fn joined(host: &Bar, own: Option<Bar>) -> Bar {
    match own {
        Some(own) if own.t > host.t => own,
        Some(own) if own.t == host.t => Bar { h: host.h.max(own.h), l: host.l.min(own.l), c: own.c, ..*host },
        Some(_) | None => *host,
    }
}

/// The bar that begins at `seconds`; bars are in time order.
pub(super) fn find(bars: &[Bar], seconds: i64) -> Option<Bar> {
    bars.binary_search_by_key(&seconds, |bar| bar.t.seconds()).ok().map(|nth| bars[nth])
}

#[cfg(test)]
mod tests {
    use speedtrade::time::MINUTE_US;

    use super::*;

    fn at(text: &str) -> Price {
        text.parse().expect("valid")
    }

    fn bar() -> Bar {
        Bar { t: Timestamp::from_micros(MINUTE_US), o: at("10"), h: at("12"), l: at("9"), c: at("11"), v: "5".parse().expect("valid") }
    }

    #[test]
    fn a_price_inside_the_bar_moves_its_close_and_its_range() {
        let inside = Timestamp::from_micros(MINUTE_US + 30_000_000);
        assert_eq!(with_price(&bar(), Timeframe::M1, at("13"), inside), Bar { h: at("13"), c: at("13"), ..bar() });
        assert_eq!(with_price(&bar(), Timeframe::M1, at("8"), inside), Bar { l: at("8"), c: at("8"), ..bar() });
    }

    #[test]
    fn a_price_after_the_bar_opens_the_next() {
        let after = Timestamp::from_micros(2 * MINUTE_US + 1);
        let next = with_price(&bar(), Timeframe::M1, at("8"), after);
        assert_eq!((next.t.micros(), next.o, next.h, next.v), (2 * MINUTE_US, at("8"), at("8"), Qty::ZERO));
    }

    #[test]
    fn a_late_price_stays_in_the_last_bar() {
        assert_eq!(with_price(&bar(), Timeframe::M1, at("10"), Timestamp::EPOCH).t, bar().t);
    }

    #[test]
    fn the_hosts_bars_take_the_place_of_those_made_here() {
        let nth =
            |minute: i64, volume: &str| Bar { t: Timestamp::from_micros(minute * MINUTE_US), v: volume.parse().expect("valid"), ..bar() };
        let mut bars = vec![nth(1, "5"), nth(2, "1"), nth(3, "0")];
        let host = [nth(2, "7"), nth(3, "8"), nth(4, "2")];
        assert!(put_newest(&mut bars, &host));
        assert_eq!(bars, [nth(1, "5"), nth(2, "7"), nth(3, "8"), nth(4, "2")]);
        assert!(!put_newest(&mut bars, &[nth(3, "8"), nth(4, "3")]), "only what is running is new");
        assert!(put_newest(&mut bars, &[nth(2, "6"), nth(3, "9")]));
        assert_eq!(bars[1..], [nth(2, "6"), nth(3, "9"), nth(4, "2")], "what is newer stays");
        assert!(!put_newest(&mut bars, &[]));
    }

    #[test]
    fn the_forming_bar_has_the_hosts_volume_and_the_newest_price() {
        let own = Bar { h: at("14"), c: at("13"), v: Qty::ZERO, ..bar() };
        assert_eq!(joined(&bar(), Some(own)), Bar { h: at("14"), c: at("13"), ..bar() });
        let next = Bar { t: Timestamp::from_micros(2 * MINUTE_US), ..own };
        assert_eq!((joined(&bar(), Some(next)), joined(&next, Some(own)), joined(&bar(), None)), (next, next, bar()));
    }

    #[test]
    fn a_finished_bar_is_put_once_and_found_by_its_start() {
        let mut bars = vec![bar()];
        put_last(&mut bars, Bar { c: at("9.5"), ..bar() });
        let next = Bar { t: Timestamp::from_micros(2 * MINUTE_US), ..bar() };
        put_last(&mut bars, next);
        assert_eq!(bars, [Bar { c: at("9.5"), ..bar() }, next]);
        assert_eq!((find(&bars, 120), find(&bars, 61)), (Some(next), None));
    }
}
