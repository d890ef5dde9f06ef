//! One loop writes the prices of a tick to all connections, one write each, on a thread of its own: waking a task for each
//! of them costs more than the writes, and so does wandering between cores with what the kernel knows of their sockets.
//!
//! Never waits for a client: who can't take a write is left to its own task.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::runtime::Handle;

use super::{
    line::Outlet,
    prices::{Prices, Scratch},
};
use crate::{http::state::AppState, services::quotes::Quotes};

#[derive(Debug, Clone, Default)]
pub(crate) struct Fanout(Arc<Mutex<Members>>);

#[derive(Debug, Default)]
struct Members {
    outlets: Vec<Arc<Outlet>>,
    /// The loop runs while somebody is connected.
    is_running: bool,
}

/// A connection that is told prices until this is dropped.
#[derive(Debug)]
pub(super) struct Member {
    fanout: Fanout,
    outlet: Arc<Outlet>,
}

impl Fanout {
    fn lock(&self) -> MutexGuard<'_, Members> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn join(&self, outlet: Arc<Outlet>, state: &AppState) -> Member {
        let mut members = self.lock();
        members.outlets.push(Arc::clone(&outlet));
        if !std::mem::replace(&mut members.is_running, true) {
            let (fanout, quotes, stop) = (self.clone(), state.quotes.clone(), state.stop.clone());
            let runtime = Handle::current();
            state.tasks.spawn_blocking(move || runtime.block_on(stop.run_until_cancelled(fanout.run(&quotes))));
        }
        Member { fanout: self.clone(), outlet }
    }

    async fn run(&self, quotes: &Quotes) {
        let (mut ticks, mut scratch) = (quotes.hub().ticks(), Scratch::default());
        while ticks.changed().await.is_ok() {
            let Some(outlets) = self.members() else { return };
            scratch.begin_tick();
            for outlet in &outlets {
                outlet.tell(quotes, &mut scratch);
            }
        }
    }

    /// `None` when nobody is connected: the loop ends, and the next who joins starts another.
    fn members(&self) -> Option<Vec<Arc<Outlet>>> {
        let mut members = self.lock();
        members.is_running = !members.outlets.is_empty();
        members.is_running.then(|| members.outlets.clone())
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // The loop may hold it for this tick still, and nothing follows the word that a connection ends.
        self.outlet.with_prices(Prices::end);
        let mut members = self.fanout.lock();
        if let Some(place) = members.outlets.iter().position(|outlet| Arc::ptr_eq(outlet, &self.outlet)) {
            members.outlets.swap_remove(place);
        }
    }
}
