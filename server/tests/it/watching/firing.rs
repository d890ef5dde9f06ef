//! When alerts fire, what is told of it, and what a restart changes: nothing.

use std::time::Duration;

use rstest::rstest;
use speedtrade::{
    alert::{AlertChange, AlertTicket},
    ids::AlertId,
    time::{SECOND_US, Timestamp},
};

use super::{Host, clock, told};
use crate::{
    databases::{Kind, TestDb},
    harness::{SOON, START},
    trading::new_user_at,
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_written_and_once_is_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let mut feed = host.alerts.subscribe(user);
    let alert = host.make(user, "above", "KO", "0.01").await;
    let never = host.make(user, "below", "KO", "0.01").await;
    host.skip(1);
    let told = told(&mut feed).await;
    assert_eq!((told.id, told.condition.as_str(), told.target_price), (alert.id, "above", alert.target_price));
    let history = host.history(user).await;
    assert_eq!((history.len(), history[0].id, history[0].firing_no, history[0].price), (1, told.firing_id, 1, told.price));
    for _ in 0..5 {
        host.skip(1);
    }
    let changed = AlertChange { note: Some("again".to_owned()), status: Some("armed".to_owned()), ..AlertChange::default() };
    assert_eq!(host.alerts.find(user, alert.id).await.expect("answers").fired_count, 1);
    host.alerts.change(user, alert.id, &changed).await.expect("armed again");
    host.skip(1);
    let again = super::told(&mut feed).await;
    assert_eq!((again.id, again.note.as_str()), (alert.id, "again"));
    assert_eq!(host.history(user).await.iter().map(|firing| firing.firing_no).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((host.status(user, &alert).await, host.status(user, &never).await), ("triggered".to_owned(), "armed".to_owned()));
    assert_eq!(host.alerts.armed_count(), 1);
    host.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_became_true_while_the_desk_was_away_fires_at_its_start(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    // The simulated market is a function of time: where the price will be is known.
    let id = host.market.catalog().find("BTC/USD").expect("listed");
    let (now, later) = (host.market.quote(id).price, host.market.price_at(id, clock.now().plus_micros(7_200 * SECOND_US)));
    let (condition, level) = if later > now { ("crosses_up", "above") } else { ("crosses_down", "below") };
    let crossing = host.make(user, condition, "BTC/USD", &later.to_string()).await;
    let standing = host.make(user, level, "BTC/USD", &later.to_string()).await;
    host.stop().await;
    clock.advance_micros(7_200 * SECOND_US);
    // The second in which a price is shown depends on the instrument.
    clock.advance_micros(999_999);
    let host = Host::start(test.reopen().await, &clock).await;
    let mut fired: Vec<AlertId> = Vec::new();
    let mut feed = host.alerts.subscribe(user);
    while fired.len() < 2 {
        fired = host.history(user).await.iter().map(|firing| firing.alert_id).collect();
        let _ = tokio::time::timeout(Duration::from_millis(20), feed.recv()).await;
        host.skip(1);
        assert!(clock.now().seconds() < Timestamp::parse_rfc3339(START).expect("valid").seconds() + 20_000, "{fired:?}");
    }
    fired.sort();
    let mut expected = [crossing.id, standing.id];
    expected.sort();
    assert_eq!(fired, expected);
    host.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn alerts_end_with_their_time(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let ticket = AlertTicket {
        symbol: "KO".to_owned(),
        condition: "below".to_owned(),
        target_price: Some("0.01".to_owned()),
        expires_at: Some(clock.now().plus_micros(60 * SECOND_US).to_string()),
        ..AlertTicket::default()
    };
    let alert = host.alerts.create(user, &ticket).await.expect("made");
    clock.advance_micros(60 * SECOND_US);
    let ended = async {
        while host.status(user, &alert).await != "expired" || host.alerts.armed_count() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, ended).await.expect("ends");
    host.stop().await;
}
