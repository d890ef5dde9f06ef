//! Our own connection to the provider, from taking it over to giving it up.

use std::sync::Arc;

use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{StartFeed, outgoing::Outgoing};
use crate::{
    clock::Clock,
    market::feeds::{Sink, Wanted},
};

pub(super) struct Tenure {
    stop: CancellationToken,
    task: JoinHandle<()>,
    pub(super) outgoing: Arc<Outgoing>,
}

impl Tenure {
    pub(super) fn begin(start: &StartFeed, board: Arc<dyn Sink>, wanted: watch::Receiver<Arc<Wanted>>, clock: Clock) -> Self {
        let (outgoing, stop) = (Arc::new(Outgoing::new(board, clock)), CancellationToken::new());
        let task = tokio::spawn(start(outgoing.clone(), wanted, stop.clone()));
        Self { stop, task, outgoing }
    }

    /// Afterwards the provider hears no more of this host.
    pub(super) async fn end(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "a feed's task ended badly");
        }
    }
}
