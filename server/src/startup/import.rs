//! `speedtrade import-bars`: bars that the operator has from elsewhere. They fill what no provider tells: a provider's bar of
//! the same time replaces them, and a simulated market shows its own.

use std::{fmt, fs::File, io};

use speedtrade::{market::Timeframe, time::Timestamp};

use super::{StartupError, open_store};
use crate::{
    config::ImportBarsArgs,
    market::Catalog,
    services::bars_csv::{self, BarsCsvError},
    store::{self, Writes},
};

/// What imported bars are marked with.
const SOURCE: &str = "import";

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the desk does not list {0}")]
    UnknownSymbol(String),
    #[error("{0}")]
    Table(#[from] BarsCsvError),
    #[error("the file can't be opened: {0}")]
    Open(io::Error),
}

pub struct Imported {
    symbol: String,
    timeframe: Timeframe,
    bars: usize,
    span: (Timestamp, Timestamp),
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { symbol, timeframe, bars, span: (from, to) } = self;
        write!(f, "{bars} bars of {symbol} ({}), {from} to {to}. ", timeframe.as_str())?;
        write!(f, "Charts show them where a live feed serves the symbol and its provider tells none of its own.")
    }
}

/// All bars of the file, or none.
pub async fn import_bars(args: &ImportBarsArgs) -> Result<Imported, StartupError> {
    let catalog = Catalog::embedded();
    let id = catalog.find(&args.symbol).ok_or_else(|| ImportError::UnknownSymbol(args.symbol.chars().take(32).collect()))?;
    let symbol = &catalog.get(id).symbol;
    let bars = if args.file.as_os_str() == "-" {
        bars_csv::read(io::stdin().lock(), args.timeframe)
    } else {
        bars_csv::read(File::open(&args.file).map_err(ImportError::Open)?, args.timeframe)
    };
    let bars = bars.map_err(ImportError::Table)?;
    let (Some(first), Some(last)) = (bars.first(), bars.last()) else { return Err(ImportError::Table(BarsCsvError::Empty).into()) };
    let db = open_store(&args.store).await?;
    let mut tx = db.begin().await?;
    store::insert_bars(&mut Writes::Tx(&mut tx), symbol, args.timeframe, SOURCE, &bars).await?;
    tx.commit().await?;
    db.close().await;
    Ok(Imported { symbol: symbol.to_string(), timeframe: args.timeframe, bars: bars.len(), span: (first.t, last.t) })
}
