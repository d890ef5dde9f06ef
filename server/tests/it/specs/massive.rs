//! Massive's REST API.

use server::{
    market::feeds::massive::{MassiveConfig, MassiveHistory},
    net::Key,
};

use super::{
    ask_for_all,
    wire::{Asked, Wire},
};

const SENT: [(&str, &str); 3] = [
    (
        "GET /v2/aggs/ticker/{}/range/{}/{}/{}/{}",
        "adjusted cursor limit sort limit=1 limit=50000 {}=BRK.B {}=X:BTCUSD
         {}=minute {}=hour {}=day {}=1 {}=5 {}=15",
    ),
    ("GET /v2/snapshot/locale/global/markets/crypto/tickers", "tickers tickers=X:BTCUSD,X:ETHUSD"),
    ("GET /v2/snapshot/locale/us/markets/stocks/tickers", "tickers tickers=AAPL,BRK.B"),
];

#[tokio::test]
async fn every_request_of_massives_history_is_in_its_document() {
    let wire = Wire::start("massive", two_pages).await;
    let config = MassiveConfig { rest: wire.url.clone(), ..MassiveConfig::new(Key::new("key")) };
    let history = MassiveHistory::new(&config).expect("an address");
    ask_for_all(&history, [1, 500, 60_000]).await;
    wire.judge(&SENT);
}

fn two_pages(asked: &Asked) -> Option<String> {
    let is_second = asked.query.iter().any(|(name, _)| name == "cursor");
    let next = format!(r#"{{"status":"OK","next_url":"https://api.massive.com{}?cursor=bGltaXQ9Mg"}}"#, asked.path);
    asked.path.starts_with("/v2/aggs/").then(|| if is_second { r#"{"status":"OK"}"#.to_owned() } else { next })
}
