//! Closing positions, and the rules of an account: limits, kill switch, gate.

use futures::future::join_all;
use speedtrade::{
    engine::{CloseAmount, Command},
    ids::AccountId,
    instrument::Symbol,
    money::Qty,
    order::FieldError,
    risk::RiskLimits,
    wire::{OrderView, RiskView},
};

use super::{Owner, Trading, orders::view_of};
use crate::{services::ServiceError, store};

impl Trading {
    /// Sells all of a position, `qty` of it or `percentage` of it, at market.
    pub async fn close_position(
        &self,
        who: impl Into<Owner>,
        symbol: &str,
        qty: Option<String>,
        percentage: Option<String>,
    ) -> Result<OrderView, ServiceError> {
        let who: Owner = who.into();
        let id = self.instrument_id(symbol)?;
        let amount =
            CloseAmount::parse(qty.as_deref(), percentage.as_deref(), self.market.catalog().get(id).lot).map_err(ServiceError::of_field)?;
        let account = self.account_of(who).await?;
        self.close(account, self.market.catalog().get(id).symbol.clone(), amount).await
    }

    /// Sells, of every position, all or a percentage. All frees each from its open sell orders first.
    pub async fn close_all(&self, who: impl Into<Owner>, percentage: Option<String>) -> Result<Vec<OrderView>, ServiceError> {
        let who: Owner = who.into();
        let amount = CloseAmount::parse(None, percentage.as_deref(), Qty::ZERO).map_err(ServiceError::of_field)?;
        let account = self.account_of(who).await?;
        let held = store::list_positions(&self.db, account).await?.into_iter().filter(|position| !position.qty.is_zero());
        let closed = join_all(held.map(|position| self.close(account, position.symbol, amount))).await;
        // What was sold is said, or the caller would sell it again; what was not is held still. One that was closed meanwhile
        // is no failure.
        let (sold, refused): (Vec<_>, Vec<_>) = closed.into_iter().partition(Result::is_ok);
        let refusal = refused.into_iter().filter_map(Result::err).find(|error| !matches!(error, ServiceError::NotFound { .. }));
        match refusal.filter(|_| sold.is_empty()) {
            Some(refusal) => Err(refusal),
            None => sold.into_iter().collect(),
        }
    }

    async fn close(&self, account: AccountId, symbol: Symbol, amount: CloseAmount) -> Result<OrderView, ServiceError> {
        if let Some(id) = self.market.catalog().find_exact(&symbol) {
            self.market.freshen(id).await;
        }
        let events = self.done(account, Command::Close(symbol, amount)).await?;
        // Before it come the open sells that gave their units back; the closing order is the newest.
        let id = events.iter().filter(|event| event.is_new).map(|event| event.order.id).next_back();
        view_of(id.ok_or(ServiceError::Internal("a closed position left no order"))?, &events)
    }

    pub async fn risk(&self, who: impl Into<Owner>) -> Result<RiskView, ServiceError> {
        let who: Owner = who.into();
        let account = self.account_of(who).await?;
        Ok(RiskView::from(&store::find_account(&self.db, account).await?.ok_or(ServiceError::UNKNOWN_ACCOUNT)?))
    }

    pub async fn set_limits(&self, who: impl Into<Owner>, limits: RiskLimits) -> Result<RiskView, ServiceError> {
        let who: Owner = who.into();
        let mut errors: Vec<_> =
            limits.check().iter().map(|(field, mistake)| FieldError::coded(field, mistake.code(), mistake.to_string())).collect();
        let unknown = limits.symbols.iter().flatten().filter(|symbol| self.world.find(symbol).is_none());
        errors.extend(unknown.map(|symbol| FieldError::coded("symbols", "unknown_symbol", format!("there is no {symbol} on this desk"))));
        if !errors.is_empty() {
            return Err(ServiceError::Invalid(errors));
        }
        let account = self.account_of(who).await?;
        self.done(account, Command::SetLimits(Box::new(limits))).await?;
        self.risk(who).await
    }

    /// Off (`is_halted`) cancels everything that is open and refuses what is new.
    pub async fn set_halted(&self, who: impl Into<Owner>, is_halted: bool) -> Result<RiskView, ServiceError> {
        let who: Owner = who.into();
        let account = self.account_of(who).await?;
        self.done(account, Command::SetHalted(is_halted)).await?;
        self.risk(who).await
    }

    /// The owner has looked at what closed the account.
    pub async fn open_gate(&self, who: impl Into<Owner>) -> Result<RiskView, ServiceError> {
        let who: Owner = who.into();
        let account = self.account_of(who).await?;
        self.done(account, Command::OpenGate).await?;
        self.risk(who).await
    }
}
