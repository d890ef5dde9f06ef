//! A user's committed events: the ones in the store and the ones to come.

use std::sync::Arc;

use speedtrade::ids::UserId;
use tokio::sync::{broadcast, watch};

use super::ServiceError;
use crate::{
    bus::Bus,
    store::{self, Db},
};

pub use crate::bus::UserEvent;

#[derive(Debug, Clone)]
pub struct Events {
    db: Db,
    bus: Bus,
}

impl Events {
    pub fn new(db: Db, bus: Bus) -> Self {
        Self { db, bus }
    }

    /// Whether other hosts commit events that this one is not told of.
    pub fn is_shared(&self) -> bool {
        matches!(self.db, Db::Postgres(_))
    }

    /// What is committed from now on.
    pub fn subscribe(&self, user: UserId) -> broadcast::Receiver<Arc<UserEvent>> {
        self.bus.subscribe(user)
    }

    /// Wakes when another host has committed something of the user, where hosts tell each other.
    pub fn elsewhere(&self, user: UserId) -> watch::Receiver<()> {
        self.bus.elsewhere(user)
    }

    pub async fn last_seq(&self, user: UserId) -> Result<i64, ServiceError> {
        Ok(store::last_seq(&self.db, user).await?)
    }

    /// At most `limit` events after `after_seq`, in order, as the frames that were committed.
    pub async fn list(&self, user: UserId, after_seq: i64, limit: i64) -> Result<Vec<(i64, String)>, ServiceError> {
        Ok(store::list_events(&self.db, user, after_seq, limit).await?)
    }
}
