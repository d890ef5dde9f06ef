//! An indicator that remembers the bars it has folded: the next bar costs one step, not all of them again.
#![expect(clippy::float_arithmetic, reason = "statistics of prices, never money")]

use super::{
    spec::IndicatorSpec,
    window::{Smooth, Window},
};
use crate::{
    instrument::AssetType,
    market::Bar,
    time::{DAY_US, MINUTE_US, Timestamp},
};

/// Lines of the indicator that has most.
pub const LINES_MAX: usize = 3;

/// In the order of `IndicatorSpec::lines`; `None` while there are too few bars.
pub type Values = [Option<f64>; LINES_MAX];

/// Where a VWAP begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VwapDay {
    /// Markets that never close: midnight UTC.
    Utc,
    /// The New York date of the exchange's 4:00 to 20:00. Five hours behind UTC is it in winter and, because nothing is
    /// traded at night, in summer as well: no table of time zones is needed in a browser.
    NewYork,
}

impl VwapDay {
    pub const fn of(asset_type: AssetType) -> Self {
        match asset_type {
            AssetType::Stock => Self::NewYork,
            AssetType::Crypto => Self::Utc,
        }
    }

    const fn start(self, time: Timestamp) -> i64 {
        let behind = match self {
            Self::Utc => 0,
            Self::NewYork => 5 * 60 * MINUTE_US,
        };
        time.plus_micros(-behind).floor_to(DAY_US).micros()
    }
}

#[derive(Debug, Clone)]
pub struct Indicator {
    day: VwapDay,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    Sma(Window),
    Ema(Smooth),
    Bollinger { window: Window, width: f64 },
    Vwap { day: Option<i64>, value: f64, volume: f64 },
    Rsi { before: Option<f64>, gains: Smooth, losses: Smooth },
    Macd { fast: Smooth, slow: Smooth, signal: Smooth },
    Atr { before: Option<f64>, ranges: Smooth },
}

impl Indicator {
    pub fn new(spec: IndicatorSpec, day: VwapDay) -> Self {
        let state = match spec {
            IndicatorSpec::Sma { period } => State::Sma(Window::new(period)),
            IndicatorSpec::Ema { period } => State::Ema(Smooth::exponential(period)),
            IndicatorSpec::Bollinger { period, width_tenths } => {
                State::Bollinger { window: Window::new(period), width: f64::from(width_tenths) / 10.0 }
            }
            IndicatorSpec::Vwap => State::Vwap { day: None, value: 0.0, volume: 0.0 },
            IndicatorSpec::Rsi { period } => State::Rsi { before: None, gains: Smooth::wilder(period), losses: Smooth::wilder(period) },
            IndicatorSpec::Macd { fast, slow, signal } => {
                State::Macd { fast: Smooth::exponential(fast), slow: Smooth::exponential(slow), signal: Smooth::exponential(signal) }
            }
            IndicatorSpec::Atr { period } => State::Atr { before: None, ranges: Smooth::wilder(period) },
        };
        Self { day, state }
    }

    /// Folds a bar that is finished; bars come in time order.
    pub fn push(&mut self, bar: &Bar) -> Values {
        let close = float(bar.c.decimal());
        match &mut self.state {
            State::Sma(window) => {
                window.push(close);
                [window.mean(), None, None]
            }
            State::Ema(average) => [average.push(close), None, None],
            State::Bollinger { window, width } => {
                window.push(close);
                let Some(mean) = window.mean() else { return [None; LINES_MAX] };
                let reach = *width * window.deviation(mean);
                [Some(mean), Some(mean + reach), Some(mean - reach)]
            }
            State::Vwap { day, value, volume } => {
                let today = self.day.start(bar.t);
                if *day != Some(today) {
                    (*day, *value, *volume) = (Some(today), 0.0, 0.0);
                }
                let (typical, units) = ((float(bar.h.decimal()) + float(bar.l.decimal()) + close) / 3.0, float(bar.v.decimal()));
                *value += typical * units;
                *volume += units;
                [(*volume > 0.0).then(|| *value / *volume), None, None]
            }
            State::Rsi { before, gains, losses } => [rsi(before, gains, losses, close), None, None],
            State::Macd { fast, slow, signal } => {
                let (Some(fast), Some(slow)) = (fast.push(close), slow.push(close)) else { return [None; LINES_MAX] };
                let macd = fast - slow;
                let signal = signal.push(macd);
                [Some(macd), signal, signal.map(|signal| macd - signal)]
            }
            State::Atr { before, ranges } => {
                let (high, low) = (float(bar.h.decimal()), float(bar.l.decimal()));
                let (top, bottom) = before.map_or((high, low), |before| (high.max(before), low.min(before)));
                *before = Some(close);
                [ranges.push(top - bottom), None, None]
            }
        }
    }

    /// What `push` would answer, with nothing folded: for the bar that is still forming.
    pub fn peek(&self, bar: &Bar) -> Values {
        self.clone().push(bar)
    }
}

/// 100 when nothing fell. The change of the first bar is unknown, so the first value needs one bar more than the period.
fn rsi(before: &mut Option<f64>, gains: &mut Smooth, losses: &mut Smooth, close: f64) -> Option<f64> {
    let change = close - before.replace(close)?;
    let (gain, loss) = (gains.push(change.max(0.0)), losses.push((-change).max(0.0)));
    let (gain, loss) = (gain?, loss?);
    Some(if loss > 0.0 { 100.0 - 100.0 / (1.0 + gain / loss) } else { 100.0 })
}

/// One row of values for each bar.
pub fn series(spec: IndicatorSpec, day: VwapDay, bars: &[Bar]) -> Vec<Values> {
    let mut indicator = Indicator::new(spec, day);
    bars.iter().map(|bar| indicator.push(bar)).collect()
}

/// Of a number that the domain limits, so it always is one.
fn float(value: rust_decimal::Decimal) -> f64 {
    f64::try_from(value).unwrap_or_default()
}
