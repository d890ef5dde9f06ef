//! How many sockets are open, in all and for each user. A place is given back when it is dropped.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use speedtrade::ids::UserId;

const SOCKETS_MAX: usize = 4_000;
const SOCKETS_OF_USER_MAX: usize = 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Sockets(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    total: usize,
    by_user: HashMap<UserId, usize>,
}

impl Counts {
    fn add(&mut self, user: UserId) -> bool {
        let count = self.by_user.entry(user).or_default();
        let has_room = *count < SOCKETS_OF_USER_MAX;
        *count += usize::from(has_room);
        has_room
    }

    fn remove(&mut self, user: UserId) {
        if let Some(count) = self.by_user.get_mut(&user) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_user.remove(&user);
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct Place {
    sockets: Sockets,
    user: Option<UserId>,
}

impl Sockets {
    /// `None` when there is no room.
    pub(crate) fn enter(&self, user: Option<UserId>) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.total >= SOCKETS_MAX || user.is_some_and(|user| !counts.add(user)) {
            return None;
        }
        counts.total += 1;
        Some(Place { sockets: self.clone(), user })
    }
}

impl Place {
    /// Counts the socket for a user who signed in on it. False when that user has no room.
    pub(super) fn claim(&mut self, user: UserId) -> bool {
        if self.user == Some(user) {
            return true;
        }
        let mut counts = self.sockets.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !counts.add(user) {
            return false;
        }
        if let Some(before) = self.user.replace(user) {
            counts.remove(before);
        }
        true
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.sockets.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.total = counts.total.saturating_sub(1);
        if let Some(user) = self.user {
            counts.remove(user);
        }
    }
}
