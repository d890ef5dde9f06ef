//! The conditions of alerts and their words.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::WINDOW_MINUTES_MAX;
use crate::money::{DecimalError, Percent, Price, parse_decimal};

/// When an alert is true. Windows in minutes, 1 to 1,440.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The price is at the target or above.
    Above(Price),
    /// The price is at the target or below.
    Below(Price),
    /// The price came from one side of the target and reached it or passed it.
    Crosses(Price),
    CrossesUp(Price),
    CrossesDown(Price),
    /// The price is `percent` above the low or below the high of the window: the minute it is in and the `minutes` before.
    PctMove {
        percent: Percent,
        minutes: u32,
    },
    /// The minute so far traded at least `multiple` times the average of the last `minutes` minutes that traded.
    VolumeSpike {
        multiple: Multiple,
        minutes: u32,
    },
}

/// How many times; hundredths. More than 1, at most 1,000.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Multiple(u32);

impl Multiple {
    pub const fn hundredths(self) -> u32 {
        self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMultiple {
    #[error(transparent)]
    Number(#[from] DecimalError),
    #[error("must be more than 1 and at most 1,000")]
    Range,
}

impl FromStr for Multiple {
    type Err = InvalidMultiple;
    fn from_str(text: &str) -> Result<Self, InvalidMultiple> {
        let hundredths = (parse_decimal(text, 2)? * Decimal::ONE_HUNDRED).to_u32();
        hundredths.filter(|n| (101..=100_000).contains(n)).map(Self).ok_or(InvalidMultiple::Range)
    }
}

impl fmt::Display for Multiple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Decimal::new(i64::from(self.0), 2).normalize())
    }
}

/// A condition as it is stored: a word and the texts of its terms.
#[derive(Debug, Clone, Copy, Default)]
pub struct ConditionText<'a> {
    pub word: &'a str,
    pub target: Option<&'a str>,
    pub percent: Option<&'a str>,
    pub minutes: Option<i64>,
    pub multiple: Option<&'a str>,
}

/// What an alert waits for, in words that follow its symbol: `at or above $178.00`.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(target) => write!(f, "at or above ${target}"),
            Self::Below(target) => write!(f, "at or below ${target}"),
            Self::Crosses(target) => write!(f, "crosses ${target}"),
            Self::CrossesUp(target) => write!(f, "rises to ${target}"),
            Self::CrossesDown(target) => write!(f, "falls to ${target}"),
            Self::PctMove { percent, minutes } => write!(f, "moves {} % within {minutes} min", percent.decimal().normalize()),
            Self::VolumeSpike { multiple, minutes } => write!(f, "trades {multiple} × the volume of a minute, of the last {minutes}"),
        }
    }
}

impl Condition {
    /// `None` for what was never written.
    pub fn read(text: &ConditionText<'_>) -> Option<Self> {
        let target = || text.target?.parse().ok();
        let minutes = || u32::try_from(text.minutes?).ok().filter(|minutes| Self::is_window(*minutes));
        Some(match text.word {
            "above" => Self::Above(target()?),
            "below" => Self::Below(target()?),
            "crosses" => Self::Crosses(target()?),
            "crosses_up" => Self::CrossesUp(target()?),
            "crosses_down" => Self::CrossesDown(target()?),
            "pct_move" => Self::PctMove { percent: text.percent?.parse().ok()?, minutes: minutes()? },
            "volume_spike" => Self::VolumeSpike { multiple: text.multiple?.parse().ok()?, minutes: minutes()? },
            _ => return None,
        })
    }

    pub const WORDS: &str = "above, below, crosses, crosses_up, crosses_down, pct_move, volume_spike";

    pub const fn word(self) -> &'static str {
        match self {
            Self::Above(_) => "above",
            Self::Below(_) => "below",
            Self::Crosses(_) => "crosses",
            Self::CrossesUp(_) => "crosses_up",
            Self::CrossesDown(_) => "crosses_down",
            Self::PctMove { .. } => "pct_move",
            Self::VolumeSpike { .. } => "volume_spike",
        }
    }

    pub const fn target(self) -> Option<Price> {
        match self {
            Self::Above(target) | Self::Below(target) | Self::Crosses(target) | Self::CrossesUp(target) | Self::CrossesDown(target) => {
                Some(target)
            }
            Self::PctMove { .. } | Self::VolumeSpike { .. } => None,
        }
    }

    pub const fn percent(self) -> Option<Percent> {
        match self {
            Self::PctMove { percent, .. } => Some(percent),
            Self::Above(_) | Self::Below(_) | Self::Crosses(_) | Self::CrossesUp(_) | Self::CrossesDown(_) | Self::VolumeSpike { .. } => {
                None
            }
        }
    }

    pub const fn multiple(self) -> Option<Multiple> {
        match self {
            Self::VolumeSpike { multiple, .. } => Some(multiple),
            Self::Above(_) | Self::Below(_) | Self::Crosses(_) | Self::CrossesUp(_) | Self::CrossesDown(_) | Self::PctMove { .. } => None,
        }
    }

    /// The window, where there is one.
    pub const fn minutes(self) -> Option<u32> {
        match self {
            Self::PctMove { minutes, .. } | Self::VolumeSpike { minutes, .. } => Some(minutes),
            Self::Above(_) | Self::Below(_) | Self::Crosses(_) | Self::CrossesUp(_) | Self::CrossesDown(_) => None,
        }
    }

    /// True at one moment, not over a time.
    pub(super) const fn is_moment(self) -> bool {
        matches!(self, Self::Crosses(_) | Self::CrossesUp(_) | Self::CrossesDown(_))
    }

    pub(super) const fn is_window(minutes: u32) -> bool {
        minutes >= 1 && minutes <= WINDOW_MINUTES_MAX
    }
}
