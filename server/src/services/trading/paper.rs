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

use super::committer::{CommandError, Committer};
use crate::{
    clock::Clock,
    market::Market,
    store::{self, Db},
};

/// Orders woken together; the rest of a large crowd follows in the next round, as far as this one was taken.
const WAKES_MAX: usize = 1_024;

/// Other hosts on the store place and cancel orders too: how often this one looks at what rests.
const LOOK_AROUND: Duration = Duration::from_secs(2);

/// A look lasts a minute; it is renewed well before.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Keeps the index true where it is not this process alone that writes. Ends after `stop`.
pub(super) async fn look_around(db: Db, resting: Arc<Mutex<RestingOrders>>, stop: CancellationToken) {
    let Db::Postgres(_) = db else { return };
    while stop.run_until_cancelled(tokio::time::sleep(LOOK_AROUND)).await.is_some() {
        let notes = resting.lock().unwrap_or_else(PoisonError::into_inner).notes();
        match store::list_all_open_orders(&db).await {
            Ok(open) => resting.lock().unwrap_or_else(PoisonError::into_inner).refresh(&open, notes),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "the resting orders of other hosts are not known"),
        }
    }
}

/// Has live feeds tell the prices that orders wait for, as long as they wait. Ends after `stop`.
pub(super) async fn keep_looking(market: Market, clock: Clock, resting: Arc<Mutex<RestingOrders>>, stop: CancellationToken) {
    if market.routes().is_simulated() {
        return;
    }
    loop {
        let symbols: Vec<_> = resting.lock().unwrap_or_else(PoisonError::into_inner).symbols().cloned().collect();
        for id in symbols.iter().filter_map(|symbol| market.catalog().find_exact(symbol)) {
            market.interest().glance(id, clock.now());
        }
        if stop.run_until_cancelled(tokio::time::sleep(LOOK_AGAIN)).await.is_none() {
            return;
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
        let mut due = due(&market, &clock, &resting, &mut cursor);
        while !due.is_empty() && !stop.is_cancelled() {
            let rest = due.split_off(due.len().min(WAKES_MAX));
            let now = clock.now();
            let woken = join_all(due.into_iter().map(|(order, account)| committer.submit(account, Command::Wake(order), now))).await;
            // Refused wakes (a full queue, a closed store) come again with a later tick.
            let is_refused = woken.iter().any(|reply| matches!(reply, Err(CommandError::Busy | CommandError::NotCommitted)));
            due = if is_refused { Vec::new() } else { rest };
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
    due
}
