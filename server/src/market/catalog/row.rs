//! One line of the instrument table. Strict: an unknown column, word or impossible number is an error, never a default.

use rust_decimal::{Decimal, prelude::FromPrimitive};
use serde::Deserialize;
use speedtrade::{
    instrument::{AssetType, Instrument, Symbol},
    money::{Percent, Price, Qty, Usd},
};

use super::Traits;

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("the instrument table is not readable")]
    Csv(#[from] csv::Error),
    #[error("{0} is twice in the instrument table")]
    Duplicate(Symbol),
    #[error("{symbol}: {fact} is out of range")]
    OutOfRange { symbol: Symbol, fact: &'static str },
}

/// The most that a quantity holds; some coins trade more in a day.
const UNITS_MAX: u64 = 10_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Listing {
    Stock,
    Etf,
    Crypto,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    symbol: Symbol,
    name: String,
    asset_type: Listing,
    exchange: String,
    sector: String,
    price: Price,
    ann_vol: f64,
    beta: f64,
    median_volume: u64,
    tick: Price,
    lot: Qty,
}

pub(super) fn read(table: &str) -> impl Iterator<Item = Result<(Instrument, Traits), CatalogError>> {
    csv::Reader::from_reader(table.as_bytes()).into_deserialize::<Row>().map(|row| row.map_err(CatalogError::from)?.check())
}

impl Row {
    fn check(self) -> Result<(Instrument, Traits), CatalogError> {
        let facts = [
            ("name", !self.name.trim().is_empty()),
            ("exchange", !self.exchange.trim().is_empty()),
            ("sector", !self.sector.trim().is_empty()),
            ("price", self.price.is_on_tick(self.tick)),
            ("ann_vol", (0.005..=3.0).contains(&self.ann_vol)),
            ("beta", (-5.0..=5.0).contains(&self.beta)),
            ("median_volume", self.median_volume > 0),
            ("lot", !self.lot.is_zero()),
        ];
        if let Some((fact, _)) = facts.into_iter().find(|(_, holds)| !holds) {
            return Err(CatalogError::OutOfRange { symbol: self.symbol, fact });
        }
        let usual_volume = Qty::new(Decimal::from(self.median_volume.min(UNITS_MAX)));
        let volatility = Decimal::from_f64(self.ann_vol);
        let (Some(usual_volume), Some(volatility)) = (usual_volume, volatility) else {
            return Err(CatalogError::OutOfRange { symbol: self.symbol, fact: "median_volume or ann_vol" });
        };
        let traits = Traits {
            price: self.price,
            ann_vol: self.ann_vol,
            beta: self.beta,
            median_volume: self.median_volume,
            is_fund: self.asset_type == Listing::Etf,
            usual_volume,
            volatility_pct: Percent::ratio(volatility, Decimal::ONE),
        };
        Ok((self.into_instrument(), traits))
    }

    fn into_instrument(self) -> Instrument {
        Instrument {
            symbol: self.symbol,
            name: self.name,
            asset_type: match self.asset_type {
                Listing::Stock | Listing::Etf => AssetType::Stock,
                Listing::Crypto => AssetType::Crypto,
            },
            exchange: self.exchange,
            sector: self.sector,
            tick: self.tick,
            lot: self.lot,
            notional_min: Usd::from_atoms(100_000_000),
        }
    }
}
