//! Where the venues are. Only who starts the desk can say so, and only for tests is it anywhere but where the venue is.

use clap::Args;
use speedtrade::venue::Venue;

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
}

impl VenueArgs {
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
