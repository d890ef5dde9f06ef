//! Kraken's cases. There is no feed of its prices.

use speedtrade::time::Timestamp;

use super::{
    cases::{self, Case, Cases},
    drive::drive,
    sent::Sent,
    tally::{Listed, Tally},
    told::compared,
};
use crate::{
    broker::{
        kraken::{Kraken, KrakenConfig, tests::signature},
        recorder::Recorder,
    },
    clock::Clock,
    net::KeyPair,
};

/// What every order of ours has besides, and why.
const BESIDES: &str = "+cl_ord_id=… +deadline=… +oflags=fciq";
const WHY: &str = "our client id; refused 30 s after the attempt; fees in dollars";
const REQUESTS: &[Listed] = &[
    ("createOrder", "Spot market buy", BESIDES, WHY),
    ("createOrder", "limit", BESIDES, WHY),
    ("createOrder", "Stop loss limit", BESIDES, WHY),
    ("createMarketBuyOrderWithCost", "viqc", "oflags=viqc→viqc,fciq +cl_ord_id=… +deadline=…", WHY),
    ("createOrder", "Margin stopLossPrice", "no word for leverage, reduceOnly", "the desk trades what an account has"),
    ("createOrder", "Margin trailing", "no word for leverage, reduceOnly, trailingAmount", "no margin, and the desk holds trailing stops"),
    ("createOrder", "multiple oflags", "no word for oflags, postOnly", "not among the desk's kinds"),
    ("cancelAllOrders", "", "not asked", "each order of ours is canceled by its own name"),
    ("editOrder", "amend", "+deadline=…", "refused 30 s after the attempt"),
    ("fetchOHLCV", "", "not asked", "the desk has no feed of Kraken"),
    ("fetchOrderBook", "", "not asked", "the desk has no feed of Kraken"),
    ("fetchTickers", "", "not asked", "the desk has no feed of Kraken"),
];
const RESPONSES: &[Listed] = &[];

/// Executions carry the older names of pairs; for orders both will do.
fn plain(theirs: &str) -> String {
    theirs.replace("XXBTZUSD", "XBTUSD").replace("XLTCZUSD", "LTCUSD").replace("USDT", "USD")
}

/// The clock stands so that its microseconds are the cases' nonce.
fn desk(keys: KeyPair, rest: &str, at: Timestamp) -> Kraken {
    Kraken::new(&KrakenConfig { rest: rest.to_owned(), ..KrakenConfig::live(keys, "Ab3d") }, Clock::manual(at)).expect("a key")
}

async fn asked(case: &Case, keys: KeyPair, at: Timestamp) -> Result<Sent, String> {
    let venue = Recorder::answering(&[]).await;
    let home = KrakenConfig::live(keys.clone(), "Ab3d").rest;
    let why = drive(&desk(keys, &venue.base, at), case, at).await.err();
    Sent::after(0, &venue, &home, why)
}

#[tokio::test]
async fn every_case_is_equal_or_listed() {
    let mut tally = Tally::new("kraken", REQUESTS, RESPONSES);
    let file: Cases = cases::read("request-kraken");
    let (at, keys) = (Timestamp::from_micros(file.fixed_time_ms), file.keys());
    for case in &file.all {
        let asked = asked(case, keys.clone(), at).await;
        tally.request(case, &asked, plain);
        let (Some(body), Some(theirs)) = (&case.body, case.headers.get("API-Sign")) else { continue };
        let path = case.url.split_once(".com").expect("an address").1;
        tally.signature(case, &signature(&keys, path, body), theirs);
        if let Ok(Sent { seen, .. }) = &asked {
            let ours = seen.headers.get("api-sign").expect("signed").to_str().expect("a text");
            assert_eq!(ours, signature(&keys, &seen.target, &seen.body), "what is signed is what is sent: {seen:?}");
        }
    }
    let answers: Cases = cases::read("response-kraken");
    for case in &answers.all {
        let venue = Recorder::answering(&[(200, case.answer())]).await;
        tally.response(case, &compared(drive(&desk(keys.clone(), &venue.base, at), case, at).await, case));
    }
    tally.finish();
}
