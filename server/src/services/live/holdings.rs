//! The venue's balances beside ours. Differences are shown with both numbers; only their owner may decide that the venue is
//! right. The very first balances are taken as they are.

use std::{collections::BTreeMap, time::Duration};

use rust_decimal::Decimal;
use speedtrade::{
    engine::{Command, Execution},
    ids::{FillId, OrderId},
    instrument::Symbol,
    money::{Price, Qty, Usd},
    order::{Order, Side},
};

use super::desk::{Desk, Trouble};
use crate::{
    broker::{Connector, Holding},
    services::ServiceError,
    store,
};

/// Venues round fees and cash on their own: what is below is no difference.
const CASH_TOLERANCE: Decimal = Decimal::from_parts(1, 0, 0, false, 2);
const UNIT_TOLERANCE: Decimal = Decimal::from_parts(10, 0, 0, false, 8);
/// A difference that a fill on its way explains is gone after so long.
const SECOND_LOOK: Duration = Duration::from_secs(2);

/// One asset of which the venue has another amount than our books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// `USD`, a symbol, or the venue's word for what the desk does not list.
    pub(super) asset: String,
    /// `None` for dollars and what the desk does not list.
    pub(super) symbol: Option<Symbol>,
    pub(super) ours: Decimal,
    pub(super) theirs: Decimal,
    /// What the venue says it cost.
    pub(super) avg_price: Option<Price>,
}

/// What became of a venue's number that its owner wanted to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Believed {
    Booked,
    /// There is no difference any more.
    Equal,
    /// The venue's number is not the one that was seen.
    Another,
}

impl<C: Connector> Desk<C> {
    pub(super) async fn differences(&self) -> Result<Vec<Difference>, Trouble> {
        let theirs = self.connector.holdings().await?;
        let state = self.books.trading.whole_account(self.books.account).await?;
        let cash = state.cash.total().map_err(|_| ServiceError::Internal("cash is out of range"))?.decimal();
        let ours = state.positions.values().map(|p| (p.symbol.clone(), p.qty.decimal().saturating_sub(p.shortfall.decimal())));
        Ok(compare(self.books.venue.dollar(), cash, ours.collect(), &theirs))
    }

    /// Looks twice, so that what is on its way is not taken for a difference; then says what is.
    pub(super) async fn check_holdings(&self) -> Result<usize, Trouble> {
        let mut found = self.differences().await?;
        if !found.is_empty() {
            tokio::time::sleep(SECOND_LOOK).await;
            let again = self.differences().await?;
            found.retain(|difference| again.contains(difference));
        }
        let (db, account, now) = (&self.books.db, self.books.account, self.books.now());
        let obscure = self.obscure_orders();
        for known in store::list_discrepancies(db, account).await? {
            let stands =
                found.iter().any(|difference| difference.asset == known.asset) || obscure.iter().any(|(of, ..)| *of == known.asset);
            if self.is_quiet() && !stands {
                store::resolve_discrepancy(db, account, &known.asset, now).await?;
            }
        }
        for difference in &found {
            let numbers = (difference.ours.normalize().to_string(), difference.theirs.normalize().to_string());
            tracing::warn!(%account, asset = %difference.asset, ours = %numbers.0, theirs = %numbers.1, "the venue has another amount");
            let id = self.books.clock.new_id();
            store::note_discrepancy(db, account, id, &difference.asset, (&numbers.0, &numbers.1), now).await?;
        }
        for (order, ours, theirs) in &obscure {
            store::note_discrepancy(db, account, self.books.clock.new_id(), order, (ours, theirs), now).await?;
        }
        Ok(found.len())
    }

    /// Its owner decided that the venue is right about an asset, by the number they have `seen`.
    pub(super) async fn believe(&self, asset: &str, seen: Option<&str>) -> Result<Believed, Trouble> {
        let found = self.differences().await?.into_iter().find(|difference| difference.asset == asset);
        let believed = match &found {
            None => Believed::Equal,
            Some(difference) if seen.is_some_and(|seen| seen != difference.theirs.normalize().to_string()) => Believed::Another,
            Some(difference) => {
                self.take_over(difference).await?;
                Believed::Booked
            }
        };
        self.check_holdings().await?;
        Ok(believed)
    }

