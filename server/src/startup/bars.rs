//! `speedtrade import-bars` and `export-bars`: bars that the operator has from elsewhere, and all that are kept.
//!
//! Imported bars stay, and from the first to the last of a file no provider is asked any more. Only charts of live feeds are
//! made of kept bars: a simulated market is a function of its seed, shows its own past, and none of what was imported.

use std::{fmt, fs::File, io};

use speedtrade::{
    instrument::Symbol,
    market::{Bar, Timeframe},
    time::Timestamp,
};

use super::{StartupError, open_store};
use crate::{
    config::{BarsArgs, ImportBarsArgs},
    market::InstrumentsError,
    services::bars_csv::{self, BarsCsvError},
    store::{self, Writes},
};

#[derive(Debug, thiserror::Error)]
pub enum BarsError {
    #[error("the desk does not list {0}")]
    UnknownSymbol(String),
    #[error("{0}")]
    Instruments(#[from] InstrumentsError),
    #[error("{0}")]
    Table(#[from] BarsCsvError),
    #[error("the file can't be opened: {0}")]
    Open(io::Error),
    #[error("the table could not be written: {0}")]
    Write(io::Error),
}

pub struct Imported {
    symbol: Symbol,
    timeframe: Timeframe,
    bars: Vec<Bar>,
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { symbol, timeframe, bars } = self;
        write!(f, "{} bars of {symbol} ({})", bars.len(), timeframe.as_str())?;
        if let Some((first, last)) = bars.first().zip(bars.last()) {
            write!(f, ", {} to {}", first.t, last.t)?;
        }
        f.write_str(". Charts show them where a live feed serves the symbol; a simulated market shows its own past.")
    }
}

/// All bars of the file, or none; as of `now`, since a bar that is not over yet is no bar to keep.
pub async fn import_bars(args: &ImportBarsArgs, now: Timestamp) -> Result<Imported, StartupError> {
    let imported = read(args, now).map_err(StartupError::Import)?;
    let Imported { symbol, timeframe, bars } = &imported;
    let db = open_store(&args.bars.store).await?;
    let mut tx = db.begin().await?;
    store::import_bars(&mut Writes::Tx(&mut tx), symbol, *timeframe, bars).await?;
    tx.commit().await?;
    db.close().await;
    Ok(imported)
}

fn read(args: &ImportBarsArgs, now: Timestamp) -> Result<Imported, BarsError> {
    let (symbol, timeframe) = (listed(&args.bars)?, args.bars.timeframe);
    let bars = if args.file.as_os_str() == "-" {
        bars_csv::read(io::stdin().lock(), timeframe, now)
    } else {
        bars_csv::read(File::open(&args.file).map_err(BarsError::Open)?, timeframe, now)
    };
    Ok(Imported { symbol, timeframe, bars: bars? })
}

/// Every kept bar of a symbol, whoever told it.
pub async fn export_bars(args: &BarsArgs, mut out: impl io::Write) -> Result<(), StartupError> {
    let symbol = listed(args).map_err(StartupError::Export)?;
    let db = open_store(&args.store).await?;
    let all = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let bars = store::list_bars(&db, &symbol, args.timeframe, all, usize::MAX).await?;
    db.close().await;
    let table = bars_csv::write(&bars).map_err(io::Error::from);
    let written = table.and_then(|table| out.write_all(&table).and_then(|()| out.flush()));
    written.map_err(|error| StartupError::Export(BarsError::Write(error)))
}

fn listed(args: &BarsArgs) -> Result<Symbol, BarsError> {
    let (catalog, symbol) = (args.listed.catalog()?, &args.symbol);
    let id = catalog.find(symbol).ok_or_else(|| BarsError::UnknownSymbol(symbol.chars().take(32).collect()))?;
    Ok(catalog.get(id).symbol.clone())
}
