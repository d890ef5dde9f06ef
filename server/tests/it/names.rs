//! What a name stands for: one order as it was asked for.

use server::services::ServiceError;
use speedtrade::order::{OrderChange, OrderTicket, StopLossTicket, TakeProfitTicket};

use crate::{
    databases::{Kind, TestDb},
    trading::{Host, named, new_user, ticket},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_comes_again_with_other_exits_or_another_change_is_taken() {
    let test = TestDb::new(Kind::Sqlite).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    let bracket = |stop: &str| OrderTicket {
        order_class: Some("bracket".to_owned()),
        take_profit: Some(TakeProfitTicket { limit_price: "60".to_owned() }),
        stop_loss: Some(StopLossTicket { stop_price: stop.to_owned(), limit_price: None }),
        ..named(ticket("buy", "limit", "KO", "1", Some("50".to_owned())), "bracket")
    };
    let is_taken = |answer: Result<bool, ServiceError>| matches!(answer, Err(ServiceError::Conflict { code: "client_order_id_taken", .. }));
    let send = async |stop: &str| host.trading.place(user, bracket(stop)).await.map(|(_, is_new)| is_new);
    assert_eq!(send("40").await.ok(), Some(true));
    assert_eq!(send("40").await.ok(), Some(false));
    assert!(is_taken(send("45").await));
    let (resting, _) = host.trading.place(user, ticket("buy", "limit", "KO", "2", Some("50".to_owned()))).await.expect("rests");
    let to = |limit: &str, qty: &str| OrderChange {
        limit_price: Some(limit.to_owned()),
        qty: Some(qty.to_owned()),
        client_order_id: Some("changed".to_owned()),
        ..OrderChange::default()
    };
    let change = async |limit: &str, qty: &str| host.trading.replace(user, resting.id, &to(limit, qty)).await.map(|_| true);
    assert!(change("49", "2").await.is_ok() && change("49", "2").await.is_ok());
    assert!(is_taken(change("48", "2").await) && is_taken(change("49", "3").await));
    host.stop().await;
}
