//! What the account owns, asset by asset: free, held for orders, and what it cost.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

#[derive(Debug, Clone, Default)]
pub struct Holding {
    pub free: Decimal,
    pub held: Decimal,
    /// Of all of it, in the quote asset: average entry price times quantity.
    pub cost: Decimal,
}

impl Holding {
    pub fn total(&self) -> Decimal {
        self.free + self.held
    }

    pub fn average_entry(&self) -> Decimal {
        if self.total().is_zero() { Decimal::ZERO } else { (self.cost / self.total()).round_dp(9).normalize() }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Funds(pub BTreeMap<String, Holding>);

impl Funds {
    pub fn of(amounts: &[(&str, &str)]) -> Self {
        let mut funds = Self::default();
        for (asset, amount) in amounts {
            funds.entry(asset).free = super::instrument::decimal(amount);
        }
        funds
    }

    pub fn entry(&mut self, asset: &str) -> &mut Holding {
        self.0.entry(asset.to_owned()).or_default()
    }

    pub fn get(&self, asset: &str) -> Holding {
        self.0.get(asset).cloned().unwrap_or_default()
    }

    pub fn hold(&mut self, asset: &str, amount: Decimal) {
        let holding = self.entry(asset);
        holding.free -= amount;
        holding.held += amount;
    }

    pub fn add(&mut self, asset: &str, amount: Decimal, cost: Decimal) {
        let holding = self.entry(asset);
        holding.free += amount;
        holding.cost += cost;
    }

    /// Takes at the average cost, so that the rest keeps its average.
    pub fn take(&mut self, asset: &str, amount: Decimal) {
        let holding = self.entry(asset);
        let average = holding.average_entry();
        holding.free -= amount;
        holding.cost = (holding.total() * average).max(Decimal::ZERO);
    }
}
