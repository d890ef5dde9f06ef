//! Orders of a user: place, preview, replace, cancel.

use speedtrade::{
    engine::{self, Command, EngineError},
    ids::{AccountId, OrderId, UserId},
    order::{ChangedTerms, NewOrder, Order, OrderChange, OrderEvent, OrderTicket, TicketErrors},
    wire::{OrderView, PreviewView},
};

use super::{
    Owner, Trading,
    committer::{CommandError, Outcome},
};
use crate::{
    market::InstrumentId,
    services::ServiceError,
    store::{self, AccountRoute},
};

impl Trading {
    /// The order, and whether it is new: false when the same order was sent before under its `client_order_id`.
    pub async fn place(&self, who: impl Into<Owner>, ticket: OrderTicket) -> Result<(OrderView, bool), ServiceError> {
        let asked_at = self.clock.now();
        let who: Owner = who.into();
        let ((account, route), order) = self.checked(who, &ticket).await?;
        self.check_venue(account, route, &order).await?;
        match self.committer.submit(account, Command::Place(Box::new(order)), asked_at).await? {
            Outcome::Done(events) => {
                let first = events.first().ok_or(ServiceError::Internal("a placed order left no event"))?;
                Ok((view_of(first.order.id, &events)?, true))
            }
            Outcome::AlreadyPlaced(first) => Ok((OrderView::from(&*first), false)),
        }
    }

    /// What the order would come to now. Places nothing.
    pub async fn preview(&self, who: impl Into<Owner>, ticket: &OrderTicket) -> Result<PreviewView, ServiceError> {
        let who: Owner = who.into();
        let ((account, _), order) = self.checked(who, ticket).await?;
        let state = self.whole_account(account).await?;
        let now = self.clock.now();
        let recent = self.recent_fills(&state, now).await?;
        let worth = self.world.worth(&state, recent.iter(), now);
        let new_id = || self.clock.new_id();
        let env = self.world.env(state.venue, Some(&order.symbol), worth, now, &new_id);
        let preview = engine::preview(&state, &order, &env).map_err(CommandError::from)?;
        PreviewView::new(order.symbol, order.side, &preview, now).map_err(|_| ServiceError::Internal("a preview is out of range"))
    }

    /// The order that replaces it; the old one is `replaced`.
    pub async fn replace(&self, user: UserId, id: OrderId, change: &OrderChange) -> Result<OrderView, ServiceError> {
        let asked_at = self.clock.now();
        let order = self.owned_order(user, id).await?;
        let account = order.account_id;
        let instrument = self.market.catalog().get(self.instrument_id(order.symbol.as_str())?);
        let invalid = |TicketErrors(errors)| ServiceError::Invalid(errors);
        let terms = ChangedTerms::parse(change, &order, instrument).map_err(invalid)?;
        if order.group.is_some() {
            let state = self.whole_account(account).await?;
            let others = state.open_orders.values().filter(|o| o.id != id && o.same_group(&order));
            terms.check_group(&order, others).map_err(invalid)?;
        }
        match self.committer.submit(account, Command::Replace(id, Box::new(terms)), asked_at).await? {
            Outcome::Done(events) => {
                let new = events.iter().find(|event| event.order.replaces == Some(id));
                let new = new.ok_or(ServiceError::Internal("a replaced order left no other"))?;
                view_of(new.order.id, &events)
            }
            Outcome::AlreadyPlaced(first) => Ok(OrderView::from(&*first)),
        }
    }

    pub async fn cancel(&self, user: UserId, id: OrderId) -> Result<OrderView, ServiceError> {
        let account = self.owned_order(user, id).await?.account_id;
        let events = self.done(account, Command::Cancel(id)).await?;
        // A cancel that is on its way already changes nothing.
        if events.is_empty() { Ok(OrderView::from(&self.owned_order(user, id).await?)) } else { view_of(id, &events) }
    }

