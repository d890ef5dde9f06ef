//! Instruments that the operator lists in a file of their own. All of them, or none and the reason.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{Catalog, CatalogError};

/// 20,000 lines of 400 bytes; the built-in ones have 90.
const BYTES_MAX: u64 = 8 << 20;

/// Why a file of instruments was not taken.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {fault}", file = .file.display())]
pub struct InstrumentsError {
    file: PathBuf,
    fault: FileFault,
}

#[derive(Debug, thiserror::Error)]
enum FileFault {
    #[error("can't be read: {0}")]
    Read(io::Error),
    #[error("is larger than {} MiB", BYTES_MAX >> 20)]
    TooLarge,
    #[error("{0}")]
    Table(CatalogError),
}

impl Catalog {
    pub fn with_file(self, file: &Path) -> Result<Self, InstrumentsError> {
        let fault = |fault| InstrumentsError { file: file.to_owned(), fault };
        let table = read(file).map_err(fault)?;
        self.with(&table).map_err(|error| fault(FileFault::Table(error)))
    }
}

fn read(file: &Path) -> Result<Vec<u8>, FileFault> {
    let mut table = Vec::new();
    File::open(file).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut table)).map_err(FileFault::Read)?;
    if table.len() as u64 > BYTES_MAX { Err(FileFault::TooLarge) } else { Ok(table) }
}
