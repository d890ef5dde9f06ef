//! One live account in our books: facts of its venue become commands, and are repeated until they are committed.
//! Must never drop a fact because the store was busy.

use std::{collections::BTreeSet, time::Duration};

use speedtrade::{
    engine::Command,
    ids::{AccountId, OrderId},
    instrument::{AssetType, Symbol},
    money::{Qty, Usd},
    order::{AtVenue, Holder, Order, OrderEvent, OrderKind, OrderStatus, Side, TimeInForce, order_of_name, venue_name},
    position::LotMethod,
    time::Timestamp,
    venue::Venue,
};

use crate::{
    broker::OrderName,
    clock::Clock,
    market::Market,
    services::{ServiceError, trading::Trading},
    store::{self, Db, StoreError},
};

/// Between two tries to write a fact down.
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone)]
pub(super) struct Books {
    pub(super) db: Db,
    pub(super) trading: Trading,
    pub(super) market: Market,
    pub(super) clock: Clock,
    pub(super) account: AccountId,
    pub(super) venue: Venue,
    pub(super) tag: String,
}

impl Books {
    /// Commits the command, however long the store is away. What the engine refuses is logged: a venue's word never is.
    pub(super) async fn tell(&self, command: Command) -> Vec<OrderEvent> {
        loop {
            match self.trading.done(self.account, command.clone()).await {
                Ok(events) => return events,
                Err(ServiceError::Busy | ServiceError::NotSaved | ServiceError::OutcomeUnknown) => tokio::time::sleep(PAUSE).await,
                Err(error) => {
                    tracing::error!(%error, account = %self.account, "a fact of the venue could not be booked");
                    return Vec::new();
                }
            }
        }
    }

    /// The order that a venue speaks of, by the name that we gave it or the one the venue gave.
    pub(super) async fn find(&self, client_id: Option<&str>, venue_id: &str) -> Result<Option<Order>, StoreError> {
        if let Some(id) = client_id.and_then(|name| order_of_name(&self.tag, name)) {
            return store::find_account_order(&self.db, self.account, id).await;
        }
        store::find_order_at_venue(&self.db, self.account, venue_id).await
    }

    /// An order that is at the venue and not in our books yet: nothing of it is filled, nothing is held for it.
    /// `None` when the desk doesn't list the symbol.
    pub(super) fn seen_first_at_venue(&self, id: OrderId, name: &str, symbol: &Symbol, side: Side, qty: Qty) -> Option<Order> {
        let catalog = self.market.catalog();
        let now = self.now();
        Some(Order {
            id,
            account_id: self.account,
            client_order_id: name.parse().ok()?,
            symbol: symbol.clone(),
            asset_type: catalog.get(catalog.find_exact(symbol)?).asset_type,
            side,
            kind: OrderKind::Market,
            time_in_force: TimeInForce::Gtc,
            extended_hours: false,
            group: None,
            qty,
            notional: None,
            filled_qty: Qty::ZERO,
            filled_value: Usd::ZERO,
            fees: Usd::ZERO,
            reserve: Usd::ZERO,
            hold: Usd::ZERO,
            hold_qty: Qty::ZERO,
            status: OrderStatus::New,
            reject_reason: None,
            triggered_at: None,
            watermark: None,
            lot_method: LotMethod::Fifo,
            chosen_lots: Vec::new(),
            replaces: None,
            replaced_by: None,
            created_at: now,
            updated_at: now,
            filled_at: None,
            canceled_at: None,
            eligible_at: now,
            expires_at: None,
            venue: Some(AtVenue { is_external: true, acknowledged_at: Some(now), ..AtVenue::held_by(Holder::Venue) }),
        })
    }

    pub(super) fn name_of(&self, order: &Order) -> OrderName {
        let at = order.venue.as_ref();
        OrderName {
            client_id: venue_name(&self.tag, order.id),
            venue_id: at.and_then(|at| at.venue_id.clone()),
            symbol: order.symbol.clone(),
            sent_at: at.and_then(|at| at.sent_at).unwrap_or(order.created_at),
        }
    }

    /// What stands at the venue, as far as we know.
    pub(super) async fn open_at_venue(&self) -> Result<Vec<Order>, StoreError> {
        let open = store::list_open_orders(&self.db, self.account).await?;
        Ok(open.into_iter().filter(Order::is_at_venue).collect())
    }

    /// What venues that ask symbol by symbol are asked for each time: everything that is held, is ordered, or differs.
    pub(super) async fn symbols(&self) -> Result<BTreeSet<Symbol>, StoreError> {
        let held = store::list_positions(&self.db, self.account).await?.into_iter().map(|position| position.symbol);
        let open = store::list_open_orders(&self.db, self.account).await?.into_iter().map(|order| order.symbol);
        let differing = store::list_discrepancies(&self.db, self.account).await?;
        let differing = differing.into_iter().filter_map(|known| known.asset.parse().ok()).filter(|symbol| self.is_listed(symbol));
        Ok(held.chain(open).chain(differing).collect())
    }

    /// And everything else that the account could have traded: the books may be older than what was done.
    pub(super) fn coins(&self) -> impl Iterator<Item = Symbol> {
        let catalog = self.market.catalog();
        catalog.ids().map(|id| catalog.get(id)).filter(|one| one.asset_type == AssetType::Crypto).map(|one| one.symbol.clone())
    }

    pub(super) fn is_listed(&self, symbol: &Symbol) -> bool {
        self.market.catalog().find_exact(symbol).is_some()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}