    /// Cancels all open orders at once, of one symbol if given.
    pub async fn cancel_all(&self, who: impl Into<Owner>, symbol: Option<&str>) -> Result<Vec<OrderView>, ServiceError> {
        let who: Owner = who.into();
        let id = symbol.map(|s| self.instrument_id(s)).transpose()?;
        let symbol = id.map(|id| self.market.catalog().get(id).symbol.clone());
        let account = self.account_of(who).await?;
        let events = self.done(account, Command::CancelAll(symbol)).await?;
        Ok(events.iter().filter(|event| !event.order.status.is_open()).map(|event| OrderView::from(&event.order)).collect())
    }

    /// Commits a command that places nothing under a name.
    pub(in crate::services) async fn done(&self, account: AccountId, command: Command) -> Result<Vec<OrderEvent>, ServiceError> {
        match self.committer.submit(account, command, self.clock.now()).await? {
            Outcome::Done(events) => Ok(events),
            Outcome::AlreadyPlaced(_) => Err(ServiceError::Internal("a command without a name was done before")),
        }
    }

    async fn checked(&self, who: Owner, ticket: &OrderTicket) -> Result<((AccountId, AccountRoute), NewOrder), ServiceError> {
        let named = Owner::of(who.user, ticket.account_id.as_deref())?;
        let routed = self.route_of(Owner { account: named.account.or(who.account), ..who }).await?;
        let id = self.market.catalog().find(&ticket.symbol).ok_or(ServiceError::UnknownTicketSymbol)?;
        let instrument = self.market.catalog().get(id);
        let order = NewOrder::from_ticket(ticket, instrument).map_err(|TicketErrors(errors)| ServiceError::Invalid(errors))?;
        self.market.freshen(id).await;
        Ok((routed, order))
    }

    pub(super) async fn owned_order(&self, user: UserId, id: OrderId) -> Result<Order, ServiceError> {
        let missing = ServiceError::NotFound { code: "order_not_found", detail: "You have no such order." };
        store::find_order(&self.db, user, id).await?.ok_or(missing)
    }

    pub(super) fn instrument_id(&self, symbol: &str) -> Result<InstrumentId, ServiceError> {
        self.market.catalog().find(symbol).ok_or(ServiceError::UnknownSymbol)
    }
}

/// The newest state of one order among events, with the other orders of its group.
pub(super) fn view_of(id: OrderId, events: &[OrderEvent]) -> Result<OrderView, ServiceError> {
    let newest = |id: OrderId| events.iter().rev().find(|event| event.order.id == id).map(|event| &event.order);
    let order = newest(id).ok_or(ServiceError::Internal("an order left no event"))?;
    let mut others: Vec<OrderId> = events.iter().map(|event| event.order.id).filter(|other| *other != id).collect();
    others.sort_unstable();
    others.dedup();
    let in_group = |other: &&Order| other.same_group(order);
    let legs: Vec<_> = others.into_iter().filter_map(newest).filter(in_group).map(OrderView::from).collect();
    Ok(OrderView { legs: Some(legs).filter(|legs| !legs.is_empty()), ..OrderView::from(order) })
}

impl From<CommandError> for ServiceError {
    fn from(error: CommandError) -> Self {
        match error {
            CommandError::Engine(error) => error.into(),
            CommandError::NameTaken => {
                Self::Conflict { code: "client_order_id_taken", detail: "Another order already has this client_order_id. Use a new one." }
            }
            CommandError::UnknownAccount => Self::UNKNOWN_ACCOUNT,
            CommandError::Busy => Self::Busy,
            CommandError::NotCommitted => Self::NotSaved,
            CommandError::OutcomeUnknown => Self::OutcomeUnknown,
        }
    }
}

impl From<EngineError> for ServiceError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Denied(denied) => Self::Denied(denied),
            EngineError::NotOpen => {
                Self::Conflict { code: "order_not_open", detail: "The order is not open any more: it was filled, canceled or expired." }
            }
            EngineError::FilledAlready => {
                Self::Conflict { code: "qty_filled_already", detail: "The order has filled that much meanwhile. Look at it again." }
            }
            EngineError::NoPosition => Self::NotFound { code: "no_position", detail: "You hold none of this." },
            EngineError::NeedsHistory => Self::Internal("an execution came out of order"),
            EngineError::Broken(rule) => Self::Internal(rule),
        }
    }
}
