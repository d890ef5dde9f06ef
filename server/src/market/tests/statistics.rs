//! The simulated market moves as its table says.

#![expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "measures of a simulated price, never money")]

use rstest::rstest;
use rust_decimal::prelude::ToPrimitive;

use super::*;

fn daily_returns(market: &Market, symbol: &str) -> Vec<f64> {
    let closes: Vec<f64> =
        bars(market, symbol, Timeframe::D1, usize::MAX).iter().map(|bar| bar.c.decimal().to_f64().expect("finite")).collect();
    closes.windows(2).map(|two| (two[1] / two[0]).ln()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn covariance(a: &[f64], b: &[f64]) -> f64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    mean(&a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).collect::<Vec<_>>())
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    covariance(a, b) / (covariance(a, a) * covariance(b, b)).sqrt()
}

#[rstest]
#[case("AAPL")]
#[case("NVDA")]
#[case("SPY")]
#[case("SQQQ")]
#[case("XOM")]
#[case("BTC/USD")]
#[case("PEPE/USD")]
fn daily_returns_have_the_volatility_of_the_table(#[case] symbol: &str) {
    let market = shared();
    let returns = daily_returns(market, symbol);
    let measured = (covariance(&returns, &returns) * 365.0).sqrt();
    let table = market.catalog().traits(id(market, symbol)).ann_vol;
    assert!((measured / table - 1.0).abs() < 0.25, "{measured} instead of {table}");
}

#[test]
fn what_belongs_together_moves_together() {
    let market = shared();
    let returns = |symbol| daily_returns(market, symbol);
    let sector = correlation(&returns("XOM"), &returns("CVX"));
    let apart = correlation(&returns("XOM"), &returns("BTC/USD"));
    assert!(sector > 0.2 && sector > apart + 0.1, "{sector} {apart}");
    assert!(correlation(&returns("SPY"), &returns("QQQ")) > 0.7);
    assert!(correlation(&returns("QQQ"), &returns("SQQQ")) < -0.6);
    assert!(correlation(&returns("BTC/USD"), &returns("ETH/USD")) > 0.4);
}
