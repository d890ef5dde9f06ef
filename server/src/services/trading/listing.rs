//! Reading orders, fills and activities.

use app::api::{OrderFilter, OrderStatusFilter};
use speedtrade::{
    ids::{FillId, OrderId, UserId},
    wire::{ActivityView, FillView, OrderView, Page},
};

use super::{Owner, Trading, timeline::with_timeline};
use crate::{
    services::{
        ServiceError,
        paging::{page, page_length, rows},
    },
    store::{self, OrderQuery},
};

impl Trading {
    /// Newest first.
    pub async fn list_orders(&self, who: impl Into<Owner>, filter: &OrderFilter) -> Result<Page<OrderView>, ServiceError> {
        let who: Owner = who.into();
        let limit = page_length(filter.limit)?;
        let account = self.account_of(who).await?;
        let before = filter.cursor.as_deref().map(str::parse::<OrderId>).transpose();
        let query = OrderQuery {
            is_open: match filter.status {
                OrderStatusFilter::Open => Some(true),
                OrderStatusFilter::Closed => Some(false),
                OrderStatusFilter::All => None,
            },
            symbol: filter
                .symbol
                .as_deref()
                .map(|s| self.instrument_id(s))
                .transpose()?
                .map(|id| self.market.catalog().get(id).symbol.to_string()),
            before: before.map_err(|e| ServiceError::field("cursor", e))?,
            limit: rows(limit),
            account: Some(account),
        };
        let orders = store::list_orders(&self.db, who.user, &query).await?;
        Ok(page(orders.iter().map(OrderView::from).collect(), limit, |order: &OrderView| order.id.to_string()))
    }

    pub async fn find_order(&self, user: UserId, id: OrderId) -> Result<OrderView, ServiceError> {
        let order = self.owned_order(user, id).await?;
        let fills = store::list_fills_of_order(&self.db, user, id).await?;
        let group = match order.group {
            Some(group) => store::list_group(&self.db, user, group.id).await?,
            None => Vec::new(),
        };
        let legs: Vec<_> = group.iter().filter(|other| other.id != id).map(OrderView::from).collect();
        let journey = if order.venue.is_some() { store::find_journey(&self.db, id).await? } else { None };
        let told = Some(fills.iter().map(FillView::from).collect());
        let view = OrderView { fills: told, legs: Some(legs).filter(|legs| !legs.is_empty()), ..OrderView::from(&order) };
        Ok(with_timeline(view, &order, &fills, journey.as_ref()))
    }

    /// Newest first.
    pub async fn list_fills(
        &self,
        who: impl Into<Owner>,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Page<FillView>, ServiceError> {
        let who: Owner = who.into();
        let limit = page_length(limit)?;
        let before = cursor.map(str::parse::<FillId>).transpose().map_err(|e| ServiceError::field("cursor", e))?;
        let account = self.account_of(who).await?;
        let fills = store::list_newest_fills(&self.db, account, before, rows(limit)).await?;
        Ok(page(fills.iter().map(FillView::from).collect(), limit, |fill| fill.id.to_string()))
    }

    /// Deposits and executions, newest first.
    pub async fn list_activities(
        &self,
        who: impl Into<Owner>,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Page<ActivityView>, ServiceError> {
        let who: Owner = who.into();
        let limit = page_length(limit)?;
        if cursor.is_some_and(|text| text.len() > 64) {
            return Err(ServiceError::field("cursor", "not a cursor"));
        }
        let account = self.account_of(who).await?;
        let activities = store::list_activities(&self.db, account, cursor, rows(limit)).await?;
        Ok(page(activities, limit, |activity| activity.id.clone()))
    }
}
