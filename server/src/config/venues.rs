//! Where the venues are. Only who starts the desk can say so, and only for tests is it anywhere but where the venue is.

use std::time::Duration;

use clap::Args;
use speedtrade::venue::Venue;

use crate::services::live::Timing;

#[derive(Debug, Clone, Default, Args)]
pub struct VenueArgs {
    #[arg(long, env = "ALPACA_TRADING_URL", hide = true)]
    pub alpaca_trading_url: Option<String>,
    #[arg(long, env = "ALPACA_PAPER_URL", hide = true)]
    pub alpaca_paper_url: Option<String>,
    #[arg(long, env = "ALPACA_TRADING_STREAM_URL", hide = true)]
    pub alpaca_trading_stream_url: Option<String>,
    #[arg(long, env = "BINANCE_API_URL", hide = true)]
    pub binance_api_url: Option<String>,
    #[arg(long, env = "BINANCE_WS_API_URL", hide = true)]
    pub binance_ws_api_url: Option<String>,
    #[arg(long, env = "COINBASE_API_URL", hide = true)]
    pub coinbase_api_url: Option<String>,
    #[arg(long, env = "COINBASE_USER_URL", hide = true)]
    pub coinbase_user_url: Option<String>,
    #[arg(long, env = "KRAKEN_API_URL", hide = true)]
    pub kraken_api_url: Option<String>,
    #[arg(long, env = "KRAKEN_WS_URL", hide = true)]
    pub kraken_ws_url: Option<String>,
    /// After how long an order that no venue shows may be taken for absent.
    #[arg(long, env = "ABSENT_AFTER_MS", hide = true)]
    pub absent_after_ms: Option<u32>,
    /// How long a host keeps an account without renewing.
    #[arg(long, env = "ACCOUNT_LEASE_MS", hide = true)]
    pub account_lease_ms: Option<u32>,
}

impl VenueArgs {
    /// Quicker than the default only for tests: every span keeps its share of the whole.
    pub fn timing(&self) -> Timing {
        let mut timing = Timing::default();
        if let Some(lease) = self.account_lease_ms {
            timing.account_lease_us = i64::from(lease) * 1_000;
        }
        if let Some(absent) = self.absent_after_ms {
            let (whole, pause) = (i64::from(absent) * 1_000, Duration::from_millis(u64::from(absent) / 16));
            timing.absent_after_us = whole;
            timing.absent_span_us = whole / 2;
            timing.attempt_lease_us = timing.attempt_lease_us.min(whole);
            timing.lookup_pause = timing.lookup_pause.min(pause);
            timing.lookup_pause_max = timing.lookup_pause_max.min(pause * 4);
        }
        timing
    }

    /// Venues that are somewhere else than they really are: what is sent there moves no money.
    pub fn elsewhere(&self) -> Vec<Venue> {
        let is_moved = |venue: &Venue| match venue {
            Venue::Alpaca => self.alpaca_trading_url.is_some(),
            Venue::Binance => self.binance_api_url.is_some(),
            Venue::Coinbase => self.coinbase_api_url.is_some(),
            Venue::Kraken => self.kraken_api_url.is_some(),
        };
        Venue::ALL.into_iter().filter(is_moved).collect()
    }
}
