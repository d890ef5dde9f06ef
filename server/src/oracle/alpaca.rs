//! Alpaca's cases: crypto against the dollar.

use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use speedtrade::{time::Timestamp, venue::Environment};

use super::{
    cases::{self, Case, Cases},
    drive::{Told, drive},
    facts::Facts,
    prices::{self, Heard, is_of_market},
    sent::{self, Sent},
    tally::{Listed, Tally},
    told::compared,
};
use crate::{
    broker::{
        alpaca::{Alpaca, AlpacaConfig},
        recorder::Recorder,
    },
    market::feeds::{
        Change, Context, Outbox, Protocol as _,
        alpaca::{AlpacaConfig as FeedConfig, AlpacaHistory, AlpacaStream, Tape},
    },
    net::{Key, KeyPair},
};

const REQUESTS: &[Listed] = &[
    ("cancelAllOrders", "", "not asked", "each order of ours is canceled by its own name"),
    (
        "fetchOpenOrders",
        "",
        "-?symbols=LTC/USD +?direction=asc +?limit=500 +?nested=false",
        "of all symbols at once, oldest first, the most of a page, legs as orders of their own",
    ),
    ("fetchTrades", "", "not asked", "prints come by the stream"),
    (
        "fetchOHLCV",
        "",
        "?start=2024-03-09T13:13:20.000Z→2024-03-09T14:00:00.000Z ?timeframe=1H→1Hour \
+?end=2024-03-09T18:59:59.999Z +?sort=desc +header.apca-api-key-id=… +header.apca-api-secret-key=…",
        "whole bars, newest first, with an end; 1H and 1Hour are one word to Alpaca",
    ),
    ("fetchTicker", "", "+header.apca-api-key-id=… +header.apca-api-secret-key=…", "the feed shows its key; of crypto Alpaca needs none"),
    (
        "fetchMyTrades",
        "",
        "?after=2024-03-09T13:13:20.000Z→2024-03-09T13:13:19.999Z +?direction=asc +?page_size=100",
        "after leaves out its own moment; oldest first, the most of a page",
    ),
];
const RESPONSES: &[Listed] =
    &[("fetchBalance", "alpaca-py/test_get_account", "+total.USD=-23140.2", "the oracle has no balance of Alpaca; ours is its cash")];

fn plain(theirs: &str) -> String {
    theirs.replace("USDT", "USD")
}

fn desk(keys: KeyPair, rest: &str) -> Alpaca {
    Alpaca::new(AlpacaConfig { rest: rest.to_owned(), ..AlpacaConfig::new(Environment::Live, keys) }).expect("a client")
}

fn feed(keys: KeyPair, rest: &str) -> AlpacaHistory {
    AlpacaHistory::new(&FeedConfig { rest: rest.to_owned(), ..FeedConfig::new(Tape::Iex, keys) }).expect("a client")
}

async fn asked(case: &Case, keys: KeyPair) -> Result<Sent, String> {
    let venue = Recorder::answering(&[]).await;
    if is_of_market(case) {
        let home = FeedConfig::new(Tape::Iex, keys.clone()).rest;
        let why = prices::ask(&feed(keys, &venue.base), case).await.err();
        return Sent::after(0, &venue, &home, why);
    }
    let home = AlpacaConfig::new(Environment::Live, keys.clone()).rest;
    let why = drive(&desk(keys, &venue.base), case, Timestamp::EPOCH).await.err();
    Sent::after(0, &venue, &home, why)
}

async fn read(case: &Case, keys: KeyPair) -> String {
    let venue = Recorder::answering(&[(200, case.answer()), (200, "[]")]).await;
    let told = match case.method.as_str() {
        "fetchTrades" => Ok(stream("t", &case.answer_value()["trades"]).trades()),
        "fetchOrderBook" => Ok(stream("o", &case.answer_value()["orderbooks"]).book()),
        _ if is_of_market(case) => prices::ask(&feed(keys, &venue.base), case).await,
        _ => return compared(drive(&desk(keys, &venue.base), case, Timestamp::EPOCH).await, case),
    };
    compared(told.map(Told::Facts), case)
}

/// REST's items as the stream tells them: each with its kind and symbol, books with the word that they are whole.
fn stream(kind: &str, by_symbol: &Value) -> Heard {
    let mut frames = Vec::new();
    for (symbol, told) in by_symbol.as_object().expect("by symbol") {
        for item in told.as_array().cloned().unwrap_or_else(|| vec![told.clone()]) {
            let mut frame = json!({"T": kind, "S": symbol, "r": true});
            frame.as_object_mut().expect("an object").extend(item.as_object().expect("an object").clone());
            frames.push(frame);
        }
    }
    let keys = KeyPair { id: Key::new("id"), secret: Key::new("secret") };
    let mut stream = AlpacaStream::crypto(&FeedConfig::new(Tape::Iex, keys));
    let (heard, mut out, mut random) = (Heard::default(), Outbox::default(), StdRng::seed_from_u64(0));
    let mut context = Context { now: Timestamp::EPOCH, sink: &heard, out: &mut out, random: &mut random };
    let symbols = by_symbol.as_object().into_iter().flatten().filter_map(|(symbol, _)| symbol.parse().ok()).collect();
    stream.subscribe(&Change { quotes_added: symbols, ..Change::default() }, &mut context);
    stream.decode(&json!(frames).to_string(), &mut context).expect("readable");
    heard
}

fn keys_shown(facts: Facts) -> String {
    let shown = facts.into_iter().filter(|(word, _)| word.starts_with("header.apca"));
    shown.map(|(word, key)| format!("{word}={key}")).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn every_case_is_equal_or_listed() {
    let mut tally = Tally::new("alpaca", REQUESTS, RESPONSES);
    let file: Cases = cases::read("request-alpaca");
    for case in &file.all {
        let asked = asked(case, file.keys()).await;
        tally.request(case, &asked, plain);
        let theirs = keys_shown(sent::theirs(case, plain));
        if let Ok(sent) = &asked
            && !theirs.is_empty()
        {
            tally.signature(case, &keys_shown(sent::ours(sent)), &theirs);
        }
    }
    let answers: Cases = cases::read("response-alpaca");
    for case in &answers.all {
        tally.response(case, &read(case, file.keys()).await);
    }
    tally.finish();
}
