//! `speedtrade import-bars` and `export-bars`: all bars of a file, or none; what was imported is written out as it was.

use std::fs;

use rstest::rstest;
use server::{
    config::{BarsArgs, ImportBarsArgs, InstrumentsArgs, StoreArgs},
    startup::{export_bars, import_bars},
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

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-18T10:00:00Z").expect("valid")
}

async fn exported(bars: &BarsArgs) -> String {
    let mut out = Vec::new();
    export_bars(bars, &mut out).await.unwrap_or_else(|error| panic!("{error}"));
    String::from_utf8(out).expect("text")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_was_imported_comes_out_as_it_was(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("aapl.csv");
    fs::write(&file, TABLE).expect("written");
    let bars = BarsArgs {
        store: store_of(kind, &folder).await,
        symbol: "aapl".to_owned(),
        timeframe: Timeframe::D1,
        listed: InstrumentsArgs::default(),
    };
    let args = ImportBarsArgs { bars: bars.clone(), file };
    for _ in 0..2 {
        let said = import_bars(&args, now()).await.unwrap_or_else(|error| panic!("{error}")).to_string();
        assert!(said.starts_with("2 bars of AAPL (1d), 2026-11-16T00:00:00.000Z to 2026-11-17T00:00:00.000Z."), "{said}");
        assert_eq!(exported(&bars).await, TABLE, "the second time changes nothing");
    }
    assert_eq!(exported(&BarsArgs { timeframe: Timeframe::H1, ..bars }).await, "t,o,h,l,c,v\n");
}

#[rstest]
#[case::line("AAPL", &TABLE.replace(",0.5", ",half"), "nothing was imported: line 3: v is no quantity")]
#[case::forming("AAPL", &TABLE.replace("-17T", "-18T"), "nothing was imported: line 3: the bar is not over yet")]
#[case::symbol("NOPE", TABLE, "nothing was imported: the desk does not list NOPE")]
#[tokio::test(flavor = "multi_thread")]
async fn of_a_wrong_file_nothing_is_kept(#[case] symbol: &str, #[case] table: &str, #[case] words: &str) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("bars.csv");
    fs::write(&file, table).expect("written");
    let bars = BarsArgs {
        store: store_of(Kind::Sqlite, &folder).await,
        symbol: symbol.to_owned(),
        timeframe: Timeframe::D1,
        listed: InstrumentsArgs::default(),
    };
    let error = import_bars(&ImportBarsArgs { bars: bars.clone(), file }, now()).await.err().expect("refused").to_string();
    assert_eq!(error, words);
    assert_eq!(exported(&BarsArgs { symbol: "AAPL".to_owned(), ..bars }).await, "t,o,h,l,c,v\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_could_not_be_written_whole_is_said() {
    let folder = TempDir::new().expect("a folder");
    let store = store_of(Kind::Sqlite, &folder).await;
    let bars = BarsArgs { store, symbol: "AAPL".to_owned(), timeframe: Timeframe::D1, listed: InstrumentsArgs::default() };
    let error = export_bars(&bars, &mut [0_u8; 4][..]).await.expect_err("no room").to_string();
    assert!(error.starts_with("nothing was exported: the table could not be written"), "{error}");
    let error = export_bars(&BarsArgs { symbol: "NOPE".to_owned(), ..bars }, Vec::new()).await.expect_err("unknown").to_string();
    assert_eq!(error, "nothing was exported: the desk does not list NOPE");
}
