//! Binance's cases: spot, the quote asset a tether.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use speedtrade::{time::Timestamp, venue::Environment};

use super::{
    cases::{self, Case, Cases},
    drive::{Told, drive},
    prices::{self, Heard, is_of_market},
    sent::{Sent, pairs},
    tally::{Listed, Tally},
    told::compared,
};
use crate::{
    broker::{
        binance::{Binance, BinanceConfig, tests::signature},
        recorder::Recorder,
    },
    clock::Clock,
    market::feeds::{
        FeedKind,
        binance::{BinanceConfig as FeedConfig, BinanceHistory, Decoder, tests::first_depth},
    },
    net::{KeyPair, Names},
};

const REQUESTS: &[Listed] = &[
    ("createOrder", "take-profit limit", "no word for takeProfitPrice", "a take-profit of ours is a limit order"),
    ("createOrder", "order/test", "no word for test", "orders are checked by the desk, and sent once"),
    ("fetchOpenOrders", "", "-?symbol=LTCUSDT", "asked for all pairs at once"),
    (
        "fetchMyTrades",
        "",
        "-?startTime=1499827300000 ?limit=10→1000",
        "the newest first, the most of a page; by days only where that does not reach back",
    ),
    (
        "fetchTicker",
        "",
        r#"-?symbol=BTCUSDT host=https://api.binance.com→https://data-api.binance.vision +?symbols=["BTCUSDT"]"#,
        "the feed asks for a list, at the address for market data",
    ),
    (
        "fetchOHLCV",
        "",
        "host=https://api.binance.com→https://data-api.binance.vision +?endTime=1499827740000",
        "with an end, at the address for market data",
    ),
    (
        "fetchOrderBook",
        "",
        "?limit=100→1000 host=https://api.binance.com→https://data-api.binance.vision",
        "1,000 levels, at the address for market data",
    ),
    ("fetchTime", "", "+header.x-mbx-apikey=…", "every request of the connector names its key; this one needs none"),
    ("fetchTradingFee", "", "not asked", "fees are told with each execution"),
];
const RESPONSES: &[Listed] = &[];

fn desk(keys: KeyPair, rest: &str, at: Timestamp) -> Binance {
    let config = BinanceConfig { rest: rest.to_owned(), ..BinanceConfig::new(Environment::Live, keys, Names::default()) };
    Binance::new(config, Clock::manual(at)).expect("a key")
}

fn feed(rest: &str) -> FeedConfig {
    FeedConfig { rest: rest.to_owned(), ..FeedConfig::default() }
}

async fn asked(case: &Case, file: &Cases) -> Result<Sent, String> {
    let time = json!({"serverTime": file.fixed_time_ms}).to_string();
    let venue = Recorder::answering(&[(200, &time)]).await;
    if is_of_market(case) {
        let why = market(case, &feed(&venue.base)).await.err();
        return Sent::after(0, &venue, &FeedConfig::default().rest, why);
    }
    let home = BinanceConfig::new(Environment::Live, file.keys(), Names::default()).rest;
    let at = Timestamp::from_millis(file.fixed_time_ms);
    let why = drive(&desk(file.keys(), &venue.base, at), case, at).await.err();
    // The clock is measured before the first signature.
    Sent::after(usize::from(case.method != "fetchTime"), &venue, &home, why)
}

async fn market(case: &Case, config: &FeedConfig) -> Result<Value, String> {
    if case.method != "fetchOrderBook" {
        return prices::ask(&BinanceHistory::new(config).expect("a client"), case).await;
    }
    let symbol = case.symbol(0);
    let changes = first_depth(config, &symbol).await.map_err(|error| error.to_string())?;
    Ok(changes.first().map_or(Value::Null, |change| prices::book(&symbol, change)))
}

async fn read(case: &Case) -> String {
    let told = match case.method.as_str() {
        "fetchTrades" => Ok(stream(&case.answer_value()).trades()),
        method => {
            // The feed asks for a list of days.
            let list = format!("[{}]", case.answer());
            let venue = Recorder::answering(&[(200, if method == "fetchTicker" { &list } else { case.answer() })]).await;
            market(case, &feed(&venue.base)).await
        }
    };
    compared(told.map(Told::Facts), case)
}

/// REST's trades as the stream tells them: each with its pair.
fn stream(trades: &Value) -> Heard {
    let (heard, mut decoder) = (Heard::default(), Decoder::for_recording(FeedKind::Binance, Names::default()));
    for trade in trades.as_array().expect("a list") {
        let mut trade = trade.clone();
        trade["s"] = json!("BTCUSDT");
        let frame = json!({"stream": "btcusdt@trade", "data": trade}).to_string();
        decoder.decode(&frame, Timestamp::EPOCH, &heard).expect("readable");
    }
    heard
}

/// A payload and its signature, as they stand in a query or a form.
fn signed(text: &str) -> Option<(&str, String)> {
    let (payload, _) = text.split_once("&signature=")?;
    let signature = pairs(text).into_iter().find(|(name, _)| name == "signature")?.1;
    Some((payload, signature))
}

fn words(body: &str, url: &str) -> String {
    if body.is_empty() { url.split_once('?').map_or("", |(_, query)| query).to_owned() } else { body.to_owned() }
}

#[tokio::test]
async fn every_case_is_equal_or_listed() {
    let mut tally = Tally::new("binance", REQUESTS, RESPONSES);
    let file: Cases = cases::read("request-binance");
    let keys = file.keys();
    for case in &file.all {
        let asked = asked(case, &file).await;
        tally.request(case, &asked, str::to_owned);
        if let Some((payload, theirs)) = signed(&words(case.body.as_deref().unwrap_or_default(), &case.url)) {
            tally.signature(case, &signature(keys.secret.expose(), payload), &theirs);
        }
        if let Ok(Sent { seen, .. }) = &asked
            && let Some((payload, ours)) = signed(&words(&seen.body, &seen.target))
        {
            assert_eq!(ours, signature(keys.secret.expose(), payload), "what is signed is what is sent: {seen:?}");
        }
    }
    let vector: BTreeMap<String, String> = cases::read("ed25519-vector");
    let key = &vector["pkcs8Pem"];
    tally.signature("the vector", &signature(key, &vector["payload"]), &vector["signatureBase64"]);
    let query = words("", &vector["ccxtUrl"]);
    let (payload, theirs) = signed(&query).expect("signed");
    tally.signature("the vector's address", &signature(key, payload), &theirs);
    let answers: Cases = cases::read("response-binance");
    for case in &answers.all {
        tally.response(case, &read(case).await);
    }
    tally.finish();
}
