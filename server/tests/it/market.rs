//! `/market` through REST: anybody reads it.

use rstest::rstest;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::harness::TestApp;

#[tokio::test]
async fn quotes_say_that_they_are_simulated() {
    let app = TestApp::new().await;
    for slug in ["BTC-USD", "BTC%2FUSD", "btc-usd"] {
        let quote = app.get(&format!("/api/v1/market/quote/{slug}"), None).await.json();
        assert_eq!((quote["symbol"].as_str(), quote["source"].as_str()), (Some("BTC/USD"), Some("simulated")), "{quote}");
    }
    assert_eq!(app.get("/api/v1/market/quote/NOPE", None).await.problem(), (404, "unknown_symbol".to_owned()));
}

#[tokio::test]
async fn search_finds_by_symbol_and_name() {
    let app = TestApp::new().await;
    for q in ["AAPL", "aapl", "apple"] {
        let found = app.get(&format!("/api/v1/market/search?q={q}&limit=3"), None).await.json();
        assert_eq!(found[0]["symbol"], "AAPL", "{found}");
    }
    assert_eq!(app.get("/api/v1/market/search?q=zzzzzzzz", None).await.json(), json!([]));
}

#[tokio::test]
async fn charts_are_oldest_first_and_limited() {
    let bars = TestApp::new().await.get("/api/v1/market/chart/AAPL?timeframe=1d&limit=5", None).await.json();
    let times: Vec<_> = bars.as_array().expect("bars").iter().map(|b| b["t"].as_str().expect("a time").to_owned()).collect();
    assert!(times.len() == 5 && times.is_sorted(), "{times:?}");
}

#[tokio::test]
async fn under_100_is_filtered_sorted_and_paged() {
    let app = TestApp::new().await;
    let page = app.get("/api/v1/market/under-100?limit=500&sort=-price", None).await.json();
    let stocks = page["stocks"].as_array().expect("stocks");
    let prices: Vec<f64> = stocks.iter().map(|q| q["price"].as_str().expect("text").parse().expect("a number")).collect();
    assert!(prices.len() > 100 && prices.iter().all(|p| *p <= 100.0) && prices.is_sorted_by(|a, b| a >= b));
    let any = app.get("/api/v1/market/under-100?asset_type=stock&max_price=any&sort=-price&limit=1", None).await.json();
    assert!(any["stocks"][0]["price"].as_str().expect("text").parse::<f64>().expect("a number") > 500.0, "{any}");
    let crypto = app.get("/api/v1/market/under-100?asset_type=crypto&limit=3", None).await.json();
    assert_eq!((crypto["stocks"].as_array().map(Vec::len), crypto["crypto"].as_array().map(Vec::len)), (Some(0), Some(3)));
    let next = crypto["next_cursor"].as_str().expect("more");
    let more = app.get(&format!("/api/v1/market/under-100?asset_type=crypto&limit=3&cursor={next}"), None).await.json();
    assert_ne!(crypto["crypto"], more["crypto"]);
}

#[tokio::test]
async fn a_screen_has_many_filters_and_a_table() {
    let app = TestApp::new().await;
    let query = "exchange=NASDAQ&sector=Health%20Care&volatility_pct_min=30&cash=50&fractionable=true&range_pct_min=0&sort=-volatility_pct";
    let page = app.get(&format!("/api/v1/market/under-100?limit=500&{query}"), None).await.json();
    let stocks = page["stocks"].as_array().expect("stocks");
    let number = |quote: &Value, name: &str| quote[name].as_str().expect("text").parse::<f64>().expect("a number");
    assert!(!stocks.is_empty() && page["crypto"] == json!([]));
    for quote in stocks {
        assert_eq!((quote["exchange"].as_str(), quote["sector"].as_str()), (Some("NASDAQ"), Some("Health Care")), "{quote}");
        assert!(number(quote, "price") <= 50.0 && number(quote, "volatility_pct") >= 30.0, "{quote}");
    }
    assert!(stocks.is_sorted_by(|a, b| number(a, "volatility_pct") >= number(b, "volatility_pct")));

    let answer = app.get(&format!("/api/v1/market/under-100.csv?{query}"), None).await;
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    let lines: Vec<_> = answer.text.lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("symbol,name,asset_type,exchange,sector,price"), "{}", lines[0]);
    let symbols: Vec<_> = lines[1..].iter().filter_map(|line| line.split(',').next()).collect();
    let listed: Vec<_> = stocks.iter().filter_map(|quote| quote["symbol"].as_str()).collect();
    assert_eq!(symbols, listed);
}

#[tokio::test]
async fn bars_are_a_table_too() {
    let app = TestApp::new().await;
    let query = "timeframe=1h&to=2026-11-20T00:00:00Z&limit=5";
    let answer = app.get(&format!("/api/v1/market/chart/BTC-USD/bars.csv?{query}"), None).await;
    assert_eq!(answer.headers["content-disposition"], "attachment; filename=\"BTC-USD-1h.csv\"");
    let bars = app.get(&format!("/api/v1/market/chart/BTC-USD?{query}"), None).await.json();
    let text = |bar: &Value, name: &str| bar[name].as_str().expect("text").to_owned();
    let line = |bar: &Value| ["t", "o", "h", "l", "c", "v"].map(|name| text(bar, name)).join(",");
    let told: Vec<_> = bars.as_array().expect("bars").iter().map(line).collect();
    assert_eq!((told.len(), answer.text), (5, format!("t,o,h,l,c,v\n{}\n", told.join("\n"))));
    assert_eq!(app.get("/api/v1/market/chart/NOPE/bars.csv", None).await.problem(), (404, "unknown_symbol".to_owned()));
}

