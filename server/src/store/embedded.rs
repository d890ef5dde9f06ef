//! The embedded SQLite: its connections, and how far its tables are behind what was acknowledged.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use sqlx::SqlitePool;

use super::journal::Progress;

#[derive(Debug, Clone)]
pub struct Embedded {
    pool: SqlitePool,
    file: Arc<PathBuf>,
    progress: Arc<Progress>,
}

impl Embedded {
    pub(super) fn new(pool: SqlitePool, file: &Path) -> Self {
        Self { pool, file: Arc::new(file.to_owned()), progress: Arc::default() }
    }

    /// The tables as they are. What others than the journal write is there at once.
    pub const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    pub(super) const fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// The tables with everything that was acknowledged before this call.
    pub async fn settled(&self) -> Result<&SqlitePool, sqlx::Error> {
        if self.progress.settled().await { Ok(&self.pool) } else { Err(sqlx::Error::PoolTimedOut) }
    }
}
