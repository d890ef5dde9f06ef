//! Making, changing and reading alerts of one user.

use speedtrade::{
    alert::{ALERTS_MAX, Alert, AlertChange, AlertState, AlertStatus, AlertTerms, AlertTicket, Memory, NewAlert},
    ids::{AlertId, FiringId, UserId},
    money::Price,
    wire::{AlertView, FiringView, Page},
};

use super::Alerts;
use crate::{
    market::{InstrumentId, Source},
    services::{
        ServiceError,
        paging::{page, page_length, rows},
    },
    store::{self, AlertQuery},
};

/// Which alerts, as text.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    pub symbol: Option<String>,
    pub status: Option<String>,
    pub limit: Option<usize>,
    pub cursor: Option<String>,
}

const fn missing() -> ServiceError {
    ServiceError::NotFound { code: "alert_not_found", detail: "There is no such alert." }
}

/// A new beginning: what was seen before counts no more, but firings keep their numbers.
fn begin(terms: AlertTerms, fired: Memory, price: Option<Price>) -> Memory {
    let memory = Memory { fired_count: fired.fired_count, ..Memory::default() };
    let mut state = AlertState::new(terms, memory);
    if let Some(price) = price {
        state.begin(price);
    }
    Memory { last_fired_at: fired.last_fired_at, ..state.memory() }
}

impl Alerts {
    /// What somebody said, not the table.
    fn known_price(&self, instrument: InstrumentId) -> Option<Price> {
        let is_said = self.market.hub().source(instrument) != Source::Reference;
        is_said.then(|| self.market.quote(instrument).price)
    }

    pub async fn create(&self, user: UserId, ticket: &AlertTicket) -> Result<AlertView, ServiceError> {
        let now = self.clock.now();
        let new = NewAlert::parse(ticket, now).map_err(ServiceError::Invalid)?;
        let instrument = self.market.catalog().find(&ticket.symbol).ok_or(ServiceError::UnknownTicketSymbol)?;
        self.market.freshen(instrument).await;
        let alert = Alert {
            id: AlertId::new(self.clock.new_id()),
            user_id: user,
            symbol: self.market.catalog().get(instrument).symbol.clone(),
            terms: new.terms,
            note: new.note,
            status: AlertStatus::Armed,
            memory: begin(new.terms, Memory::default(), self.known_price(instrument)),
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.db.begin().await?;
        if store::count_alerts(&mut tx, user).await? >= ALERTS_MAX {
            return Err(ServiceError::Conflict { code: "too_many_alerts", detail: "You have 1,000 alerts. Delete one first." });
        }
        store::insert_alert(&mut tx, &alert).await?;
        tx.commit().await?;
        let view = AlertView::from(&alert);
        self.take_in_seeded(alert).await;
        Ok(view)
    }

    /// New terms, or arming it again, begin anew.
    pub async fn change(&self, user: UserId, id: AlertId, change: &AlertChange) -> Result<AlertView, ServiceError> {
        let is_armed = change.is_armed().map_err(|error| ServiceError::Invalid(vec![error]))?;
        let _held = self.hold(id).await;
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let mut alert = store::lock_alert(&mut tx, user, id).await?.ok_or_else(missing)?;
        let new = change.parse(&alert, now).map_err(ServiceError::Invalid)?;
        let is_new = new.terms != alert.terms;
        let instrument = self.market.catalog().find(alert.symbol.as_str()).ok_or(ServiceError::UnknownTicketSymbol)?;
        if is_new || (is_armed == Some(true) && alert.status != AlertStatus::Armed) {
            alert.memory = begin(new.terms, alert.memory, self.known_price(instrument));
        }
        alert.status = match is_armed {
            Some(false) => AlertStatus::Off,
            Some(true) => AlertStatus::Armed,
            None if is_new => AlertStatus::Armed,
            None => alert.status,
        };
        (alert.terms, alert.note) = (new.terms, new.note);
        alert.version += 1;
        alert.updated_at = now;
        store::update_alert(&mut tx, &alert).await?;
        tx.commit().await?;
        let view = AlertView::from(&alert);
        self.take_in_seeded(alert).await;
        Ok(view)
    }

    pub async fn find(&self, user: UserId, id: AlertId) -> Result<AlertView, ServiceError> {
        Ok(AlertView::from(&store::find_alert(&self.db, user, id).await?.ok_or_else(missing)?))
    }

    /// Newest first.
    pub async fn list(&self, user: UserId, filter: &AlertFilter) -> Result<Page<AlertView>, ServiceError> {
        let limit = page_length(filter.limit)?;
        let symbol = filter.symbol.as_deref().map(|text| self.market.catalog().find(text).ok_or(ServiceError::UnknownSymbol));
        let status = filter.status.as_deref().map(str::parse).transpose();
        let before = filter.cursor.as_deref().map(str::parse).transpose();
        let query = AlertQuery {
            symbol: symbol.transpose()?.map(|id| self.market.catalog().get(id).symbol.to_string()),
            status: status.map_err(|e| ServiceError::field("status", e))?,
            before: before.map_err(|e| ServiceError::field("cursor", e))?,
            limit: rows(limit),
        };
        let alerts = store::list_alerts(&self.db, user, &query).await?;
        Ok(page(alerts.iter().map(AlertView::from).collect(), limit, |alert: &AlertView| alert.id.to_string()))
    }

    /// What fired, of one alert or of all, newest first; also of alerts that are deleted.
    pub async fn list_firings(
        &self,
        user: UserId,
        alert: Option<&str>,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Page<FiringView>, ServiceError> {
        let limit = page_length(limit)?;
        let alert = alert.map(str::parse::<AlertId>).transpose().map_err(|e| ServiceError::field("alert_id", e))?;
        let before = cursor.map(str::parse::<FiringId>).transpose().map_err(|e| ServiceError::field("cursor", e))?;
        let firings = store::list_firings(&self.db, user, alert, before, rows(limit)).await?;
        Ok(page(firings.iter().map(FiringView::from).collect(), limit, |firing: &FiringView| firing.id.to_string()))
    }

    pub async fn delete(&self, user: UserId, id: AlertId) -> Result<(), ServiceError> {
        let _held = self.hold(id).await;
        if !store::delete_alert(&self.db, user, id).await? {
            return Err(missing());
        }
        self.lock().remove(id);
        Ok(())
    }

    /// How many are watched by this process.
    pub fn armed_count(&self) -> usize {
        self.lock().len()
    }
}
