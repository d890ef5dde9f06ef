//! Alpaca's REST side: bars, page by page and newest first, and what each symbol is now.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use speedtrade::{
    instrument::{AssetType, Symbol},
    market::{Bar, MarketEvent, Timeframe},
};

use super::{AlpacaConfig, Tape, convert, wire};
use crate::market::feeds::{Asked, BarRange, FeedError, FeedKind, History, Rest, align, pages};

/// Bars of one page, the provider's limit.
const PAGE: usize = 10_000;
/// Symbols of one question, so that its address stays short.
const SYMBOLS_AT_ONCE: usize = 100;

#[derive(Debug, Clone)]
pub struct AlpacaHistory {
    rest: Rest,
    tape: Tape,
}

impl AlpacaHistory {
    pub fn new(config: &AlpacaConfig) -> Result<Self, FeedError> {
        let keys = &config.keys;
        let headers = [("apca-api-key-id", keys.id.expose()), ("apca-api-secret-key", keys.secret.expose())];
        Ok(Self { rest: Rest::new(&config.rest, &headers, explain)?, tape: config.tape })
    }

    async fn read_bars(&self, symbol: &Symbol, range: BarRange) -> Result<Vec<Bar>, FeedError> {
        let Some(asked) = align::to_ask(range) else { return Ok(Vec::new()) };
        let limit = align::count(asked);
        let path = if is_crypto(symbol) { "/v1beta3/crypto/us/bars" } else { "/v2/stocks/bars" };
        let mut query = vec![
            ("symbols", symbol.to_string()),
            ("timeframe", timeframe(asked.timeframe).to_owned()),
            ("start", asked.from.to_string()),
            ("end", asked.to.to_string()),
            ("limit", limit.clamp(1, PAGE).to_string()),
            ("sort", "desc".to_owned()),
        ];
        if !is_crypto(symbol) {
            query.extend([("adjustment", "split".to_owned()), ("feed", self.tape.as_str().to_owned())]);
        }
        let page = |token: Option<String>| {
            let mut query = query.clone();
            query.extend(token.map(|token| ("page_token", token)));
            async move {
                let answer: wire::Bars = self.rest.get(path, &query).await?.json()?;
                let bars = answer.bars.unwrap_or_default().remove(symbol.as_str()).unwrap_or_default();
                let next = answer.next_page_token.filter(|token| !token.is_empty()).map(Some);
                Ok((bars.iter().filter_map(convert::bar).collect(), next))
            }
        };
        Ok(align::fit(pages(None, limit, page).await?, range))
    }

    async fn read_snapshots(&self, symbols: &[Symbol]) -> Result<Vec<(Symbol, Vec<MarketEvent>)>, FeedError> {
        let (crypto, stocks): (Vec<&Symbol>, Vec<&Symbol>) = symbols.iter().partition(|symbol| is_crypto(symbol));
        let mut found = Vec::with_capacity(symbols.len());
        for some in stocks.chunks(SYMBOLS_AT_ONCE) {
            let query = [("symbols", joined(some)), ("feed", self.tape.as_str().to_owned())];
            let mut all: wire::StockSnapshots = self.rest.get("/v2/stocks/snapshots", &query).await?.json()?;
            found.extend(pick(some, &mut all));
        }
        for some in crypto.chunks(SYMBOLS_AT_ONCE) {
            let query = [("symbols", joined(some))];
            let mut all: wire::CryptoSnapshots = self.rest.get("/v1beta3/crypto/us/snapshots", &query).await?.json()?;
            found.extend(pick(some, &mut all.snapshots));
        }
        Ok(found)
    }
}

impl History for AlpacaHistory {
    fn kind(&self) -> FeedKind {
        FeedKind::Alpaca
    }

    fn bars<'a>(&'a self, symbol: &'a Symbol, range: BarRange) -> Asked<'a, Vec<Bar>> {
        Box::pin(self.read_bars(symbol, range))
    }

    fn snapshots<'a>(&'a self, symbols: &'a [Symbol]) -> Asked<'a, Vec<(Symbol, Vec<MarketEvent>)>> {
        Box::pin(self.read_snapshots(symbols))
    }
}

fn is_crypto(symbol: &Symbol) -> bool {
    AssetType::of_symbol(symbol) == AssetType::Crypto
}

fn joined(symbols: &[&Symbol]) -> String {
    symbols.iter().map(|symbol| symbol.as_str()).collect::<Vec<_>>().join(",")
}

fn pick(symbols: &[&Symbol], all: &mut BTreeMap<String, Option<wire::Snapshot>>) -> Vec<(Symbol, Vec<MarketEvent>)> {
    let one = |symbol: &&Symbol| Some(((*symbol).clone(), convert::snapshot(&all.remove(symbol.as_str())??)));
    symbols.iter().filter_map(one).collect()
}

const fn timeframe(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::M1 => "1Min",
        Timeframe::M5 => "5Min",
        Timeframe::M15 => "15Min",
        Timeframe::H1 => "1Hour",
        Timeframe::D1 => "1Day",
        Timeframe::W1 => "1Week",
    }
}

/// A plan that is too small is a 403 like a wrong key; only the words differ.
pub(super) fn explain(status: StatusCode, body: &str) -> Option<FeedError> {
    let failure: wire::Failure = serde_json::from_str(body).ok()?;
    let is_plan = status == StatusCode::FORBIDDEN && failure.message.contains("subscription");
    is_plan.then(|| FeedError::PlanTooSmall { detail: failure.message.chars().take(200).collect() })
}
