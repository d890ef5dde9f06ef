//! The paper venue's watch: wakes resting orders that the market reached and orders whose day ended.
//!
//! It decides nothing: the engine looks again, in the transaction that fills.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::future::join_all;
use speedtrade::{
    engine::{Command, RestingOrders},
    ids::{AccountId, OrderId},
    market::Session,
};
use tokio_util::sync::CancellationToken;

use super::committer::Committer;
use crate::{
    clock::Clock,
    market::Market,
    store::{self, Db},
};

/// Orders woken together; the rest of a large crowd follows in the next round.
const WAKES_MAX: usize = 1_024;

/// Other hosts on the store place and cancel orders too: how often this one looks at what rests.
const LOOK_AROUND: Duration = Duration::from_secs(2);

/// Keeps the index true where it is not this process alone that writes. Ends after `stop`.
pub(super) async fn look_around(db: Db, clock: Clock, resting: Arc<Mutex<RestingOrders>>, stop: CancellationToken) {
    let Db::Postgres(_) = db else { return };
    while stop.run_until_cancelled(tokio::time::sleep(LOOK_AROUND)).await.is_some() {
        let since = clock.now();
        match store::list_all_open_orders(&db).await {
            Ok(open) => resting.lock().unwrap_or_else(PoisonError::into_inner).refresh(open, since),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the resting orders of other hosts are not known"),
        }
    }
}

pub(super) async fn run(market: Market, clock: Clock, committer: Committer, resting: Arc<Mutex<RestingOrders>>, stop: CancellationToken) {
    let mut ticks = market.hub().ticks();
    let mut cursor = 0;
    loop {
        tokio::select! {
            ticked = ticks.changed() => if ticked.is_err() { return },
            () = stop.cancelled() => return,
        }
        loop {
            let due = due(&market, &clock, &resting, &mut cursor);
            let is_last = due.len() < WAKES_MAX;
            // Refused wakes (a full queue, a closed store) come again with a later tick.
            join_all(due.into_iter().map(|(order, account)| committer.submit(account, Command::Wake(order)))).await;
            if is_last {
                break;
            }
        }
    }
}

fn due(market: &Market, clock: &Clock, resting: &Mutex<RestingOrders>, cursor: &mut u64) -> Vec<(OrderId, AccountId)> {
    let now = clock.now();
    let changed = market.hub().take_changed(cursor);
    let resting = resting.lock().unwrap_or_else(PoisonError::into_inner);
    let mut due = resting.expired(now);
    for id in changed {
        let instrument = market.catalog().get(id);
        if resting.is_waiting_for(&instrument.symbol) && market.calendar(id).session(now) != Session::Closed {
            due.extend(resting.reached(instrument, &market.quote(id), now));
        }
    }
    due.truncate(WAKES_MAX);
    due
}
