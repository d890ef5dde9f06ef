//! The chart service's one question: bars of a range. It keeps minutes for a week, quarters of an hour for two months and
//! hours for two years; what is older is refused, in its own words.

use axum::http::StatusCode;
use speedtrade::{
    instrument::Symbol,
    market::{Bar, MarketEvent, Timeframe},
};

use super::{YahooConfig, convert, wire};
use crate::market::feeds::{Asked, BarRange, FeedError, FeedKind, History, Rest, align};

#[derive(Debug, Clone)]
pub struct YahooHistory {
    rest: Rest,
}

impl YahooHistory {
    pub fn new(config: &YahooConfig) -> Result<Self, FeedError> {
        Ok(Self { rest: Rest::new(&config.rest, &[("user-agent", &config.user_agent)], explain)? })
    }

    async fn read_bars(&self, symbol: &Symbol, range: BarRange) -> Result<Vec<Bar>, FeedError> {
        let Some(asked) = align::to_ask(range) else { return Ok(Vec::new()) };
        let query = [
            ("interval", interval(asked.timeframe).to_owned()),
            ("period1", asked.from.seconds().to_string()),
            ("period2", (asked.to.seconds() + 1).to_string()),
            ("includePrePost", "false".to_owned()),
        ];
        let answer: wire::Answer = self.rest.get(&format!("/v8/finance/chart/{}", convert::name(symbol)), &query).await?.json()?;
        if let Some(failure) = answer.chart.error {
            return Err(refused(&failure));
        }
        let bars = answer.chart.result.unwrap_or_default().first().map(convert::bars).unwrap_or_default();
        Ok(align::fit(bars, range))
    }
}

impl History for YahooHistory {
    fn kind(&self) -> FeedKind {
        FeedKind::Yahoo
    }

    fn bars<'a>(&'a self, symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>> {
        Box::pin(self.read_bars(symbol, range))
    }

    /// It is asked about the past alone.
    fn snapshots<'a>(&'a self, _: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// Weeks are made of days.
const fn interval(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::M1 => "1m",
        Timeframe::M5 => "5m",
        Timeframe::M15 => "15m",
        Timeframe::H1 => "60m",
        Timeframe::D1 | Timeframe::W1 => "1d",
    }
}

fn refused(failure: &wire::Failure) -> FeedError {
    let detail = format!("{}: {}", failure.code, failure.description).chars().take(200).collect();
    FeedError::Refused { detail }
}

/// Its error has the form of an answer.
pub(super) fn explain(status: StatusCode, body: &str) -> Option<FeedError> {
    let answer: wire::Answer = serde_json::from_str(body).ok()?;
    let failure = answer.chart.error?;
    matches!(status.as_u16(), 400 | 404 | 422).then(|| refused(&failure))
}
