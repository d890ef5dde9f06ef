//! What the person who started the desk decided about it, beyond its database and its edge.

use std::sync::Arc;

use speedtrade::market::Calendar;

use super::MarketPlan;
use crate::{
    config::{ServeArgs, VenueArgs},
    market::{InstrumentsError, SimConfig},
    services::{live::Timing, trading::PaperVenue},
};

const MILLI_US: i64 = 1_000;

/// Apple refuses it, others do not look.
const NOBODY: &str = "mailto:nobody@example.com";

#[derive(Debug, Clone)]
pub struct DeskPlan {
    pub market: MarketPlan,
    pub venue: PaperVenue,
    pub venues: VenueArgs,
    /// How patient live accounts are.
    pub timing: Timing,
    /// Whom push services may write to: `mailto:…` or `https://…`.
    pub push_contact: String,
}

impl DeskPlan {
    /// `origin` is where people reach the desk.
    pub(super) fn of(args: &ServeArgs, origin: Option<&str>) -> Result<Self, InstrumentsError> {
        let calendar = if args.nyse_hours { Calendar::Nyse } else { Calendar::AlwaysOpen };
        let sim = SimConfig { seed: args.seed, calendar };
        let catalog = Some(Arc::new(args.listed.catalog()?));
        Ok(Self {
            market: MarketPlan { sim, replay: args.replay.clone(), feeds: args.feeds.clone(), catalog },
            venue: PaperVenue { latency_us: i64::from(args.paper_latency_ms) * MILLI_US, is_forgetful: false },
            venues: args.venues.clone(),
            timing: args.venues.timing(),
            push_contact: push_contact(args, origin),
        })
    }
}

impl From<MarketPlan> for DeskPlan {
    fn from(market: MarketPlan) -> Self {
        Self {
            market,
            venue: PaperVenue::default(),
            venues: VenueArgs::default(),
            timing: Timing::default(),
            push_contact: NOBODY.to_owned(),
        }
    }
}

impl From<SimConfig> for DeskPlan {
    fn from(sim: SimConfig) -> Self {
        MarketPlan::from(sim).into()
    }
}

/// As told, or else the desk's own address.
fn push_contact(args: &ServeArgs, origin: Option<&str>) -> String {
    let told = args.push_contact.as_deref().map(str::trim).filter(|contact| !contact.is_empty());
    told.or(origin.filter(|origin| origin.starts_with("https://"))).unwrap_or(NOBODY).to_owned()
}
