//! What a venue reports becomes facts in the books: executions first, then where the order stands. Repeated, late and shuffled
//! reports lead to the same books.

use rust_decimal::{Decimal, RoundingStrategy};
use speedtrade::{
    engine::{Command, Execution, FilledSoFar, Standing, VenueReport},
    fee::FeeSchedule,
    ids::{FillId, OrderId},
    instrument::AssetType,
    money::{Qty, Usd},
    order::{AtVenue, CancelState, Holder, Order, OrderKind, Side, TimeInForce, order_of_name},
    time::Timestamp,
    venue::Venue,
};

use super::desk::{Desk, Trouble};
use crate::broker::{Connector, ExecutionReport, Fee, FillSource, OrderReport, VenueStatus};

impl<C: Connector> Desk<C> {
    /// Books what the report says. One at a time: a closed order is read, changed and written.
    pub(super) async fn take_order(&self, report: &OrderReport, sent_at: Option<Timestamp>) -> Result<(), Trouble> {
        let _turn = self.turn.lock().await;
        let Some(mut order) = self.find_or_adopt(report).await? else { return Ok(()) };
        let filled = match C::FILLS {
            FillSource::Executions => {
                self.take_executions(&order, report).await?;
                order = self.books.find(report.client_id.as_deref(), &report.venue_id).await?.unwrap_or(order);
                self.estimate(&order, report)
            }
            FillSource::Cumulative => so_far(self.books.venue, &order, report, self.books.now()),
        };
        let (id, is_forgotten) = (order.id, self.is_cancel_forgotten(&order, report));
        let heard = VenueReport {
            standing: standing(report.status),
            venue_id: Some(report.venue_id.clone()),
            qty: report.qty.or_else(|| report.status.is_final().then_some(report.filled_qty)),
            counted: report.filled_qty,
            filled,
            reason: report.reason.clone(),
            sent_at,
            order,
        };
        self.books.tell(Command::Report(Box::new(heard))).await;
        if is_forgotten {
            tracing::warn!(order = %id, "a cancel that the venue took was not carried out, and is sent again");
            self.books.tell(Command::NoteCancel(id, CancelState::Requested)).await;
        }
        Ok(())
    }

    fn is_cancel_forgotten(&self, order: &Order, report: &OrderReport) -> bool {
        let is_sent = order.venue.as_ref().is_some_and(|at| at.cancel == CancelState::Sent);
        let is_late = self.books.now() >= order.updated_at.plus_micros(self.timing.cancel_again_after_us);
        is_sent && is_late && matches!(report.status, VenueStatus::Pending | VenueStatus::Open)
    }

    /// The venue took a change or a cancel before, and says now that it did not happen.
    pub(super) async fn note_refused_change(&self, venue_id: &str) -> Result<(), Trouble> {
        let Some(order) = self.books.find(None, venue_id).await? else { return Ok(()) };
        self.refresh(&order).await?;
        if order.venue.as_ref().is_some_and(|at| at.cancel.is_pending()) && order.status.is_open() {
            self.books.tell(Command::NoteCancel(order.id, CancelState::Refused)).await;
        }
        Ok(())
    }

    /// An execution from the stream. One of an order that we do not know yet, or have counted ahead of, makes us ask for the order.
    pub(super) async fn take_execution(&self, execution: &ExecutionReport) -> Result<(), Trouble> {
        let turn = self.turn.lock().await;
        let known = self.books.find(execution.client_id.as_deref(), &execution.venue_order_id).await?;
        let has_estimate = match &known {
            Some(order) => !self.estimates_of(order).await?.is_empty(),
            None => false,
        };
        if let Some(order) = known.filter(|_| !has_estimate) {
            self.book(&order, execution).await;
            return Ok(());
        }
        drop(turn);
        let Some(symbol) = execution.symbol.clone() else { return Ok(()) };
        let name = crate::broker::OrderName {
            client_id: execution.client_id.clone().unwrap_or_default(),
            venue_id: Some(execution.venue_order_id.clone()),
            symbol,
            sent_at: execution.time,
        };
        match self.connector.find_order(&name).await? {
            Some(report) => self.take_order(&report, None).await,
            None => Ok(()),
        }
    }

    /// Everything that was executed of an order, before its end is booked.
    async fn take_executions(&self, order: &Order, report: &OrderReport) -> Result<(), Trouble> {
        let asked;
        let estimates = self.estimates_of(order).await?;
        let is_told = !report.executions.is_empty() || report.filled_qty <= order.filled_qty;
        let executions = if is_told && estimates.is_empty() {
            &report.executions
        } else {
            let name = crate::broker::OrderName { venue_id: Some(report.venue_id.clone()), ..self.books.name_of(order) };
            asked = self.connector.executions_of(&name).await?;
            &asked
        };
        if !self.has_replaced(&estimates, order, executions).await? {
            return Ok(());
        }
        for execution in executions {
            self.book(order, execution).await;
        }
        Ok(())
    }

    async fn book(&self, order: &Order, execution: &ExecutionReport) {
        let newest = self.books.find(execution.client_id.as_deref(), &execution.venue_order_id).await;
        let order = newest.ok().flatten().unwrap_or_else(|| order.clone());
        let (fee, fee_qty) = fees(self.books.venue, &order, &execution.fees);
        let fact = Execution {
            id: FillId::new(self.books.clock.new_id()),
            exec_id: execution.exec_id.clone(),
            qty: execution.qty,
            price: execution.price,
            fee,
            fee_qty,
            time: execution.time,
            order,
        };
        self.books.tell(Command::Execute(Box::new(fact))).await;
    }

