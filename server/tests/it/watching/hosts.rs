//! Many alerts, and more than one host: each firing once.

use std::{collections::HashMap, time::Duration};

use rstest::rstest;
use server::services::alerts::AlertFilter;
use speedtrade::{
    ids::{AlertId, UserId},
    time::SECOND_US,
    wire::ServerFrame,
};

use super::{Host, clock, told};
use crate::{
    databases::{Kind, TestDb},
    harness::SOON,
    trading::new_user_at,
};

/// 1,000 alerts on 100 symbols, two hosts that see the same prices, one of them ending in the middle.
#[rstest]
#[case(Kind::Sqlite, 1)]
#[case(Kind::Postgres, 2)]
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_alerts_fire_once_each(#[case] kind: Kind, #[case] hosts: usize) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let first = Host::start(test.db.clone(), &clock).await;
    let market = first.market.clone();
    for (n, id) in market.catalog().ids().take(100).enumerate() {
        let (symbol, price) = (market.catalog().get(id).symbol.to_string(), market.quote(id).price);
        for (step, nth) in (0..10_i64).zip(0..) {
            // Some at once, the others as the price wanders.
            let target = price.shifted_bps(if n % 2 == 0 { step - 5 } else { 5 - step }).expect("a price").to_string();
            let condition = ["above", "below", "crosses", "crosses_up", "crosses_down"][(n + nth) % 5];
            first.make(user, condition, &symbol, &target).await;
        }
    }
    let mut others = Vec::new();
    for _ in 1..hosts {
        others.push(Host::start(test.reopen().await, &clock).await);
    }
    let run = |seconds: i64| {
        for _ in 0..seconds {
            clock.advance_micros(SECOND_US);
            first.market.step(clock.now());
            for host in &others {
                host.market.step(clock.now());
            }
        }
    };
    run(120);
    for host in &others {
        assert!(host.alerts.armed_count() + first.history(user).await.len() > 0);
    }
    // What is queued is written before a host ends.
    first.stop().await;
    let second = Host::start(test.reopen().await, &clock).await;
    second.skip(0);
    second.stop().await;
    for host in others {
        host.stop().await;
    }
    let last = Host::start(test.reopen().await, &clock).await;
    // The last host goes on firing meanwhile: what was triggered before the firings are read is among them.
    let triggered = AlertFilter { status: Some("triggered".to_owned()), limit: Some(500), ..AlertFilter::default() };
    let page = last.alerts.list(user, &triggered).await.expect("answers");
    let count = firings_by_alert(&last, user).await;
    assert!(count.values().all(|count| *count == 1) && count.len() > 300, "{}", count.len());
    assert!(page.items.iter().all(|alert| alert.fired_count == 1 && count.contains_key(&alert.id)));
    let settled = async {
        while last.alerts.armed_count() + firings_by_alert(&last, user).await.len() != 1_000 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, settled).await.expect("each alert is armed or has fired");
    last.stop().await;
}

async fn firings_by_alert(host: &Host, user: UserId) -> HashMap<AlertId, usize> {
    let (mut count, mut cursor) = (HashMap::new(), None::<String>);
    loop {
        let page = host.alerts.list_firings(user, None, Some(500), cursor.as_deref()).await.expect("answers");
        for firing in &page.items {
            *count.entry(firing.alert_id).or_default() += 1;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            return count;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_know_of_each_others_alerts_and_both_tell_once() {
    let (test, clock) = (TestDb::new(Kind::Postgres).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let (here, there) = (Host::start(test.db.clone(), &clock).await, Host::start(test.reopen().await, &clock).await);
    let (mut feed_here, mut feed_there) = (here.alerts.subscribe(user), there.alerts.subscribe(user));
    let alert = there.make(user, "above", "KO", "0.01").await;
    // Made there, noticed here: only here does the market move.
    let told_here = async {
        loop {
            here.market.step(clock.now());
            clock.advance_micros(SECOND_US);
            if let Ok(Ok(event)) = tokio::time::timeout(Duration::from_millis(50), feed_here.recv()).await {
                return event;
            }
        }
    };
    let event = tokio::time::timeout(SOON, told_here).await.expect("noticed");
    let there_told = told(&mut feed_there).await;
    let ServerFrame::AlertTriggered(here_told) = &event.frame else { panic!("{event:?}") };
    assert_eq!((here_told, here_told.id), (&there_told, alert.id));
    // Another look around tells nothing anew, and there it is not armed any more.
    assert!(tokio::time::timeout(Duration::from_millis(2_500), feed_there.recv()).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(1), feed_here.recv()).await.is_err());
    assert_eq!((here.alerts.armed_count(), there.alerts.armed_count()), (0, 0));
    here.stop().await;
    there.stop().await;
}
