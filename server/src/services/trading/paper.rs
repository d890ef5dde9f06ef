//! The paper venue's watch: wakes resting orders that the market reached and orders whose day ended.
//!
//! It decides nothing: the engine looks again, in the transaction that fills.

use std::sync::{Arc, Mutex, PoisonError};

use futures::future::join_all;
use speedtrade::{
    engine::{Command, RestingOrders},
    ids::{AccountId, OrderId},
    market::Session,
};
use tokio_util::sync::CancellationToken;

use super::committer::Committer;
use crate::{clock::Clock, market::Market};

/// Orders woken together; the rest of a large crowd follows in the next round.
const WAKES_MAX: usize = 1_024;

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
