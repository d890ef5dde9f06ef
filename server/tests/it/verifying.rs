//! What `speedtrade verify` says of books that somebody has changed, and of a venue that tells other numbers.

use server::{
    clock::Clock,
    market::Catalog,
    services::verify::{Verified, verify},
    store::{self, Db},
};
use speedtrade::market::Calendar;

use crate::{
    databases::{Kind, TestDb},
    trading::{Host, assert_books_are_true, new_user, ticket},
};

/// Books with one canceled order, true until `statements`.
async fn tampered(statements: &[&'static str]) -> Verified {
    let test = TestDb::new(Kind::Sqlite).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    let (order, _) = host.trading.place(user, ticket("buy", "limit", "KO", "1", Some("50".to_owned()))).await.expect("rests");
    host.trading.cancel(user, order.id).await.expect("canceled");
    host.stop().await;
    assert_books_are_true(&test.db).await;
    let Db::Sqlite(embedded) = &test.db else { panic!("SQLite was asked for") };
    let mut connection = embedded.pool().acquire().await.expect("open");
    for statement in statements {
        sqlx::query(*statement).execute(&mut *connection).await.expect(statement);
    }
    drop(connection);
    verified(&test.db).await
}

async fn verified(db: &Db) -> Verified {
    verify(db, &Catalog::embedded(), Calendar::AlwaysOpen).await.expect("the store answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_gone_without_its_name_is_missed() {
    let verified = tampered(&["PRAGMA foreign_keys = OFF", "DELETE FROM order_names", "DELETE FROM orders"]).await;
    assert!(!verified.report.is_clean(), "{verified}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_can_not_be_read_is_one_finding_among_the_others() {
    let verified = tampered(&["UPDATE orders SET side = 'sideways'"]).await;
    let found: Vec<_> = verified.report.findings.iter().map(|finding| finding.invariant).collect();
    assert_eq!(found, [14], "{verified}");
    assert!(
        verified.to_string().contains("corrupt row in orders") && verified.to_string().contains("The books are not true."),
        "{verified}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_difference_that_has_a_name_is_told_and_is_no_finding() {
    let test = TestDb::new(Kind::Sqlite).await;
    let user = new_user(&test.db, "ada").await;
    let account = store::find_paper_account(&test.db, user).await.expect("readable").expect("there is one");
    let now = Clock::System.now();
    store::note_discrepancy(&test.db, account, Clock::System.new_id(), "BTC", ("1.5", "1.4"), now).await.expect("noted");
    let verified = verified(&test.db).await;
    assert!(verified.report.is_clean(), "{verified}");
    let words = format!("account {account}: BTC is 1.5 here, 1.4 at the venue, since {now}");
    assert!(verified.to_string().contains(&words) && verified.to_string().contains("1 named differences"), "{verified}");
}
