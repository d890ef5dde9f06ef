//! Whether the desk can work: the store answers.

use super::ServiceError;
use crate::store::Db;

#[derive(Debug, Clone)]
pub struct Readiness {
    db: Db,
}

impl Readiness {
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    pub async fn check(&self) -> Result<(), ServiceError> {
        Ok(self.db.ping().await?)
    }
}
