//! One line of the instrument table. Strict: an unknown column, word or impossible number is an error, never a default.

use std::{fmt, str::FromStr};

use rust_decimal::{Decimal, prelude::FromPrimitive};
use speedtrade::{
    instrument::{AssetType, Instrument, Symbol},
    money::{Percent, Price, Qty, Usd},
};

use super::Traits;

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("line 1: the columns have to be {columns}; {fault}", columns = COLUMNS.join(","))]
    Columns { fault: String },
    #[error("line {line}: {fault}")]
    Line { line: u64, fault: Fault },
}

/// What is wrong with a line.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("{0} is listed already")]
    Duplicate(Symbol),
    #[error("{symbol}: {fact} is out of range")]
    OutOfRange { symbol: Symbol, fact: &'static str },
    #[error("there are too many: a desk lists 20,000 instruments at most, the built-in ones among them")]
    TooMany,
    #[error("{0}")]
    Unreadable(String),
}

const COLUMNS: [&str; 11] =
    ["symbol", "name", "asset_type", "exchange", "sector", "price", "ann_vol", "beta", "median_volume", "tick", "lot"];
const NAME_LENGTH_MAX: usize = 120;
const WORD_LENGTH_MAX: usize = 40;
/// The most that a quantity holds; some coins trade more in a day.
const UNITS_MAX: u64 = 10_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Listing {
    Stock,
    Etf,
    Crypto,
}

impl FromStr for Listing {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "stock" => Ok(Self::Stock),
            "etf" => Ok(Self::Etf),
            "crypto" => Ok(Self::Crypto),
            _ => Err("has to be stock, etf or crypto"),
        }
    }
}

#[derive(Debug)]
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

/// A line's number and what it lists.
type Numbered = (u64, Result<(Instrument, Traits), Fault>);

/// The columns may be in any order. A byte order mark is no part of the first.
pub(super) fn read(table: &[u8]) -> Result<impl Iterator<Item = Numbered>, CatalogError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
    let head = reader.headers().map_err(|error| CatalogError::Columns { fault: unreadable(error).to_string() })?.clone();
    check_columns(&head)?;
    Ok(reader.into_records().map(move |record| match record {
        Ok(values) => (line(values.position()), Line { head: &head, values: &values }.row().and_then(Row::check)),
        Err(error) => (line(error.position()), Err(unreadable(error))),
    }))
}

fn check_columns(head: &csv::StringRecord) -> Result<(), CatalogError> {
    let unknown = head.iter().find(|column| !COLUMNS.contains(column)).map(|column| format!("there is no column {column:?}"));
    let missing = || COLUMNS.iter().find(|column| !head.iter().any(|is| is == **column)).map(|column| format!("{column} is missing"));
    let twice = || (head.len() > COLUMNS.len()).then(|| "one of them is there twice".to_owned());
    unknown.or_else(missing).or_else(twice).map_or(Ok(()), |words| Err(CatalogError::Columns { fault: words }))
}

fn line(position: Option<&csv::Position>) -> u64 {
    position.map_or(0, csv::Position::line)
}

fn unreadable(error: csv::Error) -> Fault {
    Fault::Unreadable(match error.into_kind() {
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8".to_owned(),
        csv::ErrorKind::UnequalLengths { len, .. } => format!("has {len} values instead of {}", COLUMNS.len()),
        csv::ErrorKind::Io(_) | csv::ErrorKind::Seek | csv::ErrorKind::Serialize(_) | csv::ErrorKind::Deserialize { .. } | _ => {
            "is no line of a table".to_owned()
        }
    })
}

struct Line<'a> {
    head: &'a csv::StringRecord,
    values: &'a csv::StringRecord,
}

impl Line<'_> {
    fn read<T: FromStr<Err: fmt::Display>>(&self, column: &str) -> Result<T, Fault> {
        let at = self.head.iter().position(|is| is == column);
        let text = at.and_then(|at| self.values.get(at)).unwrap_or_default();
        text.parse().map_err(|error| Fault::Unreadable(format!("{column}: {error}")))
    }

    fn row(&self) -> Result<Row, Fault> {
        Ok(Row {
            symbol: self.read("symbol")?,
            name: self.read("name")?,
            asset_type: self.read("asset_type")?,
            exchange: self.read("exchange")?,
            sector: self.read("sector")?,
            price: self.read("price")?,
            ann_vol: self.read("ann_vol")?,
            beta: self.read("beta")?,
            median_volume: self.read("median_volume")?,
            tick: self.read("tick")?,
            lot: self.read("lot")?,
        })
    }
}

impl Row {
    fn check(self) -> Result<(Instrument, Traits), Fault> {
        let is_text = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most && !text.contains(char::is_control);
        let facts = [
            ("asset_type", self.is_named_by_type()),
            ("name", is_text(&self.name, NAME_LENGTH_MAX)),
            ("exchange", is_text(&self.exchange, WORD_LENGTH_MAX)),
            ("sector", is_text(&self.sector, WORD_LENGTH_MAX)),
            ("price", self.price.is_on_tick(self.tick)),
            ("ann_vol", (0.005..=3.0).contains(&self.ann_vol)),
            ("beta", (-5.0..=5.0).contains(&self.beta)),
            ("median_volume", self.median_volume > 0),
            ("lot", !self.lot.is_zero()),
        ];
        if let Some((fact, _)) = facts.into_iter().find(|(_, holds)| !holds) {
            return Err(Fault::OutOfRange { symbol: self.symbol, fact });
        }
        let usual_volume = Qty::new(Decimal::from(self.median_volume.min(UNITS_MAX)));
        let volatility = Decimal::from_f64(self.ann_vol);
        let (Some(usual_volume), Some(volatility)) = (usual_volume, volatility) else {
            return Err(Fault::OutOfRange { symbol: self.symbol, fact: "median_volume or ann_vol" });
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

    /// Coins are named `BTC/USD`, and nothing else has a slash.
    fn is_named_by_type(&self) -> bool {
        match self.asset_type {
            Listing::Stock | Listing::Etf => AssetType::of_symbol(&self.symbol) == AssetType::Stock,
            Listing::Crypto => self.symbol.as_str().strip_suffix("/USD").is_some_and(|coin| !coin.is_empty() && !coin.contains('/')),
        }
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