    /// Takes the venue's number for ours, as a transfer that is booked. What the desk does not list stays a difference.
    pub(super) async fn take_over(&self, difference: &Difference) -> Result<(), Trouble> {
        let moved = difference.theirs.saturating_sub(difference.ours);
        let Some(symbol) = &difference.symbol else {
            if difference.asset == self.books.venue.dollar()
                && let Some(amount) = Usd::new(moved.round_dp(8))
            {
                self.books.tell(Command::Transfer(amount)).await;
            }
            return Ok(());
        };
        let Some(price) = difference.avg_price.or_else(|| self.market_price(symbol)) else { return Ok(()) };
        let Some(qty) = Qty::new(moved.abs().round_dp(8)).filter(|qty| !qty.is_zero()) else { return Ok(()) };
        let out_of_range = |_| ServiceError::Internal("a transfer is out of range");
        let (side, dollars) = if moved.is_sign_negative() {
            let proceeds = Usd::proceeds(price, qty).map_err(out_of_range)?;
            (Side::Sell, Usd::ZERO.checked_sub(proceeds).map_err(out_of_range)?)
        } else {
            (Side::Buy, Usd::cost(price, qty).map_err(out_of_range)?)
        };
        let Some(order) = self.moved_in(symbol, side, qty) else { return Ok(()) };
        // A buy is paid for before, a sale's proceeds leave after it.
        if side == Side::Buy {
            self.books.tell(Command::Transfer(dollars)).await;
        }
        self.books.tell(Command::Adopt(Box::new(order.clone()))).await;
        self.books.tell(Command::Execute(Box::new(self.execution(&order, qty, price)))).await;
        if side == Side::Sell {
            self.books.tell(Command::Transfer(dollars)).await;
        }
        Ok(())
    }

    fn execution(&self, order: &Order, qty: Qty, price: Price) -> Execution {
        Execution {
            order: order.clone(),
            id: FillId::new(self.books.clock.new_id()),
            exec_id: order.client_order_id.to_string(),
            qty,
            price,
            fee: Usd::ZERO,
            fee_qty: Qty::ZERO,
            time: self.books.now(),
        }
    }

    fn market_price(&self, symbol: &Symbol) -> Option<Price> {
        let market = &self.books.market;
        Some(market.quote(market.catalog().find_exact(symbol)?).price)
    }

    /// Units that came from elsewhere, as an order that was done there.
    fn moved_in(&self, symbol: &Symbol, side: Side, qty: Qty) -> Option<Order> {
        let id = OrderId::new(self.books.clock.new_id());
        self.books.seen_first_at_venue(id, &format!("transfer-{id}"), symbol, side, qty)
    }
}

fn compare(dollar: &str, cash: Decimal, mut ours: BTreeMap<Symbol, Decimal>, theirs: &[Holding]) -> Vec<Difference> {
    let mut found = Vec::new();
    let dollars =
        theirs.iter().filter(|h| h.symbol.is_none() && h.asset == dollar).fold(Decimal::ZERO, |sum, h| sum.saturating_add(h.total));
    if dollars.saturating_sub(cash).abs() > CASH_TOLERANCE {
        found.push(Difference { asset: dollar.to_owned(), symbol: None, ours: cash, theirs: dollars, avg_price: None });
    }
    for holding in theirs.iter().filter(|h| h.symbol.is_some() || h.asset != dollar) {
        let kept = holding.symbol.as_ref().and_then(|symbol| ours.remove(symbol)).unwrap_or(Decimal::ZERO);
        let total = holding.total.trunc_with_scale(8);
        if total.saturating_sub(kept).abs() > UNIT_TOLERANCE {
            let asset = holding.symbol.as_ref().map_or_else(|| holding.asset.clone(), ToString::to_string);
            found.push(Difference { asset, symbol: holding.symbol.clone(), ours: kept, theirs: total, avg_price: holding.avg_price });
        }
    }
    for (symbol, kept) in ours.into_iter().filter(|(_, kept)| kept.abs() > UNIT_TOLERANCE) {
        let asset = symbol.to_string();
        found.push(Difference { asset, symbol: Some(symbol), ours: kept, theirs: Decimal::ZERO, avg_price: None });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holding(asset: &str, symbol: Option<&str>, total: &str) -> Holding {
        Holding {
            asset: asset.to_owned(),
            symbol: symbol.map(|text| text.parse().expect("valid")),
            total: total.parse().expect("valid"),
            locked: Decimal::ZERO,
            avg_price: None,
        }
    }

    fn ours(entries: &[(&str, &str)]) -> BTreeMap<Symbol, Decimal> {
        entries.iter().map(|(symbol, qty)| (symbol.parse().expect("valid"), qty.parse().expect("valid"))).collect()
    }

    fn assets(found: &[Difference]) -> Vec<(&str, String, String)> {
        found.iter().map(|d| (d.asset.as_str(), d.ours.normalize().to_string(), d.theirs.normalize().to_string())).collect()
    }

    #[test]
    fn what_agrees_is_no_difference_and_what_does_not_is_said_with_both_numbers() {
        let theirs = [holding("USDT", None, "100.005"), holding("BTC", Some("BTC/USD"), "1.0"), holding("XYZ", None, "7")];
        let found = compare("USDT", Decimal::ONE_HUNDRED, ours(&[("BTC/USD", "1"), ("ETH/USD", "2")]), &theirs);
        assert_eq!(assets(&found), [("XYZ", "0".to_owned(), "7".to_owned()), ("ETH/USD", "2".to_owned(), "0".to_owned())]);
        let less = compare("USDT", Decimal::ONE_HUNDRED, ours(&[]), &[holding("USDT", None, "90")]);
        assert_eq!(assets(&less), [("USDT", "100".to_owned(), "90".to_owned())]);
    }
}
