//! What a venue charges for a fill, in dollars. Rounded up, never down.

use crate::{
    instrument::AssetType,
    money::{OutOfRange, Qty, Usd},
    order::Side,
    venue::Venue,
};

/// Whether the fill took what was offered or was waiting there itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Liquidity {
    Taker,
    Maker,
}

/// The fees of one venue for one kind of asset. Rates are basis points of the value traded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeSchedule {
    pub maker_bps: i64,
    pub taker_bps: i64,
    /// Dollars for each unit sold, in whole cents per order, at most `sell_cap` per order.
    pub sell_per_unit: Usd,
    pub sell_cap: Usd,
}

impl FeeSchedule {
    pub const FREE: FeeSchedule = FeeSchedule { maker_bps: 0, taker_bps: 0, sell_per_unit: Usd::ZERO, sell_cap: Usd::ZERO };

    /// The paper venue charges what a US retail account pays: stocks without commission but with FINRA's trading activity fee
    /// on sells ($0.000166 a share, at most $8.30 an order; FINRA By-Laws, Schedule A), crypto 15 bps for makers and 25 bps
    /// for takers (Alpaca's first tier).
    pub fn paper(asset_type: AssetType) -> Self {
        match asset_type {
            AssetType::Stock => Self { sell_per_unit: Usd::from_atoms(16_600), sell_cap: Usd::from_atoms(830_000_000), ..Self::FREE },
            AssetType::Crypto => Self { maker_bps: 15, taker_bps: 25, ..Self::FREE },
        }
    }

    /// What an order at a venue is reckoned with before its fills are known: the first tier's rates, as published in 2026.
    pub fn at(venue: Venue, asset_type: AssetType) -> Self {
        let (maker_bps, taker_bps) = match (venue, asset_type) {
            (_, AssetType::Stock) => return Self::paper(asset_type),
            (Venue::Alpaca, AssetType::Crypto) => (15, 25),
            (Venue::Binance, AssetType::Crypto) => (10, 10),
            (Venue::Coinbase, AssetType::Crypto) => (60, 120),
            (Venue::Kraken, AssetType::Crypto) => (25, 40),
        };
        Self { maker_bps, taker_bps, ..Self::FREE }
    }

    /// The fee of a fill of `qty` for `value` dollars, in an order of which `filled_before` was filled before. A sale never
    /// costs more than it brings.
    pub fn fee(&self, side: Side, liquidity: Liquidity, filled_before: Qty, qty: Qty, value: Usd) -> Result<Usd, OutOfRange> {
        let bps = match liquidity {
            Liquidity::Taker => self.taker_bps,
            Liquidity::Maker => self.maker_bps,
        };
        let rate = value.bps_up(bps)?;
        match side {
            Side::Buy => Ok(rate),
            Side::Sell => {
                let before = self.per_units(filled_before)?;
                let units = self.per_units(filled_before.checked_add(qty)?)?.checked_sub(before)?;
                Ok(rate.checked_add(units)?.min(value))
            }
        }
    }

    /// Counted over the whole order, so that many small fills cost no more than one.
    fn per_units(&self, qty: Qty) -> Result<Usd, OutOfRange> {
        if self.sell_per_unit == Usd::ZERO {
            return Ok(Usd::ZERO);
        }
        let exact = self.sell_per_unit.decimal().checked_mul(qty.decimal()).ok_or(OutOfRange)?;
        let up = exact.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::ToPositiveInfinity);
        Ok(Usd::new(up).ok_or(OutOfRange)?.min(self.sell_cap))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn fee(asset_type: AssetType, side: Side, liquidity: Liquidity, before: &str, qty: &str, value: &str) -> String {
        let (before, qty) = (before.parse().expect("valid"), qty.parse().expect("valid"));
        let fee = FeeSchedule::paper(asset_type).fee(side, liquidity, before, qty, value.parse().expect("valid"));
        fee.expect("in range").to_string()
    }

    #[rstest]
    #[case(AssetType::Stock, Side::Buy, Liquidity::Taker, "0", "100", "10000", "0.00")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Taker, "0", "100", "10000", "0.02")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Taker, "0", "0.5", "50", "0.01")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Maker, "0.5", "0.5", "50", "0.00")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Taker, "0", "50000", "100000", "8.30")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Taker, "0", "50001", "100000", "8.30")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Taker, "50000", "1", "100000", "0.00")]
    #[case(AssetType::Stock, Side::Sell, Liquidity::Taker, "0", "0.00001", "0.00685", "0.00685")]
    #[case(AssetType::Crypto, Side::Buy, Liquidity::Taker, "0", "1", "1000", "2.50")]
    #[case(AssetType::Crypto, Side::Sell, Liquidity::Maker, "0", "1", "1000", "1.50")]
    #[case(AssetType::Crypto, Side::Buy, Liquidity::Taker, "0", "1", "0.00000001", "0.00000001")]
    fn fees_follow_the_schedule(
        #[case] asset_type: AssetType,
        #[case] side: Side,
        #[case] liquidity: Liquidity,
        #[case] before: &str,
        #[case] qty: &str,
        #[case] value: &str,
        #[case] expected: &str,
    ) {
        assert_eq!(fee(asset_type, side, liquidity, before, qty, value), expected);
    }
}
