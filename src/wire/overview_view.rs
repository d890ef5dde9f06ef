//! All accounts of a user side by side. Real money is never added to money that is not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AccountView, PortfolioView, PositionView};
use crate::{
    ids::AccountId,
    instrument::Symbol,
    money::{OutOfRange, Qty, Usd},
    time::Timestamp,
    venue::{Environment, Venue},
};

/// What moves when an account trades.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Money {
    Live,
    /// An account at a venue that moves none.
    Practice,
    #[default]
    Paper,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewView {
    /// One for each kind of money that the user has accounts of: live, practice, paper.
    pub groups: Vec<OverviewGroup>,
    pub as_of: Timestamp,
}

/// The sums are over `accounts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewGroup {
    pub money: Money,
    pub equity: Usd,
    pub cash: Usd,
    pub market_value: Usd,
    pub day_pl: Usd,
    pub total_pl: Usd,
    pub accounts: Vec<OverviewAccount>,
    /// Over all of them, the largest first.
    pub holdings: Vec<OverviewHolding>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewAccount {
    pub account_id: AccountId,
    pub label: String,
    /// Absent for the desk's own paper account.
    pub venue: Option<Venue>,
    pub equity: Usd,
    pub cash: Usd,
    pub market_value: Usd,
    pub day_pl: Usd,
    pub total_pl: Usd,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewHolding {
    pub symbol: Symbol,
    pub qty: Qty,
    pub market_value: Usd,
    pub unrealized_pl: Usd,
    /// How many accounts hold it.
    pub accounts: usize,
}

/// One account with what it is worth and holds.
pub type AccountWorth = (AccountView, PortfolioView, Vec<PositionView>);

impl AccountView {
    pub fn money(&self) -> Money {
        match self.connection.as_ref().map(|at| at.environment) {
            None => Money::Paper,
            Some(Environment::Practice) => Money::Practice,
            Some(Environment::Live) => Money::Live,
        }
    }
}

impl OverviewView {
    pub fn new(accounts: &[AccountWorth], as_of: Timestamp) -> Result<Self, OutOfRange> {
        let mut groups: BTreeMap<Money, Vec<&AccountWorth>> = BTreeMap::new();
        for account in accounts {
            groups.entry(account.0.money()).or_default().push(account);
        }
        let groups = groups.into_iter().map(|(money, accounts)| OverviewGroup::new(money, &accounts)).collect::<Result<_, _>>()?;
        Ok(Self { groups, as_of })
    }
}

impl OverviewGroup {
    fn new(money: Money, accounts: &[&AccountWorth]) -> Result<Self, OutOfRange> {
        let sum = |read: fn(&PortfolioView) -> Usd| accounts.iter().try_fold(Usd::ZERO, |sum, (_, worth, _)| sum.checked_add(read(worth)));
        Ok(Self {
            money,
            equity: sum(|worth| worth.equity)?,
            cash: sum(|worth| worth.cash)?,
            market_value: sum(|worth| worth.market_value)?,
            day_pl: sum(|worth| worth.day_pl)?,
            total_pl: sum(|worth| worth.total_pl)?,
            accounts: accounts.iter().map(|(account, worth, _)| OverviewAccount::new(account, worth)).collect(),
            holdings: holdings(accounts.iter().flat_map(|(_, _, positions)| positions))?,
        })
    }
}

impl OverviewAccount {
    fn new(account: &AccountView, worth: &PortfolioView) -> Self {
        Self {
            account_id: account.id,
            label: account.label.clone(),
            venue: account.connection.as_ref().map(|at| at.venue),
            equity: worth.equity,
            cash: worth.cash,
            market_value: worth.market_value,
            day_pl: worth.day_pl,
            total_pl: worth.total_pl,
        }
    }
}

fn holdings<'a>(positions: impl Iterator<Item = &'a PositionView>) -> Result<Vec<OverviewHolding>, OutOfRange> {
    let mut held: BTreeMap<&Symbol, OverviewHolding> = BTreeMap::new();
    for position in positions {
        let empty = || OverviewHolding {
            symbol: position.symbol.clone(),
            qty: Qty::ZERO,
            market_value: Usd::ZERO,
            unrealized_pl: Usd::ZERO,
            accounts: 0,
        };
        let holding = held.entry(&position.symbol).or_insert_with(empty);
        holding.qty = holding.qty.checked_add(position.qty)?;
        holding.market_value = holding.market_value.checked_add(position.market_value)?;
        holding.unrealized_pl = holding.unrealized_pl.checked_add(position.unrealized_pl)?;
        holding.accounts += 1;
    }
    let mut holdings: Vec<_> = held.into_values().collect();
    holdings.sort_by(|a, b| b.market_value.cmp(&a.market_value).then_with(|| a.symbol.cmp(&b.symbol)));
    Ok(holdings)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("valid")
    }

    /// Named by its last digit; `venue` and environment where it has one.
    fn account(digit: u8, at: Option<(&str, &str)>) -> AccountView {
        let id = format!("019a9c1e-8f00-7000-8000-00000000000{digit}");
        let connection = at.map(|(venue, environment)| {
            serde_json::json!({"venue": venue, "environment": environment, "venue_account": "A", "key_hint": "1", "told":
                {"may_trade": true, "may_withdraw": false, "notes": [], "holdings": []}, "verified_at": "2026-11-25T12:00:00Z", "health": null})
        });
        serde_json::from_value(serde_json::json!({"id": id, "account_type": "x", "is_paper": false, "label": format!("No. {digit}"),
            "created_at": "2026-11-25T12:00:00Z", "connection": connection}))
        .expect("an account")
    }

    fn worth(equity: &str, day: &str) -> PortfolioView {
        serde_json::from_value(serde_json::json!({"cash": "1.00", "buying_power": "1.00", "equity": equity, "market_value": "2.00",
            "day_pl": day, "day_pl_pct": "0", "total_pl": "3.00", "total_pl_pct": "0", "deposits": "0.00", "day_base": "0.00",
            "as_of": "2026-11-25T12:00:00Z"}))
        .expect("a portfolio")
    }

    fn held(symbol: &str, qty: &str, value: &str) -> PositionView {
        serde_json::from_value(serde_json::json!({"symbol": symbol, "name": symbol, "asset_type": "stock", "side": "long", "qty": qty,
            "qty_available": qty, "avg_entry_price": null, "current_price": "1", "market_value": value, "cost_basis": "0.00",
            "unrealized_pl": "-1.00", "unrealized_plpc": "0", "realized_pl": "0.00"}))
        .expect("a position")
    }

    #[test]
    fn real_money_has_sums_of_its_own_and_comes_first() {
        let accounts = [
            (account(1, None), worth("100.00", "5.00"), vec![held("KO", "1", "60.00")]),
            (account(2, Some(("alpaca", "live"))), worth("10.00", "-1.00"), vec![held("KO", "2", "120.00"), held("AAPL", "1", "270.00")]),
            (account(3, Some(("binance", "practice"))), worth("7.00", "0.00"), vec![]),
            (account(4, Some(("kraken", "live"))), worth("20.50", "0.25"), vec![held("KO", "3", "180.00")]),
        ];
        let overview = OverviewView::new(&accounts, Timestamp::from_micros(0)).expect("in range");
        let kinds: Vec<_> = overview.groups.iter().map(|group| (group.money, group.accounts.len())).collect();
        assert_eq!(kinds, [(Money::Live, 2), (Money::Practice, 1), (Money::Paper, 1)]);
        let live = &overview.groups[0];
        assert_eq!((live.equity, live.day_pl, live.cash), (usd("30.50"), usd("-0.75"), usd("2.00")));
        assert_eq!(live.accounts.iter().map(|account| account.venue).collect::<Vec<_>>(), [Some(Venue::Alpaca), Some(Venue::Kraken)]);
        let held: Vec<_> = live.holdings.iter().map(|h| (h.symbol.as_str(), h.qty.to_string(), h.market_value, h.accounts)).collect();
        assert_eq!(held, [("KO", "5".to_owned(), usd("300.00"), 2), ("AAPL", "1".to_owned(), usd("270.00"), 1)]);
    }

    #[test]
    fn sums_that_do_not_fit_are_said_to_be_out_of_range() {
        let most = Usd::from_atoms(i64::MAX).to_string();
        let accounts = [(account(1, None), worth(&most, "0.00"), vec![]), (account(2, None), worth(&most, "0.00"), vec![])];
        assert_eq!(OverviewView::new(&accounts, Timestamp::from_micros(0)), Err(OutOfRange));
    }
}
