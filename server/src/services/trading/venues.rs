//! What a batch has to do with venues: it freezes what will be sent, and wakes those who send once it is committed.
//! Must never speak to a venue.

use std::sync::Arc;

use speedtrade::{
    account::AccountState,
    engine::EngineError,
    ids::{AccountId, OrderId},
    instrument::AssetType,
    order::{Amount, Exits, Holder, NewOrder, Order, OrderClass, OrderKind, Side, venue_name},
    time::{SECOND_US, Timestamp},
    venue::{Environment, Venue},
};

use super::{
    Trading,
    committer::CommandError,
    lots::Lots,
    outlets::{Outbox, Outlets, Sender},
};
use crate::{
    broker::{Frozen, Unsupported, VenueOrder},
    services::ServiceError,
    store::{self, AccountRoute, Intent},
};

/// How long an order that has not left may wait for it. Afterwards it is given up.
const INTENT_LIFETIME_US: i64 = 30 * SECOND_US;

const PRICES_SIMULATED: &str =
    "This account trades with real money, and the prices here are simulated. Start SpeedTrade with a live feed first.";

/// Writes an order as its venue reads it.
pub type Freeze = Arc<dyn Fn(Venue, &VenueOrder) -> Result<Frozen, Unsupported> + Send + Sync>;

/// Cheap to clone.
#[derive(Clone)]
pub struct Venues {
    tag: Arc<str>,
    freeze: Freeze,
    /// Venues that move no money, like those of tests.
    harmless: Arc<[Venue]>,
    pub(super) outlets: Outlets,
    lots: Lots,
}

impl Venues {
    pub fn new(tag: &str, freeze: Freeze, harmless: Vec<Venue>) -> Self {
        Self { tag: tag.into(), freeze, harmless: harmless.into(), outlets: Outlets::default(), lots: Lots::default() }
    }

    /// Of a desk with paper accounts alone.
    pub fn unconnected() -> Self {
        Self::new("none", Arc::new(|_, _| Err(Unsupported("No venue is connected.".to_owned()))), Vec::new())
    }

    pub fn tag(&self) -> &str {
        &self.tag
    }

    pub fn freeze(&self, venue: Venue, order: &VenueOrder) -> Result<Frozen, Unsupported> {
        (self.freeze)(venue, order)
    }

    /// What venues trade in multiples of, as they said last.
    pub fn lots(&self) -> &Lots {
        &self.lots
    }

    /// Who is told from now on what of the account is to be sent.
    pub fn open_outbox(&self, account: AccountId, sender: Sender) -> Outbox {
        self.outlets.open(account, sender)
    }

    /// `asked_at`: when the wish that led to it reached the desk.
    pub(super) fn intent(&self, state: &AccountState, order: &Order, asked_at: Timestamp, now: Timestamp) -> Result<Intent, CommandError> {
        let broken = CommandError::Engine(EngineError::Broken("venue"));
        let venue = state.venue.ok_or(broken)?;
        let asked = self.venue_order(venue, order);
        let frozen = self.freeze(venue, &asked).map_err(|error| {
            tracing::error!(%error, order = %order.id, "an order can't be written for its venue");
            broken
        })?;
        Ok(Intent {
            order: order.id,
            account: order.account_id,
            client_id: asked.client_id,
            path: frozen.path,
            body: frozen.body,
            deadline: now.plus_micros(INTENT_LIFETIME_US),
            asked_at: Some(asked_at),
            created_at: now,
            claim: None,
        })
    }

    /// The order as its venue is asked for it. A stop that was triggered here is what it becomes then.
    pub fn venue_order(&self, venue: Venue, order: &Order) -> VenueOrder {
        let kind = if order.triggered_at.is_some() { once_triggered(order.kind) } else { order.kind };
        let takes_dollars = venue.capabilities(order.asset_type).is_some_and(|able| able.notional);
        let amount = match order.notional {
            Some(dollars) if takes_dollars && order.side == Side::Buy && kind == OrderKind::Market => Amount::Notional(dollars),
            Some(_) | None => Amount::Qty(order.open_qty()),
        };
        VenueOrder {
            client_id: venue_name(&self.tag, order.id),
            symbol: order.symbol.clone(),
            asset_type: order.asset_type,
            side: order.side,
            kind,
            amount,
            time_in_force: order.time_in_force,
            extended_hours: order.extended_hours,
            class: OrderClass::Simple,
            exits: Exits::default(),
        }
    }

    /// Whether the venue could be asked for it, before anything is booked.
    pub(super) fn check(&self, venue: Venue, new: &NewOrder, asset_type: AssetType) -> Result<(), Unsupported> {
        if venue.first_holder(new.kind, new.class, asset_type) == Holder::Server {
            return Ok(());
        }
        let asked = VenueOrder {
            client_id: venue_name(&self.tag, OrderId::new(uuid::Uuid::nil())),
            symbol: new.symbol.clone(),
            asset_type,
            side: new.side,
            kind: new.kind,
            amount: new.amount,
            time_in_force: new.time_in_force,
            extended_hours: new.extended_hours,
            class: OrderClass::Simple,
            exits: Exits::default(),
        };
        self.freeze(venue, &asked).map(|_| ())
    }
}

/// What an order trades like once its trigger is reached.
const fn once_triggered(kind: OrderKind) -> OrderKind {
    match kind {
        OrderKind::Market | OrderKind::Stop { .. } | OrderKind::TrailingStop { .. } => OrderKind::Market,
        OrderKind::Limit { limit_price } | OrderKind::StopLimit { limit_price, .. } => OrderKind::Limit { limit_price },
    }
}

impl Trading {
    async fn check_gate(&self, account: AccountId, venue: Venue) -> Result<(), ServiceError> {
        let now = self.clock.now();
        if self.venues.outlets.is_open(account, now) {
            return Ok(());
        }
        let (is_ready, words) = Box::pin(store::venue_gate(&self.db, account, now)).await?;
        if is_ready {
            return Ok(());
        }
        let detail = if words.is_empty() { format!("{venue} is not connected. Try again in a moment.") } else { words };
        Err(ServiceError::NotReady { detail })
    }

    /// A live account takes orders once it has been read whole, against real prices where the money is real, and only what its
    /// venue understands.
    pub(super) async fn check_venue(&self, account: AccountId, route: AccountRoute, new: &NewOrder) -> Result<(), ServiceError> {
        let AccountRoute::Venue(venue, environment) = route else { return Ok(()) };
        self.check_gate(account, venue).await?;
        let id = self.instrument_id(new.symbol.as_str())?;
        let asset_type = self.market.catalog().get(id).asset_type;
        if environment == Environment::Live && !self.venues.harmless.contains(&venue) && self.market.is_simulated(id) {
            return Err(ServiceError::NotAtVenue { code: "prices_simulated", detail: PRICES_SIMULATED.to_owned() });
        }
        self.venues
            .check(venue, new, asset_type)
            .map_err(|Unsupported(detail)| ServiceError::NotAtVenue { code: "unsupported_order", detail })
    }
}
