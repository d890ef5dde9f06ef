//! Whether the desk can work: the store answers. Redis may be away; then it works, for itself.

use super::ServiceError;
use crate::{
    hosts::{Hosts, RedisState},
    store::Db,
};

#[derive(Debug, Clone)]
pub struct Readiness {
    db: Db,
    hosts: Hosts,
}

impl Readiness {
    pub fn new(db: Db, hosts: Hosts) -> Self {
        Self { db, hosts }
    }

    pub async fn check(&self) -> Result<RedisState, ServiceError> {
        self.db.ping().await?;
        Ok(self.hosts.state())
    }
}
