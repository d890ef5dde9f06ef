//! Open, high, low, close and volume over a timeframe.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    money::{Price, Qty},
    time::{DAY_US, MINUTE_US, Timestamp},
};

/// One bar; `t` is its start. A volume of `Qty::MAX` stands for that much or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bar {
    pub t: Timestamp,
    pub o: Price,
    pub h: Price,
    pub l: Price,
    pub c: Price,
    pub v: Qty,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Timeframe {
    #[serde(rename = "1m")]
    M1,
    #[serde(rename = "5m")]
    M5,
    #[serde(rename = "15m")]
    M15,
    #[serde(rename = "1h")]
    H1,
    #[serde(rename = "1d")]
    D1,
    #[serde(rename = "1w")]
    W1,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timeframe is one of 1m, 5m, 15m, 1h, 1d, 1w")]
pub struct UnknownTimeframe;

impl Timeframe {
    pub const ALL: [Timeframe; 6] = [Self::M1, Self::M5, Self::M15, Self::H1, Self::D1, Self::W1];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::M1 => "1m",
            Self::M5 => "5m",
            Self::M15 => "15m",
            Self::H1 => "1h",
            Self::D1 => "1d",
            Self::W1 => "1w",
        }
    }

    /// Microseconds of one bar.
    pub const fn step_us(self) -> i64 {
        match self {
            Self::M1 => MINUTE_US,
            Self::M5 => 5 * MINUTE_US,
            Self::M15 => 15 * MINUTE_US,
            Self::H1 => 60 * MINUTE_US,
            Self::D1 => DAY_US,
            Self::W1 => 7 * DAY_US,
        }
    }

    /// The start of the bar that holds `time`. Weeks start on Monday (1970-01-01 was a Thursday).
    pub const fn bar_start(self, time: Timestamp) -> Timestamp {
        let shift = match self {
            Self::W1 => 3 * DAY_US,
            Self::M1 | Self::M5 | Self::M15 | Self::H1 | Self::D1 => 0,
        };
        time.plus_micros(shift).floor_to(self.step_us()).plus_micros(-shift)
    }
}

impl FromStr for Timeframe {
    type Err = UnknownTimeframe;
    fn from_str(text: &str) -> Result<Self, UnknownTimeframe> {
        Self::ALL.into_iter().find(|t| t.as_str() == text).ok_or(UnknownTimeframe)
    }
}

impl Bar {
    /// Folds bars that are in time order into bars of a longer timeframe.
    pub fn fold(bars: &[Bar], timeframe: Timeframe) -> Vec<Bar> {
        let mut folded: Vec<Bar> = Vec::new();
        for bar in bars {
            let start = timeframe.bar_start(bar.t);
            match folded.last_mut() {
                Some(last) if last.t == start => last.extend(bar),
                _ => folded.push(Bar { t: start, ..*bar }),
            }
        }
        folded
    }

    fn extend(&mut self, next: &Bar) {
        self.h = self.h.max(next.h);
        self.l = self.l.min(next.l);
        self.c = next.c;
        self.v = self.v.saturating_add(next.v);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(t: i64, open: &str, high: &str, low: &str, close: &str) -> Bar {
        let price = |text: &str| text.parse().expect("valid price");
        Bar {
            t: Timestamp::from_micros(t),
            o: price(open),
            h: price(high),
            l: price(low),
            c: price(close),
            v: "10".parse().expect("valid"),
        }
    }

    #[test]
    fn minutes_fold_into_five_minutes() {
        let minutes = [bar(0, "10", "12", "9", "11"), bar(MINUTE_US, "11", "11.5", "8", "9"), bar(5 * MINUTE_US, "9", "9", "9", "9")];
        let folded = Bar::fold(&minutes, Timeframe::M5);
        assert_eq!(folded.len(), 2);
        assert_eq!(folded[0], Bar { v: "20".parse().expect("valid"), ..bar(0, "10", "12", "8", "9") });
    }

    #[test]
    fn a_volume_that_is_too_much_is_the_largest_and_loses_no_day() {
        let days = [0, DAY_US].map(|t| Bar { v: "7000000000".parse().expect("valid"), ..bar(t, "1", "1", "1", "1") });
        assert_eq!(Bar::fold(&days, Timeframe::W1)[0].v, Qty::MAX);
    }

    #[test]
    fn weeks_start_on_monday() {
        let sunday = Timestamp::parse_rfc3339("2026-11-22T10:00:00Z").expect("valid");
        assert_eq!(Timeframe::W1.bar_start(sunday).to_string(), "2026-11-16T00:00:00.000Z");
    }
}
