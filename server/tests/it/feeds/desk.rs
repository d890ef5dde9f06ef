//! A whole desk whose crypto is told by Binance, or by a fake of it: what a trader sees while the feed comes, goes and returns.

use serde_json::{Value, json};
use server::{
    clock::Clock,
    config::FeedArgs,
    http::EdgeSettings,
    market::{SimConfig, feeds::FeedKind},
    startup::MarketPlan,
};

use super::fake::Fake;
use crate::{
    databases::Kind,
    harness::{SOON, TestApp},
    ws::{Client, serve},
};

async fn desk(fake: &Fake) -> TestApp {
    let feeds = FeedArgs {
        crypto_feeds: vec![FeedKind::Binance],
        binance_stream_url: Some(fake.ws()),
        binance_url: Some(fake.http()),
        ..FeedArgs::default()
    };
    let plan = MarketPlan { sim: SimConfig::default(), feeds, ..MarketPlan::default() };
    TestApp::on_market(Kind::Sqlite, EdgeSettings { rate_limit: 0, ..EdgeSettings::default() }, Clock::System, plan).await
}

async fn tell(fake: &mut Fake, bid: &str, ask: &str) {
    fake.tell(json!({"do": "touch", "symbol": "BTCUSDT", "bid": bid, "ask": ask})).await;
    fake.tell(json!({"do": "trade", "symbol": "BTCUSDT", "price": bid, "qty": "0.5", "buyer_is_maker": true})).await;
}

/// Asks until the answer fits; the desk hears what the fake says a moment later.
async fn until(app: &TestApp, path: &str, fits: impl Fn(&Value) -> bool) -> Value {
    let ask = async {
        loop {
            let answer = app.get(path, None).await.json();
            if fits(&answer) {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, ask).await.unwrap_or_else(|_| panic!("{path} never fitted"))
}

#[tokio::test(flavor = "multi_thread")]
async fn prices_come_stop_and_return_by_themselves() {
    let mut fake = Fake::start("binance").await;
    let app = desk(&fake).await;
    let address = serve(&app).await;
    let before = app.get("/api/v1/market/quote/BTC-USD", None).await.json();
    assert!(before["source"] != "simulated" && before["stale"] == true, "a price of the past, or of a snapshot: {before}");
    let stock = app.get("/api/v1/market/quote/AAPL", None).await.json();
    assert_eq!(stock["source"], "simulated");

    let mut client = Client::connect(address, &[]).await.expect("open");
    client.send("subscribe", json!({"symbols": ["BTC/USD"]})).await;
    fake.received("SUBSCRIBE").await;
    tell(&mut fake, "70000.10", "70000.20").await;
    let quote = until(&app, "/api/v1/market/quote/BTC-USD", |quote| quote["bid"] == "70000.10").await;
    assert_eq!((quote["bid"].as_str(), quote["ask"].as_str(), quote["stale"].as_bool()), (Some("70000.10"), Some("70000.20"), Some(false)));

    // An order is filled at what the feed says.
    let session = app.register("ann").await;
    let order = app.order(&session, &json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "0.1"})).await;
    assert_eq!((order["status"].as_str(), order["filled_avg_price"].as_str()), (Some("filled"), Some("70000.20")), "{order}");

    fake.tell(json!({"do": "refuse", "status": 503})).await;
    fake.tell(json!({"do": "drop"})).await;
    let trouble = loop {
        let status = client.next(&["feed_status"]).await;
        let feed = status["data"]["feeds"][0].clone();
        if feed["health"] != "live" && feed["health"] != "idle" {
            break feed;
        }
    };
    assert_eq!((trouble["feed"].as_str(), &trouble["speaks_for"]), (Some("binance"), &json!(["crypto"])), "{trouble}");
    until(&app, "/api/v1/market/quote/BTC-USD", |quote| quote["stale"] == true).await;
    let market = json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "0.1"});
    let refused = app.post("/api/v1/orders", Some(&session), &market).await;
    assert_eq!(refused.problem(), (503, "quote_unavailable".to_owned()));

    fake.tell(json!({"do": "refuse", "status": 0})).await;
    fake.received("SUBSCRIBE").await;
    tell(&mut fake, "71000.10", "71000.20").await;
    until(&app, "/api/v1/market/quote/BTC-USD", |quote| quote["bid"] == "71000.10" && quote["stale"] == false).await;
    let order = app.order(&session, &market).await;
    assert_eq!(order["filled_avg_price"], "71000.20", "{order}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_what_nobody_looks_at_has_its_price_told_first() {
    let mut fake = Fake::start("binance").await;
    let app = desk(&fake).await;
    let session = app.register("ann").await;
    let order = json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "0.1"});
    let (answer, ()) = tokio::join!(app.post("/api/v1/orders", Some(&session), &order), async {
        fake.received("SUBSCRIBE").await;
        tell(&mut fake, "70000.10", "70000.20").await;
    });
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["filled_avg_price"], "70000.20");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_the_feeds_says_why_one_is_refused_and_who_stands_in_for_whom() {
    let fake = Fake::start("alpaca").await;
    let (ws, http) = (Some(fake.ws()), Some(fake.http()));
    let feeds = FeedArgs {
        stock_feeds: vec![FeedKind::Alpaca],
        crypto_feeds: vec![FeedKind::Coinbase, FeedKind::Binance],
        alpaca_key_id: Some("PKGOOD".to_owned()),
        alpaca_secret_key: Some("wrong-secret".to_owned()),
        alpaca_stream_url: ws.clone(),
        alpaca_data_url: http.clone(),
        coinbase_stream_url: ws.clone(),
        coinbase_url: http.clone(),
        binance_stream_url: ws,
        binance_url: http,
        ..FeedArgs::default()
    };
    let plan = MarketPlan { feeds, ..MarketPlan::default() };
    let app = TestApp::on_market(Kind::Sqlite, EdgeSettings { rate_limit: 0, ..EdgeSettings::default() }, Clock::System, plan).await;
    let mut client = Client::connect(serve(&app).await, &[]).await.expect("open");
    client.send("subscribe", json!({"symbols": ["AAPL"]})).await;
    let refuses = |feed: &Value| feed["feed"] == "alpaca" && feed["health"] == "refused";
    until(&app, "/api/v1/market/feeds", |feeds| feeds.as_array().is_some_and(|feeds| feeds.iter().any(refuses))).await;

    let page = app.get("/feeds", None).await.text;
    for words in ["Refused by the provider", "does not know this key", "Look at the key", "Not connected: nobody looks"] {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert!(!page.contains("wrong-secret") && !page.contains("PKGOOD"), "{page}");
    let place = |name: &str| page.find(&format!("data-feed=\"{name}\"")).unwrap_or_else(|| panic!("{name} in {page}"));
    assert!(place("alpaca") < place("coinbase") && place("coinbase") < place("binance"), "in the order of their turns: {page}");
    assert_eq!(page.matches("data-testid=\"feed-off\"").count(), 1, "massive alone: {page}");
}
