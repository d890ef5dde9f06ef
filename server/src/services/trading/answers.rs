//! The answers that programs ask for over and over, as JSON, made once for each change of the account or of the prices.

use std::{future::Future, sync::Arc};

use app::api::OrderFilter;
use serde::Serialize;

use super::{
    Owner, Trading,
    looks::{Asked, Json, Priced},
};
use crate::services::ServiceError;

impl Trading {
    pub async fn orders_json(&self, who: impl Into<Owner>, filter: &OrderFilter) -> Result<Json, ServiceError> {
        let who: Owner = who.into();
        self.answer(who, Asked::Orders(filter.clone()), self.list_orders(who, filter)).await
    }

    pub async fn portfolio_json(&self, who: impl Into<Owner>) -> Result<Json, ServiceError> {
        let who: Owner = who.into();
        self.answer(who, Asked::Portfolio, self.portfolio(who)).await
    }

    pub async fn positions_json(&self, who: impl Into<Owner>) -> Result<Json, ServiceError> {
        let who: Owner = who.into();
        self.answer(who, Asked::Positions, self.positions(who)).await
    }

    async fn answer<T: Serialize>(
        &self,
        who: Owner,
        asked: Asked,
        make: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<Json, ServiceError> {
        let account = self.account_of(who).await?;
        let priced = Priced { step: self.market.hub().step(), at: self.clock.now() };
        if let Some(json) = self.looks.answer(account, &asked, priced) {
            return Ok(json);
        }
        let commits = self.looks.commits();
        let text = serde_json::to_vec(&make.await?).map_err(|_| ServiceError::Internal("an answer could not be written as JSON"))?;
        let json: Json = Arc::from(text);
        self.looks.keep_answer(account, asked, priced, &json, commits);
        Ok(json)
    }
}
