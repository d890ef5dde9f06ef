//! What connectors must make of failing questions whose venue finds a client id in lists only.

use serde_json::json;
use server::broker::{CancelError, Connector, OrderName};

use super::stand::{Stand, name, now, resting};

const TROUBLES: [&str; 4] = ["http_500_after", "reset_after", "bad_json_after", "drop_before"];

pub async fn questions_and_cancels_that_fail_say_so<C: Connector>(mut stand: Stand<C>) {
    let order = resting("st0003-asked");
    let placed = stand.place(&order).await;
    let named = OrderName { venue_id: Some(placed.venue_id), ..name(&order) };
    for kind in TROUBLES {
        stand.fault("get", kind).await;
        assert!(stand.connector.find_order(&named).await.is_err(), "{kind}: never an order that is not there");
        stand.fault("list", kind).await;
        assert!(stand.connector.find_order(&name(&order)).await.is_err(), "{kind}: never an order that is not there");
        stand.fault("list", kind).await;
        assert!(stand.connector.open_orders().await.is_err(), "{kind}: never an empty venue");
        stand.fault("fills", kind).await;
        assert!(stand.connector.executions_since(now(), &[]).await.is_err(), "{kind}: never an empty list");
        stand.fault("balances", kind).await;
        assert!(stand.connector.holdings().await.is_err(), "{kind}");
    }
    stand.fault("cancel", "http_500_after").await;
    assert!(matches!(stand.connector.cancel(&named).await, Err(CancelError::Unknown { .. })));
    assert!(stand.find(&order).await.expect("there").status.is_final(), "it was canceled all the same");
    assert_eq!(stand.connector.cancel(&named).await, Err(CancelError::NotOpen));
}

/// More closed orders and executions than a page holds.
pub async fn what_is_paged_is_read_to_its_end<C: Connector>(mut stand: Stand<C>, count: usize) {
    let start = now();
    for i in 0..count {
        let order = resting(&format!("st0003-page-{i}"));
        stand.place(&order).await;
        stand.tell(json!({"do": "fill", "client_id": order.client_id})).await;
    }
    let orders = stand.connector.orders_since(start, &[]).await.expect("answered");
    let executions = stand.connector.executions_since(start, &[]).await.expect("answered");
    assert_eq!((orders.len(), executions.len()), (count, count));
    assert!(executions.is_sorted_by_key(|execution| execution.time), "oldest first");
    let later = now().plus_micros(60_000_000);
    assert_eq!(stand.connector.executions_since(later, &[]).await, Ok(Vec::new()));
}
