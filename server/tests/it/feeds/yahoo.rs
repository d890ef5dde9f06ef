//! History of a chart service like Yahoo's, against a fake.

use serde_json::json;
use server::market::feeds::{
    BarRange, FeedError, History as _,
    yahoo::{YahooConfig, YahooHistory},
};
use speedtrade::{market::Timeframe, time::Timestamp};

use super::{fake::Fake, probe::symbol};

fn history(fake: &Fake) -> YahooHistory {
    YahooHistory::new(&YahooConfig { rest: fake.http(), ..YahooConfig::default() }).expect("an address")
}

fn range(timeframe: Timeframe, from: &str, to: &str) -> BarRange {
    let at = |text: &str| Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z")).expect("a time");
    BarRange { timeframe, from: at(from), to: at(to), limit: 100 }
}

#[tokio::test]
async fn days_start_at_midnight_and_one_with_a_hole_is_left_out() {
    let mut fake = Fake::start("yahoo").await;
    let bars = history(&fake).bars(&symbol("BRK.B"), range(Timeframe::D1, "2026-11-16", "2026-11-18")).await.expect("answers");
    let shown: Vec<_> = bars.iter().map(|bar| (bar.t.to_string(), bar.o.to_string(), bar.v.to_string())).collect();
    let day = |day: &str| (format!("2026-11-{day}T00:00:00.000Z"), "74.06".to_owned(), "135480400".to_owned());
    assert_eq!(shown, [day("16"), day("18")]);
    let asked = fake.event("asked").await;
    assert_eq!((asked["path"].as_str(), asked["headers"]["user-agent"].is_string()), (Some("/v8/finance/chart/BRK-B"), true));
}

#[tokio::test]
async fn weeks_are_made_of_days() {
    let fake = Fake::start("yahoo").await;
    let weeks = history(&fake).bars(&symbol("BTC/USD"), range(Timeframe::W1, "2026-11-09", "2026-11-16")).await.expect("answers");
    let shown: Vec<_> = weeks.iter().map(|week| (week.t.to_string(), week.v.to_string())).collect();
    assert_eq!(
        shown,
        [("2026-11-09T00:00:00.000Z".into(), "812882400".into()), ("2026-11-16T00:00:00.000Z".to_owned(), "948362800".to_owned())]
    );
}

#[tokio::test]
async fn refusals_have_a_meaning() {
    let mut fake = Fake::start("yahoo").await;
    let (days, history) = (range(Timeframe::D1, "2026-11-16", "2026-11-18"), history(&fake));
    let error = history.bars(&symbol("NONE"), days).await;
    assert_eq!(error, Err(FeedError::Refused { detail: "Not Found: No data found, symbol may be delisted".to_owned() }));
    let anonymous = YahooHistory::new(&YahooConfig { rest: fake.http(), user_agent: "curl/8".to_owned() }).expect("an address");
    assert_eq!(anonymous.bars(&symbol("BRK.B"), days).await, Err(FeedError::RateLimited { retry_after: None }));
    let path = "/v8/finance/chart/BRK-B";
    let body = r#"{"chart":{"result":null,"error":{"code":"Bad Request","description":"too old"}}}"#;
    fake.answer(path, 200, json!({}), body).await;
    assert_eq!(history.bars(&symbol("BRK.B"), days).await, Err(FeedError::Refused { detail: "Bad Request: too old".to_owned() }));
    fake.answer(path, 200, json!({}), "<html>").await;
    assert!(matches!(history.bars(&symbol("BRK.B"), days).await, Err(FeedError::Decode { .. })));
    fake.answer(path, 200, json!({}), r#"{"chart":{"result":[{"meta":{},"indicators":{"quote":[{}]}}],"error":null}}"#).await;
    assert_eq!(history.bars(&symbol("BRK.B"), days).await, Ok(Vec::new()));
}
