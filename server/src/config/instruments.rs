//! What the operator lists beside what the program knows by itself.

use std::path::PathBuf;

use clap::Args;

use crate::market::{Catalog, InstrumentsError};

#[derive(Debug, Clone, Default, Args)]
pub struct InstrumentsArgs {
    /// A CSV file of your own further instruments, with the columns
    /// `symbol,name,asset_type,exchange,sector,price,ann_vol,beta,median_volume,tick,lot`. At most 20,000 are listed in all.
    #[arg(long, env = "SPEEDTRADE_INSTRUMENTS", value_name = "FILE")]
    pub instruments: Option<PathBuf>,
}

impl InstrumentsArgs {
    pub fn catalog(&self) -> Result<Catalog, InstrumentsError> {
        let built_in = Catalog::embedded();
        match &self.instruments {
            Some(file) if !file.as_os_str().is_empty() => built_in.with_file(file),
            Some(_) | None => Ok(built_in),
        }
    }
}
