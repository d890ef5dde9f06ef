//! What is not kept, and what is said instead.

use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use server::broker::{Identity, VenueError};

use super::{KEY, connect, desk, form, form_with, holdings, identity};
use crate::{
    databases::Kind,
    harness::{Answer, PASSWORD, Session, TestApp},
};

fn venue_error(what: &str) -> VenueError {
    let detail = format!("it said {KEY}");
    match what {
        "unauthorized" => VenueError::Unauthorized { detail },
        "refused" => VenueError::Refused { code: "-2015".to_owned(), message: detail },
        "busy" => VenueError::RateLimited { retry_after: Some(std::time::Duration::from_secs(30)) },
        "skewed" => VenueError::ClockSkew { detail },
        "garbled" => VenueError::Decode { detail },
        _ => VenueError::Unavailable { detail },
    }
}

#[rstest]
#[case("unauthorized", 422, "key_refused", &["api_key"])]
#[case("refused", 422, "key_refused", &["api_key"])]
#[case("busy", 503, "venue_unavailable", &[])]
#[case("skewed", 503, "venue_unavailable", &[])]
#[case("garbled", 503, "venue_unavailable", &[])]
#[case("away", 503, "venue_unavailable", &[])]
#[tokio::test]
async fn what_a_venue_says_no_to_is_not_kept(#[case] what: &str, #[case] status: u16, #[case] code: &str, #[case] fields: &[&str]) {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    venues.will_say(Err(venue_error(what)));
    let answer = app.post("/api/v1/accounts", Some(&ann), &form()).await;
    assert_eq!(answer.problem(), (status, code.to_owned()));
    assert_eq!(answer.fields(), fields);
    assert_eq!(answer.header("retry-after").is_empty(), status != 503, "{:?}", answer.headers);
    assert!(!answer.text.contains(KEY), "{}", answer.text);
    assert_nothing_is_connected(&app, &ann).await;
}

#[tokio::test]
async fn a_key_that_may_withdraw_is_refused_and_one_of_which_nothing_is_known_is_not() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    venues.will_say(Ok((Identity { may_withdraw: Some(true), ..identity("PA1") }, holdings())));
    let refused = app.post("/api/v1/accounts", Some(&ann), &form()).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "key_may_withdraw".to_owned()), vec!["api_key".to_owned()]));
    assert!(refused.text.contains("not withdraw"), "{}", refused.text);
    assert_nothing_is_connected(&app, &ann).await;

    venues.will_say(Ok((Identity { may_withdraw: None, ..identity("PA1") }, holdings())));
    let kept = app.post("/api/v1/accounts", Some(&ann), &form()).await;
    assert_eq!((kept.status.as_u16(), &kept.json()["connection"]["told"]["may_withdraw"]), (201, &Value::Null));

    let path = format!("/api/v1/accounts/{}", kept.json()["id"].as_str().expect("an id"));
    venues.will_say(Ok((Identity { may_withdraw: Some(true), ..identity("PA1") }, holdings())));
    let later = app.post(&format!("{path}/verify"), Some(&ann), &Value::Null).await;
    assert_eq!((later.problem(), later.fields()), ((422, "key_may_withdraw".to_owned()), Vec::new()));
    let shown = app.get("/api/v1/accounts", Some(&ann)).await.json();
    assert_eq!(shown[1]["connection"]["told"]["may_withdraw"], true, "the trader sees it");
}

#[rstest]
#[case(json!({"account_type": "nasdaq"}), &["account_type"])]
#[case(json!({"account_type": "paper"}), &["account_type"])]
#[case(json!({"account_type": "kraken"}), &["is_paper"])]
#[case(json!({"label": ""}), &["label"])]
#[case(json!({"api_key": "", "api_secret": ""}), &["api_key", "api_secret"])]
#[tokio::test]
async fn mistakes_stand_beside_their_fields_and_no_venue_is_asked(#[case] changes: Value, #[case] fields: &[&str]) {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    let answer = app.post("/api/v1/accounts", Some(&ann), &form_with(&changes)).await;
    assert_eq!((answer.problem().0, answer.fields()), (422, fields.iter().map(ToString::to_string).collect()));
    assert!(venues.asked().is_empty());
}

#[tokio::test]
async fn the_same_account_and_a_ninth_one_are_conflicts() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    for n in 0..8 {
        connect(&app, &venues, &ann, &format!("PA{n}")).await;
    }
    venues.will_know("PA8");
    let ninth = app.post("/api/v1/accounts", Some(&ann), &form()).await;
    assert_eq!(ninth.problem(), (409, "too_many_accounts".to_owned()));
    let id = app.get("/api/v1/accounts", Some(&ann)).await.json()[1]["id"].as_str().expect("an id").to_owned();
    app.call(Method::DELETE, &format!("/api/v1/accounts/{id}"), Some(&ann), &json!({"password": PASSWORD})).await;
    venues.will_know("PA1");
    let twice = app.post("/api/v1/accounts", Some(&ann), &form()).await;
    assert_eq!(twice.problem(), (409, "account_connected".to_owned()));
    connect(&app, &venues, &ann, "PA8").await;
}

