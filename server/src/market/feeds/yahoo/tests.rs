use rstest::rstest;
use serde_json::Value;
use speedtrade::market::Bar;

use super::{client::explain, convert, wire};
use crate::market::feeds::{FeedError, shared};

fn bars(json: &str) -> Vec<Bar> {
    let answer: wire::Answer = serde_json::from_str(json).expect("an answer");
    answer.chart.result.unwrap_or_default().first().map(convert::bars).unwrap_or_default()
}

fn answer(timestamp: &str, quote: &str) -> String {
    format!(r#"{{"chart":{{"result":[{{"meta":{{"currency":"USD"}},{timestamp}"indicators":{{"quote":[{quote}]}}}}],"error":null}}}}"#)
}

#[rstest]
#[case("BRK.B", "BRK-B")]
#[case("BTC/USD", "BTC-USD")]
#[case("AAPL", "AAPL")]
fn names_have_dashes(#[case] symbol: &str, #[case] name: &str) {
    assert_eq!(convert::name(&symbol.parse().expect("a symbol")), name);
}

#[test]
fn prices_lose_the_digits_that_a_float_added() {
    let quote = r#"{"open":[74.05999755859375],"high":[75.1500015258789],"low":[0.00001234],"close":[109114.88],"volume":[27909466112]}"#;
    let bar = bars(&answer(r#""timestamp":[1577975400],"#, quote))[0];
    let shown = [bar.o, bar.h, bar.l, bar.c].map(|price| price.to_string());
    assert_eq!(shown, ["74.06", "75.15", "0.00001234", "109114.88"]);
    assert_eq!((bar.v, bar.t.to_string()), (speedtrade::money::Qty::MAX, "2020-01-02T14:30:00.000Z".to_owned()));
}

#[test]
fn bars_with_holes_are_left_out() {
    let quote = r#"{"open":[1,null,3],"high":[1,2,3],"low":[1,2,3],"close":[1,2,3],"volume":[5,6,null]}"#;
    let read = bars(&answer(r#""timestamp":[1577975400,1578061800,1578148200],"#, quote));
    assert_eq!(read.iter().map(|bar| bar.v.to_string()).collect::<Vec<_>>(), ["5", "0"]);
}

#[rstest]
#[case("", r#"{"open":[1],"high":[1],"low":[1],"close":[1],"volume":[1]}"#)]
#[case(r#""timestamp":[1577975400],"#, "{}")]
#[case(r#""timestamp":[1577975400,1578061800],"#, r#"{"open":[],"close":[1]}"#)]
#[case(r#""timestamp":null,"#, "{}")]
fn lists_that_are_missing_make_no_bars(#[case] timestamp: &str, #[case] quote: &str) {
    assert_eq!(bars(&answer(timestamp, quote)), []);
}

#[test]
fn its_own_words_explain_a_refusal() {
    let body = r#"{"chart":{"result":null,"error":{"code":"Not Found","description":"No data found, symbol may be delisted"}}}"#;
    let said = explain(axum::http::StatusCode::NOT_FOUND, body);
    assert_eq!(said, Some(FeedError::Refused { detail: "Not Found: No data found, symbol may be delisted".to_owned() }));
    assert_eq!(explain(axum::http::StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\r\n"), None);
}

#[test]
fn what_was_recorded_is_read() {
    let Some(folder) = shared::fixtures("yahoo-node-yahoo-finance2") else { return };
    let (mut charts, mut read) = (0, 0);
    for (name, text) in shared::json_files(&folder) {
        if !name.contains("/chart-") {
            continue;
        }
        let recorded: Value = serde_json::from_str(&text).expect("JSON");
        let body = shared::text(&recorded["response"]["bodyJson"]);
        if recorded["response"]["status"] == 200 {
            let found = bars(&body);
            assert_eq!(found.is_empty(), recorded["response"]["bodyJson"]["chart"]["result"][0]["timestamp"].is_null(), "{name}");
            read += found.len();
        } else {
            let status = u16::try_from(recorded["response"]["status"].as_u64().expect("a status")).expect("a status");
            assert!(explain(axum::http::StatusCode::from_u16(status).expect("a status"), &body).is_some(), "{name}");
        }
        charts += 1;
    }
    assert!(charts >= 25 && read >= 40, "only {charts} answers with {read} bars were read");
}
