//! Time and randomness of the host, passed in wherever they are used. Nothing else reads a clock or draws an id.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use speedtrade::time::Timestamp;
use uuid::Uuid;

#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Stands still until a test moves it.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.micros())))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => {
                let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
                Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Manual(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; a system clock can't be moved.
    pub fn advance_micros(&self, micros: i64) {
        if let Self::Manual(now) = self {
            now.fetch_add(micros, Ordering::SeqCst);
        }
    }

    /// A new time-ordered id.
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
