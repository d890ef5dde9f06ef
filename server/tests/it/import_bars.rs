//! `speedtrade import-bars`: all bars of a file, or none; what was imported is written out as it was.

use std::fs;

use rstest::rstest;
use server::{
    config::{ImportBarsArgs, StoreArgs},
    services::bars_csv,
    startup::{import_bars, open_store},
    store,
};
use speedtrade::{market::Timeframe, time::Timestamp};
use tempfile::TempDir;

use crate::databases::{Kind, new_postgres_database};

const TABLE: &str =
    "t,o,h,l,c,v\n2026-11-16T00:00:00.000Z,10.00,12.50,9.75,11.00,1000\n2026-11-17T00:00:00.000Z,11.00,11.00,11.00,11.00,0.5\n";

async fn store_of(kind: Kind, folder: &TempDir) -> StoreArgs {
    let database_url = match kind {
        Kind::Sqlite => None,
        Kind::Postgres => Some(new_postgres_database().await),
    };
    StoreArgs { data_dir: folder.path().to_owned(), database_url }
}

async fn kept(store: &StoreArgs) -> String {
    let db = open_store(store).await.expect("opens");
    let all = (Timestamp::EPOCH, Timestamp::from_micros(i64::MAX));
    let bars = store::list_bars(&db, &"AAPL".parse().expect("valid"), Timeframe::D1, all, 100).await.expect("answers");
    db.close().await;
    String::from_utf8(bars_csv::write(&bars).expect("written")).expect("text")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_comes_out_as_it_was(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("aapl.csv");
    fs::write(&file, TABLE).expect("written");
    let store = store_of(kind, &folder).await;
    let args = ImportBarsArgs { store: store.clone(), symbol: "aapl".to_owned(), timeframe: Timeframe::D1, file };
    for _ in 0..2 {
        let said = import_bars(&args).await.unwrap_or_else(|error| panic!("{error}")).to_string();
        assert!(said.starts_with("2 bars of AAPL (1d), 2026-11-16T00:00:00.000Z to 2026-11-17T00:00:00.000Z."), "{said}");
        assert_eq!(kept(&store).await, TABLE, "the second time changes nothing");
    }
}

#[rstest]
#[case::line("AAPL", &TABLE.replace(",0.5", ",half"), "nothing was imported: line 3: v is no quantity")]
#[case::symbol("NOPE", TABLE, "nothing was imported: the desk does not list NOPE")]
#[tokio::test(flavor = "multi_thread")]
async fn of_a_wrong_file_nothing_is_kept(#[case] symbol: &str, #[case] table: &str, #[case] words: &str) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("bars.csv");
    fs::write(&file, table).expect("written");
    let store = store_of(Kind::Sqlite, &folder).await;
    let args = ImportBarsArgs { store: store.clone(), symbol: symbol.to_owned(), timeframe: Timeframe::D1, file };
    let error = import_bars(&args).await.err().expect("refused").to_string();
    assert_eq!(error, words);
    assert_eq!(kept(&store).await, "t,o,h,l,c,v\n");
}
