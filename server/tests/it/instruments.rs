//! `--instruments FILE`: what the operator lists is traded, screened and verified like everything else, or the desk does not start.

use std::{fs, path::Path, sync::Arc};

use clap::Parser;
use rstest::rstest;
use serde_json::json;
use server::{
    config::{BarsArgs, Cli, Command, ImportBarsArgs, InstrumentsArgs, StoreArgs},
    hosts::Hosts,
    http::EdgeSettings,
    market::Catalog,
    services::verify::verify,
    startup::{MarketPlan, import_bars, serve},
};
use speedtrade::{market::Calendar, market::Timeframe, time::Timestamp};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::{
    databases::Kind,
    harness::{TestApp, manual},
};

const HEAD: &str = "symbol,name,asset_type,exchange,sector,price,ann_vol,beta,median_volume,tick,lot\n";
const MINE: &str = "MINE,My Own Nursery,stock,OTC,Gardening,12.50,0.3,1.1,500000,0.01,0.000001\n";

fn listed(file: &Path, lines: &str) -> InstrumentsArgs {
    fs::write(file, format!("{HEAD}{lines}")).expect("written");
    InstrumentsArgs { instruments: Some(file.to_owned()) }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_lists_is_found_screened_traded_and_verified(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let folder = TempDir::new().expect("a folder");
    let args = listed(&folder.path().join("own.csv"), MINE);
    let catalog = args.catalog().unwrap_or_else(|error| panic!("{error}"));
    let plan = MarketPlan { catalog: Some(Arc::new(catalog)), ..MarketPlan::default() };
    let app = TestApp::on_market(kind, EdgeSettings::default(), manual(), plan).await;

    assert_eq!(app.get("/api/v1/market/search?q=nursery", None).await.json()[0]["symbol"], "MINE");
    assert_eq!(app.get("/api/v1/market/quote/mine", None).await.json()["source"], "simulated");
    let bars = app.get("/api/v1/market/chart/MINE?timeframe=1d&limit=5", None).await.json();
    assert_eq!(bars.as_array().map(Vec::len), Some(5), "{bars}");
    let screen = app.get("/api/v1/market/under-100?sector=Gardening&max_price=1000000", None).await.json();
    assert_eq!((screen["stocks"].as_array().map(Vec::len), &screen["stocks"][0]["symbol"]), (Some(1), &json!("MINE")));

    let session = app.register("ada").await;
    let order = app.order(&session, &json!({"symbol": "MINE", "side": "buy", "type": "market", "qty": "3"})).await;
    assert_eq!(order["status"], "filled", "{order}");
    let now = app.db.snapshot().await;
    for catalog in [args.catalog().expect("listed"), Catalog::embedded()] {
        let verified = verify(&now, &catalog, Calendar::AlwaysOpen).await.expect("readable");
        assert!(verified.report.is_clean() && verified.fills == 1, "{verified}");
    }
    now.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_listed_any_more_is_still_held_and_its_orders_can_be_ended() {
    // A second desk beside the first one: PostgreSQL.
    let folder = TempDir::new().expect("a folder");
    let catalog = listed(&folder.path().join("own.csv"), MINE).catalog().unwrap_or_else(|error| panic!("{error}"));
    let plan = MarketPlan { catalog: Some(Arc::new(catalog)), ..MarketPlan::default() };
    let app = TestApp::on_market(Kind::Postgres, EdgeSettings::default(), manual(), plan).await;
    let session = app.register("ada").await;
    app.order(&session, &json!({"symbol": "MINE", "side": "buy", "type": "market", "qty": "3"})).await;
    let limit = json!({"symbol": "MINE", "side": "buy", "type": "limit", "limit_price": "1.00", "qty": "1", "time_in_force": "gtc"});
    let open = app.order(&session, &limit).await["id"].as_str().expect("an id").to_owned();

    let without = app.beside(EdgeSettings::default(), MarketPlan::default(), Hosts::Alone).await;
    let positions = without.get("/api/v1/positions", Some(&session)).await.json();
    let held = &positions[0];
    assert_eq!((&held["symbol"], &held["qty"], &held["current_price"]), (&json!("MINE"), &json!("3"), &held["avg_entry_price"]), "{held}");
    for path in ["/api/v1/portfolio", "/api/v1/portfolio/history", "/api/v1/orders"] {
        let answer = without.get(path, Some(&session)).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    let ended = without.delete(&format!("/api/v1/orders/{open}"), Some(&session)).await;
    assert!(ended.status.is_success(), "{}", ended.text);
    let after = without.get(&format!("/api/v1/orders/{open}"), Some(&session)).await.json();
    assert!(["canceled", "pending_cancel"].contains(&after["status"].as_str().expect("a status")), "{after}");
}

#[rstest]
#[case::listed(&MINE.replace("MINE", "AAPL"), "line 2: AAPL is listed already")]
#[case::number(&MINE.replace("12.50", "-1"), "line 2: price: ")]
#[case::none("", "")]
#[tokio::test]
async fn a_desk_does_not_start_on_a_wrong_file_and_says_where(#[case] lines: &str, #[case] words: &str) {
    let folder = TempDir::new().expect("a folder");
    let (file, data) = (folder.path().join("own.csv"), folder.path().join("data"));
    if !lines.is_empty() {
        listed(&file, lines);
    }
    let line = ["speedtrade", "serve", "--port", "0", "--instruments", file.to_str().expect("text")];
    let Command::Serve(mut args) = Cli::parse_from(line).command else { panic!("not served") };
    args.store.data_dir.clone_from(&data);
    let error = serve(&args, CancellationToken::new(), |_| panic!("it started")).await.expect_err("refused").to_string();
    let expected = format!("{}: {}", file.display(), if words.is_empty() { "can't be read: " } else { words });
    assert!(error.starts_with(&expected), "{error}");
    assert!(!data.exists(), "nothing was made");
}

#[tokio::test]
async fn bars_of_a_further_instrument_are_imported() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("bars.csv");
    fs::write(&file, "t,o,h,l,c,v\n2026-11-16T00:00:00.000Z,10.00,12.50,9.75,11.00,1000\n").expect("written");
    let store = StoreArgs { data_dir: folder.path().join("data"), database_url: None };
    let bars = BarsArgs { store, symbol: "mine".to_owned(), timeframe: Timeframe::D1, listed: InstrumentsArgs::default() };
    let now = Timestamp::parse_rfc3339("2026-11-18T10:00:00Z").expect("valid");
    let unknown = import_bars(&ImportBarsArgs { bars: bars.clone(), file: file.clone() }, now).await.err().expect("refused");
    assert_eq!(unknown.to_string(), "nothing was imported: the desk does not list mine");
    let bars = BarsArgs { listed: listed(&folder.path().join("own.csv"), MINE), ..bars };
    let said = import_bars(&ImportBarsArgs { bars, file }, now).await.unwrap_or_else(|error| panic!("{error}")).to_string();
    assert!(said.starts_with("1 bars of MINE (1d)"), "{said}");
}
