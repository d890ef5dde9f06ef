//! What was placed elsewhere is shown, once, as what it is.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use speedtrade::venue::Venue;

use super::{LiveDesk, PATIENCE};

/// Orders that were not placed here, without what was there at the start.
async fn external(desk: &LiveDesk) -> Vec<Value> {
    let path = format!("/api/v1/orders?limit=500&account_id={}", desk.account);
    let orders = desk.app.get(&path, Some(&desk.session)).await.json();
    let is_wanted = |order: &&Value| {
        let is_moved_in = order["client_order_id"].as_str().is_some_and(|name| name.starts_with("transfer-"));
        order["is_external"] == true && !is_moved_in
    };
    orders["items"].as_array().expect("orders").iter().filter(is_wanted).cloned().collect()
}

/// Waits for so many of them.
async fn external_until(desk: &LiveDesk, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let found = external(desk).await;
        if fits(&found) {
            return found;
        }
        assert!(began.elapsed() < PATIENCE / 5, "they did not come: {found:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_traded_at_binance_while_the_stream_was_down_is_found_in_a_symbol_that_nobody_knew() {
    let mut desk = LiveDesk::new(Venue::Binance).await;
    desk.align_to("DOGE/USD").await;
    desk.venue.tell(&json!({"do": "stream", "kind": "silence"}));
    for side in ["buy", "sell"] {
        desk.venue.tell(&json!({"do": "external", "symbol": "DOGEUSDT", "side": side, "type": "market", "qty": "100"}));
    }
    desk.venue.tell(&json!({"do": "stream", "kind": "ok"}));
    desk.venue.tell(&json!({"do": "stream", "kind": "drop"}));
    let found = external_until(&desk, |found| found.iter().filter(|order| order["status"] == "filled").count() == 2).await;
    assert!(found.iter().all(|order| order["symbol"] == "DOGE/USD"), "{found:?}");
    desk.assert_books_are_true().await;
}
