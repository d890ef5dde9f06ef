//! Time and randomness of the host, passed in wherever they are used. Nothing else reads a clock or draws an id.

use std::{
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use speedtrade::time::Timestamp;
use uuid::Uuid;

#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Stands still until a test moves it.
    Manual(Arc<AtomicI64>),
    /// Goes by itself; a test sets its wall clock forward or back by so many microseconds.
    Set(Arc<AtomicI64>),
}

/// Of this process: what `steady` counts from.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock {
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.micros())))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => wall(),
            Self::Manual(micros) => Timestamp::from_micros(micros.load(Ordering::SeqCst)),
            Self::Set(micros) => wall().plus_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// A clock that nobody sets, and that does not count while the machine sleeps.
    pub fn steady(&self) -> Duration {
        match self {
            Self::System | Self::Set(_) => BEGAN.elapsed(),
            Self::Manual(micros) => Duration::from_micros(u64::try_from(micros.load(Ordering::SeqCst)).unwrap_or_default()),
        }
    }

    /// Moves a manual clock and sets one that can be set; a system clock is neither.
    pub fn advance_micros(&self, micros: i64) {
        if let Self::Manual(now) | Self::Set(now) = self {
            now.fetch_add(micros, Ordering::SeqCst);
        }
    }

    /// A new time-ordered id.
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}

fn wall() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX))
}
