//! The daily job: what each account was worth, day by day, also the days that it slept through.

use app::api::CurveRange;
use rstest::rstest;
use server::store;
use speedtrade::time::{DAY_US, Timestamp};

use crate::{
    databases::{Kind, TestDb},
    trading::{Host, new_user_at, ticket},
};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_days_that_were_missed_are_caught_up(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let host = Host::start(test.db.clone()).await;
    let user = new_user_at(&test.db, "ada", &host.clock).await;
    host.trading.place(user, ticket("buy", "market", "KO", "10", None)).await.expect("placed");
    let account = store::find_paper_account(&test.db, user).await.expect("answers").expect("exists");
    host.trading.snapshot_days().await.expect("written");
    let days = async || store::list_snapshots(&test.db, account, Timestamp::EPOCH).await.expect("answers");
    assert!(days().await.is_empty(), "no day has ended");
    let began = host.clock.now();
    host.skip(5 * DAY_US / 1_000_000);
    host.trading.snapshot_days().await.expect("written");
    let written = days().await;
    let midnights: Vec<_> = (1..=5).map(|n| began.floor_to(DAY_US).plus_micros(n * DAY_US)).collect();
    assert_eq!(written.iter().map(|day| day.time).collect::<Vec<_>>(), midnights);
    assert!(written.iter().all(|day| day.equity > day.cash && day.cash < day.deposits), "{written:?}");
    host.trading.snapshot_days().await.expect("nothing to do");
    assert_eq!(days().await, written);
    // The curve of days is what was written, and ends at what the account is worth now.
    let curve = host.trading.equity_curve(user, CurveRange::Month).await.expect("answers");
    for day in &written {
        let point = curve.iter().find(|point| point.t == day.time).expect("a point for each day");
        assert_eq!((point.equity, point.cash), (day.equity, day.cash));
    }
    let last = curve.last().expect("points");
    assert_eq!(last.equity, host.trading.portfolio(user).await.expect("answers").equity);
    for range in CurveRange::ALL {
        assert!(host.trading.equity_curve(user, range).await.expect("answers").len() > 2, "{range:?}");
    }
    host.stop().await;
}
