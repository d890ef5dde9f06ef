//! Committed events of a user, on their way to that user's sockets. In process; only committed events enter.
//!
//! A subscriber that falls 1,024 events behind is told so (`Lagged`) and reads the gap from the store: nothing is lost.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use speedtrade::{ids::UserId, wire::ServerFrame};
use tokio::sync::broadcast;

const QUEUE_LENGTH_MAX: usize = 1_024;

/// One event with its place in the user's sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEvent {
    pub user_id: UserId,
    pub seq: i64,
    pub frame: ServerFrame,
}

#[derive(Debug, Clone)]
pub struct Bus {
    channels: Arc<Mutex<HashMap<UserId, broadcast::Sender<Arc<UserEvent>>>>>,
    length: usize,
}

impl Default for Bus {
    fn default() -> Self {
        Self::with_length(QUEUE_LENGTH_MAX)
    }
}

impl Bus {
    /// Each subscriber may fall so many events behind.
    pub fn with_length(length: usize) -> Self {
        Self { channels: Arc::default(), length }
    }

    pub fn subscribe(&self, user: UserId) -> broadcast::Receiver<Arc<UserEvent>> {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.retain(|id, sender| *id == user || sender.receiver_count() > 0);
        channels.entry(user).or_insert_with(|| broadcast::channel(self.length).0).subscribe()
    }

    pub fn publish(&self, events: impl IntoIterator<Item = UserEvent>) {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            if let Some(sender) = channels.get(&event.user_id) {
                // No receiver is no loss: the event is in the store.
                let _ = sender.send(Arc::new(event));
            }
        }
    }
}
