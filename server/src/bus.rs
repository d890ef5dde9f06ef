//! Committed events of a user, on their way to that user's sockets. In process; only committed events enter. Other hosts are
//! told that there is news, and find it in the store.
//!
//! A subscriber that falls 1,024 events behind is told so (`Lagged`) and reads the gap from the store: nothing is lost.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use speedtrade::{ids::UserId, wire::ServerFrame};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    watch,
};
use tokio_util::sync::CancellationToken;

use crate::hosts::{Channel, Hosts};

const QUEUE_LENGTH_MAX: usize = 1_024;

/// One event with its place in the user's sequence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserEvent {
    pub user_id: UserId,
    pub seq: i64,
    pub frame: ServerFrame,
}

#[derive(Debug)]
struct Listeners {
    events: broadcast::Sender<Arc<UserEvent>>,
    /// Wakes when another host has committed something of the user.
    elsewhere: watch::Sender<()>,
}

#[derive(Debug, Clone)]
pub struct Bus {
    listeners: Arc<Mutex<HashMap<UserId, Listeners>>>,
    length: usize,
    hosts: Hosts,
}

impl Default for Bus {
    fn default() -> Self {
        Self::with_length(QUEUE_LENGTH_MAX)
    }
}

impl Bus {
    /// Each subscriber may fall so many events behind. Stays in this process.
    pub fn with_length(length: usize) -> Self {
        Self { listeners: Arc::default(), length, hosts: Hosts::Alone }
    }

    /// Tells the other hosts whose events there are. What they tell comes in by `follow_hosts`.
    pub fn shared(hosts: Hosts) -> Self {
        Self { hosts, ..Self::default() }
    }

    pub fn subscribe(&self, user: UserId) -> broadcast::Receiver<Arc<UserEvent>> {
        self.with_listeners(user, |listeners| listeners.events.subscribe())
    }

    /// Wakes when another host has committed something of the user: the store has it.
    pub fn elsewhere(&self, user: UserId) -> watch::Receiver<()> {
        self.with_listeners(user, |listeners| listeners.elsewhere.subscribe())
    }

    fn with_listeners<T>(&self, user: UserId, subscribe: impl FnOnce(&Listeners) -> T) -> T {
        let mut all = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|id, listeners| *id == user || listeners.events.receiver_count() + listeners.elsewhere.receiver_count() > 0);
        let new = || Listeners { events: broadcast::channel(self.length).0, elsewhere: watch::Sender::new(()) };
        subscribe(all.entry(user).or_insert_with(new))
    }

    pub fn publish(&self, events: impl IntoIterator<Item = UserEvent>) {
        let mut users = BTreeSet::new();
        {
            let all = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
            for event in events {
                users.insert(event.user_id);
                if let Some(listeners) = all.get(&event.user_id) {
                    // No receiver is no loss: the event is in the store.
                    let _ = listeners.events.send(Arc::new(event));
                }
            }
        }
        if !users.is_empty() && !matches!(self.hosts, Hosts::Alone) {
            let users: Vec<_> = users.iter().map(ToString::to_string).collect();
            self.hosts.tell(Channel::Users, users.join(" "));
        }
    }

    /// Wakes who listens here for users of whom other hosts tell. Ends after `stop`.
    pub async fn follow_hosts(self, stop: CancellationToken) {
        let Some(mut told) = self.hosts.listen(Channel::Users) else { return };
        loop {
            match stop.run_until_cancelled(told.recv()).await {
                Some(Ok(message)) => self.wake(message.body.split(' ').filter_map(|user| user.parse().ok())),
                // Sockets look around by themselves, a moment later.
                Some(Err(RecvError::Lagged(_))) => {}
                Some(Err(RecvError::Closed)) | None => return,
            }
        }
    }

    fn wake(&self, users: impl Iterator<Item = UserId>) {
        let all = self.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        for user in users {
            if let Some(listeners) = all.get(&user) {
                listeners.elsewhere.send_replace(());
            }
        }
    }
}
