//! Which live feeds tell prices, where they are and as whom the desk comes. Keys belong into the environment: a command line
//! is for everybody to see.

use clap::Args;

use crate::market::feeds::{FeedKind, binance::Names};

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Live feeds")]
pub struct FeedArgs {
    /// Who tells the prices of stocks: alpaca, massive, in the order in which they stand in for each other; yahoo behind
    /// them for history. Simulated without.
    #[arg(long, env = "STOCK_FEEDS", value_delimiter = ',', value_name = "FEEDS")]
    pub stock_feeds: Vec<FeedKind>,
    /// Who tells the prices of crypto: binance, coinbase, alpaca, massive, likewise.
    #[arg(long, env = "CRYPTO_FEEDS", value_delimiter = ',', value_name = "FEEDS")]
    pub crypto_feeds: Vec<FeedKind>,
    #[arg(long, env = "ALPACA_KEY_ID", hide_env_values = true)]
    pub alpaca_key_id: Option<String>,
    #[arg(long, env = "ALPACA_SECRET_KEY", hide_env_values = true)]
    pub alpaca_secret_key: Option<String>,
    /// Alpaca's consolidated tape instead of IEX alone; needs a paid plan.
    #[arg(long, env = "ALPACA_SIP")]
    pub alpaca_sip: bool,
    #[arg(long, env = "ALPACA_STREAM_URL", hide = true)]
    pub alpaca_stream_url: Option<String>,
    #[arg(long, env = "ALPACA_DATA_URL", hide = true)]
    pub alpaca_data_url: Option<String>,
    /// The asset that stands for the dollar at Binance.
    #[arg(long, env = "BINANCE_QUOTE_ASSET", default_value = "USDT")]
    pub binance_quote_asset: Names,
    #[arg(long, env = "BINANCE_STREAM_URL", hide = true)]
    pub binance_stream_url: Option<String>,
    #[arg(long, env = "BINANCE_URL", hide = true)]
    pub binance_url: Option<String>,
    #[arg(long, env = "COINBASE_STREAM_URL", hide = true)]
    pub coinbase_stream_url: Option<String>,
    #[arg(long, env = "COINBASE_URL", hide = true)]
    pub coinbase_url: Option<String>,
    #[arg(long, env = "MASSIVE_KEY", hide_env_values = true)]
    pub massive_key: Option<String>,
    #[arg(long, env = "MASSIVE_STREAM_URL", hide = true)]
    pub massive_stream_url: Option<String>,
    #[arg(long, env = "MASSIVE_URL", hide = true)]
    pub massive_url: Option<String>,
    #[arg(long, env = "YAHOO_URL", hide = true)]
    pub yahoo_url: Option<String>,
}