#[tokio::test]
async fn a_key_of_another_account_does_not_take_the_place_of_the_old_one() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    let path = format!("/api/v1/accounts/{}/keys", connect(&app, &venues, &ann, "PA1").await);
    let new = json!({"api_key": "PKANOTHERKEY9999", "api_secret": "another", "password": PASSWORD});
    venues.will_know("PA2");
    let refused = app.put(&path, Some(&ann), &new).await;
    assert_eq!((refused.problem(), refused.fields()), ((422, "key_of_other_account".to_owned()), vec!["api_key".to_owned()]));
    venues.will_say(Err(venue_error("unauthorized")));
    assert_eq!(app.put(&path, Some(&ann), &new).await.problem(), (422, "key_refused".to_owned()));
    assert_eq!(app.get("/api/v1/accounts", Some(&ann)).await.json()[1]["connection"]["key_hint"], "ABCD");
}

#[tokio::test]
async fn the_paper_account_stays_and_may_be_renamed() {
    let (app, _) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    let id = app.get("/api/v1/accounts", Some(&ann)).await.json()[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/accounts/{id}");
    let refused = app.call(Method::DELETE, &path, Some(&ann), &json!({"password": PASSWORD})).await;
    assert_eq!(refused.problem(), (409, "paper_account".to_owned()));
    assert_eq!(app.post(&format!("{path}/verify"), Some(&ann), &Value::Null).await.problem().1, "paper_account");
    let renamed = app.call(Method::PATCH, &path, Some(&ann), &json!({"label": "Play money"})).await;
    assert_eq!(renamed.json()["label"], "Play money", "{}", renamed.text);
    let wrong = app.call(Method::PATCH, &path, Some(&ann), &json!({"label": "x".repeat(41)})).await;
    assert_eq!((wrong.problem().0, wrong.fields()), (422, vec!["label".to_owned()]));
}

#[tokio::test]
async fn an_account_with_open_orders_is_not_removed() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    let id = connect(&app, &venues, &ann, "PA1").await;
    app.order(&ann, &json!({"symbol": "AAPL", "side": "buy", "type": "limit", "qty": "1", "limit_price": "1"})).await;
    // As if it had been placed there: orders of connected accounts are not placed yet.
    super::journey::execute(&app.db.db, &format!("UPDATE orders SET account_id = '{id}'")).await;
    let path = format!("/api/v1/accounts/{id}");
    let refused = app.call(Method::DELETE, &path, Some(&ann), &json!({"password": PASSWORD})).await;
    assert_eq!(refused.problem(), (409, "account_has_open_orders".to_owned()));
    venues.will_know("PA1");
    assert_eq!(app.post(&format!("{path}/verify"), Some(&ann), &Value::Null).await.status, 200, "its key is still there");
}

#[tokio::test]
async fn changes_need_the_password_and_wrong_ones_are_counted() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    let path = format!("/api/v1/accounts/{}", connect(&app, &venues, &ann, "PA1").await);
    let asked = venues.asked().len();
    let keys = json!({"api_key": KEY, "api_secret": "x", "password": "Wrong-1!"});
    let wrong = |answer: Answer| assert_eq!(answer.problem(), (403, "password_wrong".to_owned()));
    wrong(app.post("/api/v1/accounts", Some(&ann), &form_with(&json!({"password": "Wrong-1!"}))).await);
    wrong(app.put(&format!("{path}/keys"), Some(&ann), &keys).await);
    for guess in ["Wrong-1!".to_owned(), String::new(), "x".repeat(10_000), "a\0b".to_owned()] {
        wrong(app.call(Method::DELETE, &path, Some(&ann), &json!({"password": guess})).await);
    }
    let sixth = app.call(Method::DELETE, &path, Some(&ann), &json!({"password": PASSWORD})).await;
    assert_eq!(sixth.problem(), (429, "rate_limited".to_owned()), "the right one has to wait too");
    assert_eq!(venues.asked().len(), asked, "no venue was asked");
    app.advance_seconds(900);
    assert_eq!(app.call(Method::DELETE, &path, Some(&ann), &json!({"password": PASSWORD})).await.status, 204);
}

async fn assert_nothing_is_connected(app: &TestApp, session: &Session) {
    let accounts = app.get("/api/v1/accounts", Some(session)).await.json();
    assert_eq!(accounts.as_array().map(Vec::len), Some(1), "{accounts}");
}
