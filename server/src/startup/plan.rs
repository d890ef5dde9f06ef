//! What the person who started the desk decided about it, beyond its database and its edge.

use super::MarketPlan;
use crate::{config::ServeArgs, market::SimConfig, services::trading::PaperVenue};

/// Apple refuses it, others do not look.
const NOBODY: &str = "mailto:nobody@example.com";

#[derive(Debug, Clone)]
pub struct DeskPlan {
    pub market: MarketPlan,
    pub venue: PaperVenue,
    /// Whom push services may write to: `mailto:…` or `https://…`.
    pub push_contact: String,
}

impl From<MarketPlan> for DeskPlan {
    fn from(market: MarketPlan) -> Self {
        Self { market, venue: PaperVenue::default(), push_contact: NOBODY.to_owned() }
    }
}

impl From<SimConfig> for DeskPlan {
    fn from(sim: SimConfig) -> Self {
        MarketPlan::from(sim).into()
    }
}

/// As told, or else the desk's own address.
pub(super) fn push_contact(args: &ServeArgs, origin: Option<&str>) -> String {
    let told = args.push_contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
    told.or(origin.filter(|origin| origin.starts_with("https://"))).unwrap_or(NOBODY).to_owned()
}
