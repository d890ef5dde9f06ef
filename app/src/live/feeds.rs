//! How the host's live feeds are, as far as a page shows it.

use serde::Deserialize;
use speedtrade::instrument::AssetType;

/// One feed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct FeedState {
    health: String,
    speaks_for: Vec<AssetType>,
    silent_ms: Option<i64>,
}

impl FeedState {
    /// Prices of this type are not current now. One that is not connected because nobody looked is no trouble.
    pub(super) fn is_trouble_for(&self, asset_type: AssetType) -> bool {
        self.is_trouble() && self.speaks_for.contains(&asset_type)
    }

    pub(super) fn is_trouble(&self) -> bool {
        !self.speaks_for.is_empty() && self.health != "live" && self.health != "idle"
    }

    /// Milliseconds without a word when it was told.
    #[cfg(any(feature = "hydrate", test))]
    pub(super) fn silent_ms(&self) -> i64 {
        self.silent_ms.unwrap_or(0)
    }
}