#[tokio::test]
async fn the_page_of_the_feeds_says_that_prices_are_invented() {
    let page = TestApp::new().await.get("/feeds", None).await.text;
    assert_eq!(page.matches("These prices are invented").count(), 2, "of stocks and of crypto: {page}");
    for provider in ["alpaca", "binance", "coinbase", "massive"] {
        assert!(page.contains(&format!("<strong>{provider}</strong>")), "{provider} in {page}");
    }
    assert!(!page.contains("yahoo") && !page.contains("replay"), "they tell no prices of now: {page}");
}

#[tokio::test]
async fn depth_and_prints_go_with_the_quote() {
    let app = TestApp::new().await;
    let quote = app.get("/api/v1/market/quote/AAPL", None).await.json();
    let book = app.get("/api/v1/market/book/aapl?limit=5", None).await.json();
    assert_eq!((&book["bids"][0]["price"], &book["asks"][0]["price"]), (&quote["bid"], &quote["ask"]));
    assert_eq!((book["bids"].as_array().map(Vec::len), book["source"].as_str()), (Some(5), Some("simulated")));
    let trades = app.get("/api/v1/market/trades/AAPL?limit=7", None).await.json();
    let times: Vec<_> = trades.as_array().expect("prints").iter().map(|t| t["timestamp"].as_str().expect("a time")).collect();
    assert!(times.len() == 7 && times.is_sorted(), "{trades}");
    assert_eq!(book["timestamp"], quote["timestamp"]);
    assert_eq!(app.get("/api/v1/market/book/NOPE", None).await.problem(), (404, "unknown_symbol".to_owned()));
    assert_eq!(app.get("/api/v1/market/feeds", None).await.json(), json!([]));
}

#[rstest]
#[case("under-100?range_pct_min=x")]
#[case("under-100?fractionable=maybe")]
#[case("under-100?cash=0")]
#[case("under-100.csv?sort=luck")]
#[case("chart/AAPL/bars.csv?timeframe=2h")]
#[case("chart/AAPL/bars.csv?limit=10001")]
#[case("book/AAPL?limit=101")]
#[case("trades/AAPL?limit=0")]
#[case("under-100?asset_type=bond")]
#[case("under-100?max_price=cheap")]
#[case("under-100?max_price=NaN")]
#[case("under-100?sort=luck")]
#[case("under-100?cursor=x")]
#[case("under-100?limit=0")]
#[case("under-100?max_pirce=5")]
#[case("chart/AAPL?timeframe=2m")]
#[case("chart/AAPL?from=yesterday")]
#[case("chart/AAPL?limit=10001")]
#[case("chart/AAPL?from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z")]
#[case("search?limit=51")]
#[tokio::test]
async fn bad_queries_are_refused(#[case] path: &str) {
    let answer = TestApp::new().await.get(&format!("/api/v1/market/{path}"), None).await;
    assert_eq!(answer.problem(), (422, "validation_failed".to_owned()));
}

#[tokio::test]
async fn indicators_are_those_of_the_charts_own_bars() {
    let app = TestApp::new().await;
    let bars = app.get("/api/v1/market/chart/AAPL?timeframe=1d&limit=40", None).await.json();
    let path = "/api/v1/market/indicators/AAPL?timeframe=1d&limit=30&indicators=sma:3,bb:20:2,rsi:14";
    let found = app.get(path, None).await.json();
    let specs: Vec<_> = found.as_array().expect("a list").iter().map(|i| i["spec"].as_str().expect("text")).collect();
    assert_eq!(specs, ["sma:3", "bb:20:2", "rsi:14"]);
    // The bar that forms may move between the two questions: the one before it stands.
    let close = |back: usize| bars[40 - 1 - back]["c"].as_str().expect("text").parse::<Decimal>().expect("a price");
    let mean = (close(1) + close(2) + close(3)) / Decimal::from(3);
    let points = found[0]["lines"][0]["points"].as_array().expect("points");
    let before_last = &points[28];
    assert_eq!((points.len(), &before_last["t"]), (30, &bars[38]["t"]), "bars before the shown ones are counted in");
    assert_eq!(before_last["v"].as_str().expect("text").parse::<Decimal>().expect("a decimal"), mean.round_dp(8));
    let names: Vec<_> = found[1]["lines"].as_array().expect("lines").iter().map(|l| l["name"].as_str().expect("text")).collect();
    assert_eq!(names, ["middle", "upper", "lower"]);
    assert_eq!(app.get("/api/v1/market/indicators/NOPE?indicators=vwap", None).await.problem(), (404, "unknown_symbol".to_owned()));
}

#[rstest]
#[case("indicators=sma:0", "indicators")]
#[case("indicators=magic:3", "indicators")]
#[case("", "indicators")]
#[case("indicators=sma:5,sma:5", "indicators")]
#[case("indicators=vwap&timeframe=2m", "timeframe")]
#[case("indicators=vwap&limit=10001", "limit")]
#[tokio::test]
async fn indicators_that_make_no_sense_are_named(#[case] query: &str, #[case] field: &str) {
    let answer = TestApp::new().await.get(&format!("/api/v1/market/indicators/AAPL?{query}"), None).await;
    assert_eq!(answer.problem(), (422, "validation_failed".to_owned()));
    assert_eq!(answer.json()["errors"][0]["field"], field);
}
