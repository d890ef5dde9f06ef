//! Everything a trader sees.
