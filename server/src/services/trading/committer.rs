//! Group commit without a timer: what has queued while one batch commits is the next batch.
//!
//! The queue holds 4,096 commands; when it is full a command is refused as busy (503) and nothing of it happened.
//! Nothing is answered or published before its commit.

use speedtrade::{
    engine::{Command, EngineError},
    ids::AccountId,
    order::{Order, OrderEvent},
    time::Timestamp,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::batch::Desk;

const QUEUE_LENGTH_MAX: usize = 4_096;
const BATCH_LENGTH_MAX: usize = 256;

/// What a command led to.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    Done(Vec<OrderEvent>),
    /// An order of this name exists and is the same: nothing was placed.
    AlreadyPlaced(Box<Order>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum CommandError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error("another order has this client_order_id")]
    NameTaken,
    #[error("no such account")]
    UnknownAccount,
    #[error("the queue is full")]
    Busy,
    #[error("the store did not commit")]
    NotCommitted,
    #[error("the store did not say whether it committed")]
    OutcomeUnknown,
}

pub(super) type Reply = Result<Outcome, CommandError>;

#[derive(Debug)]
pub(super) struct Request {
    pub(super) account: AccountId,
    pub(super) command: Command,
    /// When it reached the desk.
    pub(super) asked_at: Timestamp,
    pub(super) reply: oneshot::Sender<Reply>,
}

#[derive(Clone)]
pub(super) struct Committer {
    queue: mpsc::Sender<Request>,
}

impl Committer {
    pub(super) fn start(desk: Desk, stop: CancellationToken, tasks: &TaskTracker) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE_LENGTH_MAX);
        tasks.spawn(run(desk, requests, stop));
        Self { queue }
    }

    /// Waits for the commit. Refuses at once when the queue is full.
    pub(super) async fn submit(&self, account: AccountId, command: Command, asked_at: Timestamp) -> Reply {
        let (reply, answer) = oneshot::channel();
        self.queue.try_send(Request { account, command, asked_at, reply }).map_err(|_| CommandError::Busy)?;
        answer.await.unwrap_or(Err(CommandError::NotCommitted))
    }
}

async fn run(desk: Desk, mut requests: mpsc::Receiver<Request>, stop: CancellationToken) {
    loop {
        let first = tokio::select! {
            request = requests.recv() => request,
            () = stop.cancelled() => {
                // Refuses what comes from now on; what has queued is still done.
                requests.close();
                requests.recv().await
            }
        };
        let Some(first) = first else {
            desk.writer.close().await;
            return;
        };
        let mut batch = vec![first];
        while batch.len() < BATCH_LENGTH_MAX
            && let Ok(next) = requests.try_recv()
        {
            batch.push(next);
        }
        desk.commit(batch).await;
    }
}
