//! Alpaca's market data API.

use server::market::feeds::alpaca::{AlpacaConfig, AlpacaHistory, Tape};

use super::{
    ask_for_all, keys,
    wire::{Asked, Wire},
};

const SENT: [(&str, &str); 4] = [
    (
        "GET /v1beta3/crypto/{}/bars",
        "end limit page_token sort start symbols timeframe symbols=BTC/USD
         timeframe=1Min timeframe=5Min timeframe=15Min timeframe=1Hour timeframe=1Day",
    ),
    ("GET /v1beta3/crypto/{}/snapshots", "symbols symbols=BTC/USD,ETH/USD"),
    (
        "GET /v2/stocks/bars",
        "adjustment end feed limit page_token sort start symbols timeframe feed=iex feed=sip limit=1 limit=10000
         timeframe=1Min timeframe=5Min timeframe=15Min timeframe=1Hour timeframe=1Day",
    ),
    ("GET /v2/stocks/snapshots", "feed symbols feed=iex feed=sip symbols=AAPL,BRK.B"),
];

#[tokio::test]
async fn every_request_of_alpacas_history_is_in_its_document() {
    let wire = Wire::start("alpaca-data", two_pages).await;
    for tape in [Tape::Iex, Tape::Sip] {
        let config = AlpacaConfig { rest: wire.url.clone(), ..AlpacaConfig::new(tape, keys()) };
        let history = AlpacaHistory::new(&config).expect("an address");
        ask_for_all(&history, [1, 500, 50_000]).await;
    }
    wire.judge(&SENT);
}

fn two_pages(asked: &Asked) -> Option<String> {
    let is_second = asked.query.iter().any(|(name, _)| name == "page_token");
    let bars = if is_second { r#"{"bars":{},"next_page_token":null}"# } else { r#"{"bars":{},"next_page_token":"QlJLLkI="}"# };
    asked.path.ends_with("/bars").then(|| bars.to_owned())
}
