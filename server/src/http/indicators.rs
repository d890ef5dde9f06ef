//! `/market/indicators`: the chart's averages, bands and oscillators, computed by the same code as in the browser.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use speedtrade::{
    indicators::{self, IndicatorSpec, PERIOD_MAX, VwapDay},
    market::{Bar, Timeframe},
    time::Timestamp,
};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, SymbolPath, limit_up_to},
    market::{BARS_DEFAULT, BARS_MAX},
    problem::{Failure, Public},
    state::AppState,
};
use crate::services::quotes::BarRange;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(values))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct IndicatorQuery {
    /// `1m`, `5m`, `15m`, `1h`, `1d` (default) or `1w`.
    timeframe: Option<String>,
    /// 1 to 10000 bars, 300 when absent: the newest ones. Up to 500 bars before them are counted in.
    limit: Option<String>,
    /// 1 to 8, separated by commas: `sma:20`, `ema:50`, `bb:20:2`, `vwap`, `rsi:14`, `macd:12:26:9`, `atr:14`.
    indicators: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct IndicatorView {
    #[schema(example = "bb:20:2")]
    spec: String,
    lines: Vec<LineView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LineView {
    /// `sma`, `ema`, `middle`, `upper`, `lower`, `vwap`, `rsi`, `macd`, `signal`, `histogram` or `atr`.
    name: &'static str,
    /// Oldest first, from the first bar that has a value.
    points: Vec<PointView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PointView {
    /// The start of the bar.
    t: Timestamp,
    /// Eight decimals at most. A statistic, not an amount.
    #[schema(example = "178.51")]
    v: String,
}

/// Indicators of the newest bars; the last bar is still forming.
#[utoipa::path(get, path = "/api/v1/market/indicators/{symbol}", tag = "market",
    params(("symbol" = String, Path, example = "BTC-USD"), IndicatorQuery),
    responses((status = 200, description = "In the order asked for", body = Vec<IndicatorView>), Public), security(()))]
async fn values(
    State(state): State<AppState>,
    SymbolPath(symbol): SymbolPath,
    Asked(query): Asked<IndicatorQuery>,
) -> Result<Json<Vec<IndicatorView>>, Failure> {
    let specs = indicators::parse_list(&query.indicators.unwrap_or_default()).map_err(|e| Failure::field("indicators", e))?;
    let timeframe = query.timeframe.as_deref().map_or(Ok(Timeframe::D1), str::parse).map_err(|e| Failure::field("timeframe", e))?;
    let shown = limit_up_to(query.limit.as_deref(), BARS_DEFAULT, BARS_MAX)?;
    let limit = shown + usize::from(PERIOD_MAX);
    let day = VwapDay::of(state.quotes.get(state.quotes.find(&symbol)?).asset_type);
    let bars = state.quotes.bars(&symbol, BarRange { timeframe, from: None, to: None, limit }).await?;
    Ok(Json(specs.into_iter().map(|spec| view(spec, day, &bars, shown)).collect()))
}

fn view(spec: IndicatorSpec, day: VwapDay, bars: &[Bar], shown: usize) -> IndicatorView {
    let rows = indicators::series(spec, day, bars);
    let first = bars.len().saturating_sub(shown);
    let point = |line: usize| move |(bar, values): (&Bar, &indicators::Values)| Some(PointView { t: bar.t, v: decimal(values[line]?) });
    let line = |(nth, name): (usize, &&'static str)| LineView {
        name,
        points: bars[first..].iter().zip(&rows[first..]).filter_map(point(nth)).collect(),
    };
    IndicatorView { spec: spec.to_string(), lines: spec.lines().iter().enumerate().map(line).collect() }
}

/// `12.5`, not `12.50000000`.
fn decimal(value: f64) -> String {
    let text = format!("{value:.8}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::decimal;

    #[rstest]
    #[case(12.5, "12.5")]
    #[case(100.0, "100")]
    #[case(-0.000_000_001, "0")]
    #[case(0.123_456_789, "0.12345679")]
    #[case(66_000.1, "66000.1")]
    fn decimals_are_short(#[case] value: f64, #[case] text: &str) {
        assert_eq!(decimal(value), text);
    }
}
