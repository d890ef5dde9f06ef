//! Connect, look, verify, rename, replace the key, remove, connect again.

use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use server::store::{self, Db};
use speedtrade::venue::{Environment, Venue};
use sqlx::AssertSqlSafe;

use super::{KEY, SECRET, connect, desk, form, form_with, holdings, identity};
use crate::{
    databases::Kind,
    harness::{PASSWORD, Session, TestApp},
};

/// Without how their connections are, which is never the same twice.
async fn list(app: &TestApp, session: &Session) -> Vec<Value> {
    let answer = app.get("/api/v1/accounts", Some(session)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let mut accounts = answer.json().as_array().expect("a list").clone();
    for connection in accounts.iter_mut().filter_map(|account| account["connection"].as_object_mut()) {
        connection.insert("health".to_owned(), Value::Null);
    }
    accounts
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn an_account_is_connected_verified_renamed_rekeyed_and_removed(#[case] kind: Kind) {
    let (app, venues) = desk(kind).await;
    let ann = app.register("ann").await;
    let paper = list(&app, &ann).await;
    assert_eq!((paper.len(), &paper[0]["account_type"], &paper[0]["connection"]), (1, &json!("paper"), &Value::Null));

    venues.will_know("PA1");
    let made = app.post("/api/v1/accounts", Some(&ann), &form()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let account = made.json();
    let told = json!({"may_trade": true, "may_withdraw": false, "notes": ["restricted to 203.0.113.7"], "holdings": [
        {"asset": "USD", "total": "1000.05", "locked": "0.5"}, {"asset": "AAPL", "total": "3", "locked": "0"}]});
    assert_eq!(account["connection"]["told"], told);
    assert_eq!((&account["is_paper"], &account["connection"]["environment"]), (&json!(true), &json!("practice")));
    assert_eq!((&account["connection"]["venue_account"], &account["connection"]["key_hint"]), (&json!("PA1"), &json!("ABCD")));
    assert_eq!(list(&app, &ann).await, [paper[0].clone(), account.clone()]);
    let path = format!("/api/v1/accounts/{}", account["id"].as_str().expect("an id"));

    app.advance_seconds(60);
    venues.will_say(Ok((identity("PA1"), holdings()[1..].to_vec())));
    let verified = app.post(&format!("{path}/verify"), Some(&ann), &Value::Null).await;
    assert_eq!(verified.json()["connection"]["told"]["holdings"].as_array().map(Vec::len), Some(1), "{}", verified.text);
    assert_ne!(verified.json()["connection"]["verified_at"], account["connection"]["verified_at"]);

    let renamed = app.call(Method::PATCH, &path, Some(&ann), &json!({"label": " Main "})).await;
    assert_eq!(renamed.json()["label"], "Main", "{}", renamed.text);

    venues.will_know("PA1");
    let new = json!({"api_key": "PKANOTHERKEY9999", "api_secret": "another", "password": PASSWORD});
    let rekeyed = app.put(&format!("{path}/keys"), Some(&ann), &new).await;
    assert_eq!(rekeyed.json()["connection"]["key_hint"], "9999", "{}", rekeyed.text);
    assert_eq!(venues.asked(), [(Venue::Alpaca, Environment::Practice); 3]);

    let gone = app.call(Method::DELETE, &path, Some(&ann), &json!({"password": PASSWORD})).await;
    assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
    assert_eq!(list(&app, &ann).await, paper);
    app.assert_books_are_true().await;

    venues.will_know("PA1");
    let again = app.post("/api/v1/accounts", Some(&ann), &form_with(&json!({"label": "Again"}))).await.json();
    assert_eq!((&again["id"], &again["label"]), (&account["id"], &json!("Again")), "its history goes on");
    app.assert_books_are_true().await;
}

#[tokio::test]
async fn an_account_at_a_venue_is_somebody_elses_secret() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let (ann, eve) = (app.register("ann").await, app.register("eve").await);
    let path = format!("/api/v1/accounts/{}", connect(&app, &venues, &ann, "PA1").await);
    let keys = json!({"api_key": KEY, "api_secret": SECRET, "password": PASSWORD});
    for (method, path, body) in [
        (Method::PATCH, path.clone(), json!({"label": "mine"})),
        (Method::DELETE, path.clone(), json!({"password": PASSWORD})),
        (Method::POST, format!("{path}/verify"), Value::Null),
        (Method::PUT, format!("{path}/keys"), keys),
    ] {
        let answer = app.call(method.clone(), &path, Some(&eve), &body).await;
        assert_eq!(answer.problem(), (404, "unknown_account".to_owned()), "{method} {path}");
        assert_eq!(app.call(method, &path, None, &body).await.status, 401);
    }
    assert_eq!(list(&app, &eve).await.len(), 1);
    venues.will_know("PA1");
    let same = app.post("/api/v1/accounts", Some(&eve), &form()).await;
    assert_eq!(same.status, 201, "two people may share an account of a venue: {}", same.text);
}

/// What somebody does who can write into the database but has no master key.
#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn secrets_that_were_moved_to_another_row_or_field_do_not_open(#[case] kind: Kind) {
    let (app, venues) = desk(kind).await;
    let (ann, eve) = (app.register("ann").await, app.register("eve").await);
    let mine = connect(&app, &venues, &eve, "EVE1").await;
    let other = connect(&app, &venues, &eve, "EVE2").await;
    let target = connect(&app, &venues, &ann, "ANN1").await;
    let copy = |from: &str, what: &str| {
        format!(
            "UPDATE broker_accounts SET {what} FROM broker_accounts s WHERE s.account_id = '{from}' AND broker_accounts.account_id = '{mine}'"
        )
    };
    let keys = "key_id_sealed = s.key_id_sealed, secret_sealed = s.secret_sealed";
    let data_key = "UPDATE data_keys SET key_id = s.key_id, wrapped = s.wrapped FROM data_keys s, broker_accounts b \
        WHERE s.user_id = b.user_id AND b.account_id = '"
        .to_owned()
        + &target
        + "' AND data_keys.user_id <> s.user_id";
    for attack in [
        vec![copy(&other, keys)],
        vec![copy(&mine, "key_id_sealed = s.secret_sealed, secret_sealed = s.key_id_sealed")],
        vec![copy(&target, keys)],
        vec![copy(&target, keys), data_key],
    ] {
        for sql in &attack {
            assert_eq!(execute(&app.db.db, sql).await, 1, "{sql}");
        }
        venues.will_know("EVE1");
        let answer = app.post(&format!("/api/v1/accounts/{mine}/verify"), Some(&eve), &Value::Null).await;
        assert_eq!(answer.problem(), (500, "internal".to_owned()), "{attack:?}");
    }
}

#[tokio::test]
async fn a_removed_account_keeps_nothing_of_its_key() {
    let (app, venues) = desk(Kind::Sqlite).await;
    let ann = app.register("ann").await;
    let id = connect(&app, &venues, &ann, "PA1").await;
    let user = user_of(&app, &ann).await;
    assert!(store::find_key_ring(&app.db.db, user, id.parse().expect("an id")).await.expect("answers").is_some());
    app.call(Method::DELETE, &format!("/api/v1/accounts/{id}"), Some(&ann), &json!({"password": PASSWORD})).await;
    assert!(store::find_key_ring(&app.db.db, user, id.parse().expect("an id")).await.expect("answers").is_none());
    let wiped = format!("UPDATE broker_accounts SET told = '' WHERE account_id = '{id}' AND key_id_sealed = '' AND secret_sealed = ''");
    assert_eq!(execute(&app.db.db, &wiped).await, 1);
}

async fn user_of(app: &TestApp, session: &Session) -> speedtrade::ids::UserId {
    let me = app.get("/api/v1/auth/me", Some(session)).await.json();
    me["id"].as_str().expect("an id").parse().expect("an id")
}

/// How many rows it changed.
pub async fn execute(db: &Db, sql: &str) -> u64 {
    let sql = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite(embedded) => {
            sqlx::query(sql).execute(embedded.settled().await.expect("settles")).await.expect("executes").rows_affected()
        }
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.expect("executes").rows_affected(),
    }
}
