//! Which indicator with which periods, as text for addresses and JSON: `sma:20`, `bb:20:2.5`, `vwap`, `macd:12:26:9`.

use std::{fmt, str::FromStr};

/// Bars that one period may span.
pub const PERIOD_MAX: u16 = 500;
/// Indicators that are computed together.
pub const INDICATORS_MAX: usize = 8;

/// Periods are 1 to 500 bars, 2 and more where one bar says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IndicatorSpec {
    Sma {
        period: u16,
    },
    Ema {
        period: u16,
    },
    /// `width_tenths` tenths of standard deviations on each side.
    Bollinger {
        period: u16,
        width_tenths: u16,
    },
    Vwap,
    Rsi {
        period: u16,
    },
    Macd {
        fast: u16,
        slow: u16,
        signal: u16,
    },
    Atr {
        period: u16,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    #[error("an indicator is one of sma:20, ema:50, bb:20:2, vwap, rsi:14, macd:12:26:9, atr:14")]
    Unknown,
    #[error("a period is a whole number from 1 to 500; bands, rsi and macd need at least 2")]
    Period,
    #[error("the width of bands is from 0.1 to 10 standard deviations, in steps of 0.1")]
    Width,
    #[error("the fast period of a macd must be shorter than the slow one")]
    Order,
    #[error("ask for 1 to 8 indicators, separated by commas")]
    Count,
    #[error("an indicator is asked for twice")]
    Twice,
}

impl IndicatorSpec {
    /// Names of the lines it draws, in the order of its values.
    pub const fn lines(self) -> &'static [&'static str] {
        match self {
            Self::Sma { .. } => &["sma"],
            Self::Ema { .. } => &["ema"],
            Self::Bollinger { .. } => &["middle", "upper", "lower"],
            Self::Vwap => &["vwap"],
            Self::Rsi { .. } => &["rsi"],
            Self::Macd { .. } => &["macd", "signal", "histogram"],
            Self::Atr { .. } => &["atr"],
        }
    }

    /// Shares the scale of prices, so it is drawn over them.
    pub const fn is_overlay(self) -> bool {
        match self {
            Self::Sma { .. } | Self::Ema { .. } | Self::Bollinger { .. } | Self::Vwap => true,
            Self::Rsi { .. } | Self::Macd { .. } | Self::Atr { .. } => false,
        }
    }
}

impl fmt::Display for IndicatorSpec {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match *self {
            Self::Sma { period } => write!(f, "sma:{period}"),
            Self::Ema { period } => write!(f, "ema:{period}"),
            Self::Bollinger { period, width_tenths } if width_tenths % 10 == 0 => write!(f, "bb:{period}:{}", width_tenths / 10),
            Self::Bollinger { period, width_tenths } => write!(f, "bb:{period}:{}.{}", width_tenths / 10, width_tenths % 10),
            Self::Vwap => f.write_str("vwap"),
            Self::Rsi { period } => write!(f, "rsi:{period}"),
            Self::Macd { fast, slow, signal } => write!(f, "macd:{fast}:{slow}:{signal}"),
            Self::Atr { period } => write!(f, "atr:{period}"),
        }
    }
}

impl FromStr for IndicatorSpec {
    type Err = SpecError;
    fn from_str(text: &str) -> Result<Self, SpecError> {
        let parts: Vec<&str> = text.split(':').take(5).collect();
        match *parts.as_slice() {
            ["sma", p] => Ok(Self::Sma { period: period(p, 1)? }),
            ["ema", p] => Ok(Self::Ema { period: period(p, 1)? }),
            ["bb", p, width] => Ok(Self::Bollinger { period: period(p, 2)?, width_tenths: tenths(width)? }),
            ["vwap"] => Ok(Self::Vwap),
            ["rsi", p] => Ok(Self::Rsi { period: period(p, 2)? }),
            ["macd", fast, slow, signal] => {
                let (fast, slow, signal) = (period(fast, 2)?, period(slow, 2)?, period(signal, 2)?);
                if fast < slow { Ok(Self::Macd { fast, slow, signal }) } else { Err(SpecError::Order) }
            }
            ["atr", p] => Ok(Self::Atr { period: period(p, 1)? }),
            _ => Err(SpecError::Unknown),
        }
    }
}

/// One to eight different ones, separated by commas.
pub fn parse_list(text: &str) -> Result<Vec<IndicatorSpec>, SpecError> {
    let mut found = Vec::new();
    for part in text.split(',') {
        if found.len() == INDICATORS_MAX {
            return Err(SpecError::Count);
        }
        let spec: IndicatorSpec = part.trim().parse()?;
        if found.contains(&spec) {
            return Err(SpecError::Twice);
        }
        found.push(spec);
    }
    Ok(found)
}

fn period(text: &str, min: u16) -> Result<u16, SpecError> {
    let number: u16 = digits(text).ok_or(SpecError::Period)?;
    if (min..=PERIOD_MAX).contains(&number) { Ok(number) } else { Err(SpecError::Period) }
}

fn tenths(text: &str) -> Result<u16, SpecError> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let (whole, tenth) = (digits(whole).ok_or(SpecError::Width)?, digits(tenth).ok_or(SpecError::Width)?);
    let tenths = whole.saturating_mul(10).saturating_add(tenth);
    if tenth < 10 && (1..=100).contains(&tenths) { Ok(tenths) } else { Err(SpecError::Width) }
}

fn digits(text: &str) -> Option<u16> {
    if text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("sma:20")]
    #[case("ema:1")]
    #[case("bb:20:2")]
    #[case("bb:20:2.5")]
    #[case("vwap")]
    #[case("rsi:14")]
    #[case("macd:12:26:9")]
    #[case("atr:500")]
    fn text_survives(#[case] text: &str) {
        assert_eq!(text.parse::<IndicatorSpec>().expect("valid").to_string(), text);
    }

    #[rstest]
    #[case("", SpecError::Unknown)]
    #[case("sma", SpecError::Unknown)]
    #[case("sma:20:3", SpecError::Unknown)]
    #[case("SMA:20", SpecError::Unknown)]
    #[case("macd:1:2:3:4:5:6", SpecError::Unknown)]
    #[case("sma:0", SpecError::Period)]
    #[case("sma:501", SpecError::Period)]
    #[case("sma:+5", SpecError::Period)]
    #[case("sma:99999999", SpecError::Period)]
    #[case("rsi:1", SpecError::Period)]
    #[case("bb:20:0", SpecError::Width)]
    #[case("bb:20:10.1", SpecError::Width)]
    #[case("bb:20:2.25", SpecError::Width)]
    #[case("bb:20:-2", SpecError::Width)]
    #[case("macd:26:12:9", SpecError::Order)]
    fn nonsense_is_named(#[case] text: &str, #[case] error: SpecError) {
        assert_eq!(text.parse::<IndicatorSpec>(), Err(error));
    }

    #[test]
    fn lists_are_short_and_without_repeats() {
        assert_eq!(parse_list("sma:20, rsi:14").expect("valid").len(), 2);
        assert_eq!(parse_list("sma:20,sma:20"), Err(SpecError::Twice));
        assert_eq!(parse_list("sma:1,sma:2,sma:3,sma:4,sma:5,sma:6,sma:7,sma:8,sma:9"), Err(SpecError::Count));
        assert_eq!(parse_list(""), Err(SpecError::Unknown));
    }
}