    /// An order that stands at the venue and not in the books: ours after an old backup came back, or placed elsewhere.
    async fn find_or_adopt(&self, report: &OrderReport) -> Result<Option<Order>, Trouble> {
        if let Some(order) = self.books.find(report.client_id.as_deref(), &report.venue_id).await? {
            return Ok(Some(order));
        }
        let is_old = report.status.is_final() && report.updated_at.or(report.created_at).is_none_or(|at| at < self.opened_at());
        let Some(order) = adopted(self, report).filter(|_| !is_old) else { return Ok(None) };
        tracing::warn!(account = %self.books.account, order = %order.id, external = order.venue.as_ref().is_some_and(|v| v.is_external),
            "an order of the venue was not in the books");
        self.books.tell(Command::Adopt(Box::new(order.clone()))).await;
        Ok(Some(self.books.find(report.client_id.as_deref(), &report.venue_id).await?.unwrap_or(order)))
    }
}

fn adopted<C: Connector>(desk: &Desk<C>, report: &OrderReport) -> Option<Order> {
    let books = &desk.books;
    let symbol = report.symbol.clone()?;
    let qty = Some(report.qty.unwrap_or(report.filled_qty)).filter(|qty| !qty.is_zero())?;
    let own = report.client_id.as_deref().and_then(|name| order_of_name(&books.tag, name));
    let name = if own.is_some() { report.client_id.clone()? } else { format!("ext-{}", report.venue_id) };
    let id = own.unwrap_or_else(|| OrderId::new(books.clock.new_id()));
    let order = books.seen_first_at_venue(id, &name, &symbol, report.side, qty)?;
    Some(Order {
        kind: report.kind.unwrap_or(OrderKind::Market),
        time_in_force: report.time_in_force.unwrap_or(TimeInForce::Gtc),
        created_at: report.created_at.unwrap_or(order.created_at),
        venue: Some(AtVenue {
            venue_id: Some(report.venue_id.clone()),
            is_external: own.is_none(),
            sent_at: report.created_at,
            ..order.venue.unwrap_or_else(|| AtVenue::held_by(Holder::Venue))
        }),
        ..order
    })
}

const fn standing(status: VenueStatus) -> Standing {
    match status {
        VenueStatus::Pending => Standing::Pending,
        VenueStatus::Open | VenueStatus::Canceling => Standing::Open,
        VenueStatus::Filled => Standing::Filled,
        VenueStatus::Canceled | VenueStatus::Replaced => Standing::Canceled,
        VenueStatus::Expired => Standing::Expired,
        VenueStatus::Rejected => Standing::Rejected,
    }
}

pub(super) fn so_far(venue: Venue, order: &Order, report: &OrderReport, now: Timestamp) -> Option<FilledSoFar> {
    let avg_price = report.avg_price.filter(|_| !report.filled_qty.is_zero())?;
    let untold_bps = untold_bps(venue, order.asset_type);
    let told = fees(venue, order, &report.fees).0;
    let untold = Usd::proceeds(avg_price, report.filled_qty).and_then(|value| value.bps_up(untold_bps));
    Some(FilledSoFar {
        qty: report.filled_qty,
        avg_price,
        fees: if order.side == Side::Sell { told.checked_add(untold.ok()?).ok()? } else { told },
        kept_bps: untold_bps,
        last: report.last.as_ref().map(|last| (last.qty, last.price)),
        time: report.last.as_ref().map(|last| last.time).or(report.updated_at).unwrap_or(now),
    })
}

/// Basis points that the venue takes from what is received and does not tell with the order: Alpaca's of crypto come a day later.
/// Whoever is in its first tier and takes pays these.
fn untold_bps(venue: Venue, asset: AssetType) -> i64 {
    match (venue, asset) {
        (Venue::Alpaca, AssetType::Crypto) => FeeSchedule::at(venue, asset).taker_bps,
        (Venue::Alpaca, AssetType::Stock) | (Venue::Binance | Venue::Coinbase | Venue::Kraken, _) => 0,
    }
}

/// What was charged: in dollars, and in units of a buy. Fees in a third asset show as a difference of that asset.
fn fees(venue: Venue, order: &Order, fees: &[Fee]) -> (Usd, Qty) {
    let base = order.symbol.as_str().split_once('/').map(|(base, _)| base);
    let (mut dollars, mut units) = (Decimal::ZERO, Decimal::ZERO);
    for fee in fees {
        if fee.asset == venue.dollar() || matches!(fee.asset.as_str(), "USD" | "USDC") {
            dollars = dollars.saturating_add(fee.amount);
        } else if base == Some(fee.asset.as_str()) && order.side == Side::Buy {
            units = units.saturating_add(fee.amount);
        }
    }
    let up = |amount: Decimal| amount.round_dp_with_strategy(8, RoundingStrategy::ToPositiveInfinity);
    (Usd::new(up(dollars)).unwrap_or(Usd::ZERO), Qty::new(up(units)).unwrap_or(Qty::ZERO))
}
