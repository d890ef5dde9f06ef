//! The chart in a sentence, for those who can't see it.

use speedtrade::{
    instrument::Symbol,
    market::{Bar, Timeframe},
};

use crate::format;

pub(super) fn of_bars(symbol: &Symbol, timeframe: Timeframe, bars: &[Bar]) -> String {
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else {
        return format!("No bars of {symbol} yet.");
    };
    let high = bars.iter().map(|bar| bar.h).max().unwrap_or(last.h);
    let low = bars.iter().map(|bar| bar.l).min().unwrap_or(last.l);
    format!(
        "{symbol}, {} bars of {}: last {}, high {}, low {}, change {} since {} UTC.",
        bars.len(),
        words(timeframe),
        format::price(last.c),
        format::price(high),
        format::price(low),
        format::percent(last.c.change_pct(first.o)),
        format::time(first.t),
    )
}

pub(super) const fn words(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::M1 => "1 minute",
        Timeframe::M5 => "5 minutes",
        Timeframe::M15 => "15 minutes",
        Timeframe::H1 => "1 hour",
        Timeframe::D1 => "1 day",
        Timeframe::W1 => "1 week",
    }
}

/// `O 10.00 H 12.00 L 9.00 C 11.00 V 5 +10.00 %`, the change from its opening. A bar that has just begun has no volume yet.
pub(super) fn legend(bar: &Bar) -> String {
    let change = format::percent(bar.c.change_pct(bar.o));
    let volume = if bar.v.is_zero() { String::new() } else { format!(" V {}", format::compact(bar.v)) };
    format!("O {} H {} L {} C {}{volume} {change}", bar.o, bar.h, bar.l, bar.c)
}

#[cfg(test)]
mod tests {
    use speedtrade::time::Timestamp;

    use super::*;

    #[test]
    fn a_bar_without_volume_says_nothing_of_it() {
        let p = |text: &str| text.parse().expect("valid");
        let bar = Bar { t: Timestamp::EPOCH, o: p("10"), h: p("12"), l: p("9"), c: p("11"), v: "5".parse().expect("valid") };
        assert_eq!(legend(&bar), "O 10.00 H 12.00 L 9.00 C 11.00 V 5 +10.00 %");
        assert_eq!(legend(&Bar { v: speedtrade::money::Qty::ZERO, ..bar }), "O 10.00 H 12.00 L 9.00 C 11.00 +10.00 %");
    }

    #[test]
    fn says_last_high_low_and_change() {
        let p = |text: &str| text.parse().expect("valid");
        let bar = Bar { t: Timestamp::EPOCH, o: p("10"), h: p("12"), l: p("9"), c: p("11"), v: "5".parse().expect("valid") };
        let symbol = "AAPL".parse().expect("valid");
        assert_eq!(
            of_bars(&symbol, Timeframe::M5, &[bar]),
            "AAPL, 1 bars of 5 minutes: last $11.00, high $12.00, low $9.00, change +10.00 % since 1970-01-01 00:00:00 UTC."
        );
        assert_eq!(of_bars(&symbol, Timeframe::M5, &[]), "No bars of AAPL yet.");
    }
}
