//! Binance's REST side: bars, days and the depth snapshot. Public data, no key, nothing signed.

use axum::http::StatusCode;
use speedtrade::{
    instrument::Symbol,
    market::{Bar, MarketEvent, Timeframe},
    time::Timestamp,
};

use super::{
    BinanceConfig, Names, convert,
    wire::{DayTicker, Failure, Kline, Snapshot},
};
use crate::market::feeds::{Asked, BarRange, FeedError, FeedKind, History, Rest, pages};

/// Bars of one answer, at most.
const PAGE: usize = 1_000;
/// Levels a side of a snapshot. Binance gives up to 5,000, at five times the weight (250 of the 6,000 a minute).
const DEPTH: usize = 1_000;
/// Tickers of one answer.
const TICKERS: usize = 100;

pub(super) fn rest(config: &BinanceConfig) -> Result<Rest, FeedError> {
    Rest::new(&config.rest, &[], explain)
}

/// Binance's own codes, where they say more than the status.
fn explain(status: StatusCode, body: &str) -> Option<FeedError> {
    let failure: Option<Failure> = serde_json::from_str(body).ok();
    let detail = |failure: &Failure| format!("{} ({})", failure.msg.chars().take(200).collect::<String>(), failure.code);
    match (status.as_u16(), failure) {
        // The wait is in the header.
        (418 | 429, _) => None,
        (403, _) => Some(FeedError::Unavailable { detail: "Binance's firewall keeps us out for a while".to_owned() }),
        (_, Some(failure)) => match failure.code {
            -1003 => Some(FeedError::RateLimited { retry_after: None }),
            -2014 | -2015 => Some(FeedError::Unauthorized { detail: detail(&failure) }),
            _ if status.is_client_error() => Some(FeedError::Refused { detail: detail(&failure) }),
            _ => None,
        },
        (_, None) => None,
    }
}

/// The raw snapshot, to be read where the stream is.
pub(super) async fn depth(rest: &Rest, code: &str) -> Result<Vec<u8>, FeedError> {
    let answer = rest.get("/api/v3/depth", &[("symbol", code.to_owned()), ("limit", DEPTH.to_string())]).await?;
    Ok(answer.body)
}

pub(super) fn read_depth(body: &[u8]) -> Result<Snapshot, FeedError> {
    serde_json::from_slice(body).map_err(|error| FeedError::decode(&error))
}

#[derive(Debug, Clone)]
pub struct BinanceHistory {
    rest: Rest,
    names: Names,
}

impl BinanceHistory {
    pub fn new(config: &BinanceConfig) -> Result<Self, FeedError> {
        Ok(Self { rest: rest(config)?, names: config.names.clone() })
    }

    async fn bars_of(&self, symbol: &Symbol, range: BarRange) -> Result<Vec<Bar>, FeedError> {
        let Some(code) = self.names.code(symbol) else { return Ok(Vec::new()) };
        let span = range.timeframe.step_us().saturating_mul(i64::try_from(range.limit.saturating_sub(1)).unwrap_or(i64::MAX));
        // The newest `limit` bars of the range; the first page begins where they do.
        let from = range.from.max(range.timeframe.bar_start(range.to.plus_micros(-span)));
        if range.limit == 0 || from > range.to {
            return Ok(Vec::new());
        }
        pages(from, range.limit, |from| self.page(&code, from, &range)).await
    }

    async fn page(&self, code: &str, from: Timestamp, range: &BarRange) -> Result<(Vec<Bar>, Option<Timestamp>), FeedError> {
        let query = [
            ("symbol", code.to_owned()),
            ("interval", interval(range.timeframe).to_owned()),
            ("startTime", from.millis().to_string()),
            ("endTime", range.to.millis().to_string()),
            ("limit", range.limit.min(PAGE).to_string()),
        ];
        let answer = self.rest.get("/api/v3/klines", &query).await?;
        let klines = answer.list::<Kline>()?;
        let bars: Vec<Bar> = klines.iter().flatten().map(convert::bar).filter(|bar| bar.t >= from && bar.t <= range.to).collect();
        let next = bars.last().map(|last| last.t.plus_micros(range.timeframe.step_us()));
        let is_more = klines.len() == range.limit.min(PAGE);
        Ok((bars, next.filter(|next| is_more && *next <= range.to)))
    }

    /// One pair that Binance does not list fails the whole question, so a refused list is asked again in halves.
    async fn snapshots_of(&self, symbols: &[Symbol]) -> Result<Vec<(Symbol, Vec<MarketEvent>)>, FeedError> {
        let codes: Vec<String> = symbols.iter().filter_map(|symbol| self.names.code(symbol)).collect();
        let mut open: Vec<&[String]> = codes.chunks(TICKERS).rev().collect();
        let mut found = Vec::new();
        while let Some(asked) = open.pop() {
            match self.tickers(asked).await {
                Ok(tickers) => {
                    let told = |ticker: &DayTicker| Some((self.names.symbol(&ticker.symbol)?, convert::snapshot(ticker)));
                    found.extend(tickers.iter().flatten().filter_map(told));
                }
                Err(FeedError::Refused { .. }) if asked.len() > 1 => {
                    let (first, second) = asked.split_at(asked.len() / 2);
                    open.extend([second, first]);
                }
                Err(FeedError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }

    async fn tickers(&self, codes: &[String]) -> Result<Vec<Option<DayTicker>>, FeedError> {
        let list = serde_json::to_string(codes).map_err(|error| FeedError::decode(&error))?;
        self.rest.get("/api/v3/ticker/24hr", &[("symbols", list)]).await?.list()
    }
}

const fn interval(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::M1 => "1m",
        Timeframe::M5 => "5m",
        Timeframe::M15 => "15m",
        Timeframe::H1 => "1h",
        Timeframe::D1 => "1d",
        Timeframe::W1 => "1w",
    }
}

impl History for BinanceHistory {
    fn kind(&self) -> FeedKind {
        FeedKind::Binance
    }

    fn bars<'a>(&'a self, symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>> {
        Box::pin(self.bars_of(symbol, range))
    }

    fn snapshots<'a>(&'a self, symbols: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>> {
        Box::pin(self.snapshots_of(symbols))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(400, r#"{"code":-1121,"msg":"Invalid symbol."}"#, Some(FeedError::Refused { detail: "Invalid symbol. (-1121)".to_owned() }))]
    #[case(401, r#"{"code":-2015,"msg":"Invalid API-key"}"#, Some(FeedError::Unauthorized { detail: "Invalid API-key (-2015)".to_owned() }))]
    #[case(400, r#"{"code":-1003,"msg":"Too many requests."}"#, Some(FeedError::RateLimited { retry_after: None }))]
    #[case(429, "", None)]
    #[case(502, "<html>", None)]
    fn binances_codes_have_a_meaning(#[case] status: u16, #[case] body: &str, #[case] meaning: Option<FeedError>) {
        assert_eq!(explain(StatusCode::from_u16(status).expect("a status"), body), meaning);
    }
}
