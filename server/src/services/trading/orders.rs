//! Orders of a user: place, cancel, close a position, list.

use app::api::{OrderFilter, OrderStatusFilter};
use futures::future::join_all;
use rust_decimal::Decimal;
use speedtrade::{
    ids::{OrderId, UserId},
    money::parse_decimal,
    order::{NewOrder, Order, OrderTicket, Side, TicketErrors},
    wire::{FillView, OrderView, Page},
};

use super::{
    Trading,
    committer::{CommandError, Outcome},
};
use crate::{
    engine::{Command, EngineError, PlaceCommand},
    market::InstrumentId,
    services::ServiceError,
    store::{self, OrderQuery},
};

const PAGE_LENGTH: usize = 50;
const PAGE_LENGTH_MAX: usize = 500;

impl Trading {
    /// The order, and whether it is new: false when the same order was sent before under its `client_order_id`.
    pub async fn place(&self, user: UserId, ticket: OrderTicket) -> Result<(OrderView, bool), ServiceError> {
        let account = self.account_of(user).await?;
        if ticket.account_id.as_ref().is_some_and(|wanted| *wanted != account.to_string()) {
            return Err(ServiceError::NotFound { code: "unknown_account", detail: "You have no such account." });
        }
        let id = self.market.catalog().find(&ticket.symbol).ok_or(ServiceError::UnknownTicketSymbol)?;
        let instrument = self.market.catalog().get(id).clone();
        let order = NewOrder::from_ticket(&ticket, &instrument).map_err(|TicketErrors(errors)| ServiceError::Invalid(errors))?;
        let command = Command::Place(Box::new(PlaceCommand { order, instrument }));
        match self.committer.submit(account, command).await? {
            Outcome::Done(events) => {
                let last = events.last().ok_or(ServiceError::Internal("a placed order left no event"))?;
                Ok((OrderView::from(&last.order), true))
            }
            Outcome::AlreadyPlaced(first) => Ok((OrderView::from(&*first), false)),
        }
    }

    pub async fn cancel(&self, user: UserId, id: OrderId) -> Result<OrderView, ServiceError> {
        self.owned_order(user, id).await?;
        let account = self.account_of(user).await?;
        match self.committer.submit(account, Command::Cancel(id)).await? {
            Outcome::Done(events) => {
                events.last().map(|e| OrderView::from(&e.order)).ok_or(ServiceError::Internal("a canceled order left no event"))
            }
            Outcome::AlreadyPlaced(_) => Err(ServiceError::Internal("a cancel placed an order")),
        }
    }

    /// Cancels all open orders, of one symbol if given. Orders that closed meanwhile are left out of the answer.
    pub async fn cancel_all(&self, user: UserId, symbol: Option<&str>) -> Result<Vec<OrderView>, ServiceError> {
        let symbol = symbol.map(|s| self.instrument_id(s)).transpose()?.map(|id| self.market.catalog().get(id).symbol.to_string());
        let limit = i64::try_from(speedtrade::risk::OPEN_ORDERS_MAX).unwrap_or(i64::MAX);
        let open = store::list_orders(&self.db, user, &OrderQuery { is_open: Some(true), symbol, before: None, limit }).await?;
        let canceled = join_all(open.iter().map(|order| self.cancel(user, order.id))).await;
        let still_relevant = canceled.into_iter().filter(|c| !matches!(c, Err(ServiceError::Conflict { .. })));
        still_relevant.collect()
    }

    /// Sells all of a position, `qty` of it or `percentage` of it, at market.
    pub async fn close_position(
        &self,
        user: UserId,
        symbol: &str,
        qty: Option<String>,
        percentage: Option<String>,
    ) -> Result<OrderView, ServiceError> {
        let id = self.instrument_id(symbol)?;
        let account = self.account_of(user).await?;
        let instrument = self.market.catalog().get(id);
        let held = store::list_positions(&self.db, account).await?;
        let none = ServiceError::NotFound { code: "no_position", detail: "You hold none of this." };
        let position = held.into_iter().find(|p| p.symbol == instrument.symbol && !p.qty.is_zero()).ok_or(none)?;
        let qty = match (qty, percentage) {
            (Some(_), Some(_)) => return Err(ServiceError::field("qty", "give either qty or percentage")),
            (Some(qty), None) => qty,
            (None, Some(percentage)) => position.qty.percent_of(parse_percentage(&percentage)?, instrument.lot).to_string(),
            (None, None) => position.qty.to_string(),
        };
        let ticket = OrderTicket {
            symbol: instrument.symbol.to_string(),
            side: Side::Sell.as_str().to_owned(),
            kind: "market".to_owned(),
            qty: Some(qty),
            ..OrderTicket::default()
        };
        Ok(self.place(user, ticket).await?.0)
    }

    /// Newest first.
    pub async fn list_orders(&self, user: UserId, filter: &OrderFilter) -> Result<Page<OrderView>, ServiceError> {
        let limit = filter.limit.unwrap_or(PAGE_LENGTH);
        if limit == 0 || limit > PAGE_LENGTH_MAX {
            return Err(ServiceError::field("limit", format!("must be from 1 to {PAGE_LENGTH_MAX}")));
        }
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
            limit: i64::try_from(limit + 1).unwrap_or(i64::MAX),
        };
        let mut orders = store::list_orders(&self.db, user, &query).await?;
        let has_more = orders.len() > limit;
        orders.truncate(limit);
        let next_cursor = orders.last().filter(|_| has_more).map(|o| o.id.to_string());
        Ok(Page { items: orders.iter().map(OrderView::from).collect(), next_cursor })
    }

    pub async fn find_order(&self, user: UserId, id: OrderId) -> Result<OrderView, ServiceError> {
        let order = self.owned_order(user, id).await?;
        let fills = store::list_fills_of_order(&self.db, user, id).await?;
        Ok(OrderView { fills: Some(fills.iter().map(FillView::from).collect()), ..OrderView::from(&order) })
    }

    async fn owned_order(&self, user: UserId, id: OrderId) -> Result<Order, ServiceError> {
        let missing = ServiceError::NotFound { code: "order_not_found", detail: "You have no such order." };
        store::find_order(&self.db, user, id).await?.ok_or(missing)
    }

    pub(super) fn instrument_id(&self, symbol: &str) -> Result<InstrumentId, ServiceError> {
        self.market.catalog().find(symbol).ok_or(ServiceError::UnknownSymbol)
    }
}

fn parse_percentage(text: &str) -> Result<Decimal, ServiceError> {
    let percentage = parse_decimal(text, 8).map_err(|e| ServiceError::field("percentage", e))?;
    let is_share = percentage > Decimal::ZERO && percentage <= Decimal::ONE_HUNDRED;
    if is_share { Ok(percentage) } else { Err(ServiceError::field("percentage", "must be more than 0 and at most 100")) }
}

impl From<CommandError> for ServiceError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Engine(EngineError::Denied(denied)) => Self::Denied(denied),
            CommandError::Engine(EngineError::NotOpen) => {
                Self::Conflict { code: "order_not_open", detail: "The order is not open any more: it was filled, canceled or expired." }
            }
            CommandError::Engine(EngineError::Broken(rule)) => Self::Internal(rule),
            CommandError::NameTaken => {
                Self::Conflict { code: "client_order_id_taken", detail: "Another order already has this client_order_id. Use a new one." }
            }
            CommandError::UnknownAccount => Self::NotFound { code: "unknown_account", detail: "You have no such account." },
            CommandError::Busy | CommandError::NotCommitted => Self::Busy,
        }
    }
}
