//! What the person who starts the desk decides: the command line, and the environment behind it.

mod feeds;
mod instruments;
mod venues;

use std::{net::IpAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use speedtrade::market::Timeframe;

use crate::market::feeds::{binance::Names, replay::Speed};
pub use feeds::FeedArgs;
pub use instruments::InstrumentsArgs;
pub use venues::VenueArgs;

#[derive(Debug, Parser)]
#[command(name = "speedtrade", version, about = "A self-hosted trading desk: simulated or live market, paper orders.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the desk.
    Serve(Box<ServeArgs>),
    /// Bring the database to this version and stop.
    Migrate(StoreArgs),
    /// Check the books: every invariant of every account. Reads only; the exit code is 3 when something is wrong.
    Verify(VerifyArgs),
    /// Play a recorded stream through the decoder of its feed and check what comes out. The exit code is 3 when a frame is
    /// unknown or a book wrong.
    Replay(ReplayArgs),
    /// Put bars of a symbol from a CSV file (t,o,h,l,c,v) into the store: all of them, or none. They replace what a provider
    /// told, and from the first to the last none is asked any more. The desk may be running.
    ImportBars(ImportBarsArgs),
    /// Write the kept bars of a symbol as such a file. Of a simulated market none are kept.
    ExportBars(BarsArgs),
    /// Make a new master key for the keys of connected accounts. Nothing else changes; the desk may be running.
    RotateKeys(RotateKeysArgs),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Debug, Clone, Args)]
pub struct StoreArgs {
    /// Folder of the database and the desk's secret; made when absent.
    #[arg(long, env = "DATA_DIR", default_value = "./data")]
    pub data_dir: PathBuf,
    /// postgres://… instead of the SQLite file in the data folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
}

#[derive(Debug, Clone, Args)]
pub struct MasterKeyArgs {
    /// The file of the master key, which the keys of connected accounts are sealed under; made when absent. Without it the key
    /// lies in secrets.toml of the data folder. Hosts that share a database share this file.
    #[arg(long, env = "MASTER_KEY_FILE", value_name = "FILE")]
    pub master_key_file: Option<PathBuf>,
}

#[derive(Debug, Clone, Args)]
pub struct RotateKeysArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    #[command(flatten)]
    pub master_key: MasterKeyArgs,
    /// Seal every secret anew too, each user's under a new data key.
    #[arg(long)]
    pub data_keys: bool,
}

#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    /// The desk was served with --nyse-hours.
    #[arg(long)]
    pub nyse_hours: bool,
    #[command(flatten)]
    pub listed: InstrumentsArgs,
}

#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// Lines of nanoseconds, a space and a frame of Binance's combined stream; plain or gzip.
    pub file: PathBuf,
    /// 1 is as recorded, 10 ten times as fast, max as fast as it goes.
    #[arg(long, default_value = "max")]
    pub speed: Speed,
    /// The asset that stands for the dollar in the recording.
    #[arg(long, default_value = "USDT")]
    pub quote_asset: Names,
}

#[derive(Debug, Clone, Args)]
pub struct BarsArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    /// AAPL, BTC/USD or BTC-USD.
    #[arg(long)]
    pub symbol: String,
    /// 1m, 5m, 15m, 1h, 1d or 1w.
    #[arg(long)]
    pub timeframe: Timeframe,
    #[command(flatten)]
    pub listed: InstrumentsArgs,
}

#[derive(Debug, Clone, Args)]
pub struct ImportBarsArgs {
    #[command(flatten)]
    pub bars: BarsArgs,
    /// The file, or - for what is piped in.
    pub file: PathBuf,
}

#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub store: StoreArgs,
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// Address to listen on. Other machines reach the desk only when this is not 127.0.0.1.
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// Make a demo account with a public password. For your own machine only.
    #[arg(long)]
    pub demo: bool,
    /// Stocks trade in the hours of the New York Stock Exchange instead of around the clock.
    #[arg(long)]
    pub nyse_hours: bool,
    /// How long the paper venue takes before an order can trade, in milliseconds, at most 60,000.
    #[arg(long, env = "PAPER_LATENCY_MS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=60_000))]
    pub paper_latency_ms: u32,
    /// redis://… (or rediss://…) shared by the hosts of a desk of several: one of them has each provider's connection, and they
    /// tell each other news. Needs --database-url.
    #[arg(long, env = "REDIS_URL", hide_env_values = true)]
    pub redis_url: Option<String>,
    /// The address people type, like <https://desk.example.org>, when a reverse proxy stands in front.
    #[arg(long, env = "PUBLIC_URL")]
    pub public_url: Option<String>,
    /// Whom the push services of browsers may write to: mailto:… or https://…; without, the public address.
    #[arg(long, env = "PUSH_CONTACT")]
    pub push_contact: Option<String>,
    /// REST requests a minute for each user; 0 turns the limit off.
    #[arg(long, env = "RATE_LIMIT", default_value_t = 100)]
    pub rate_limit: u32,
    /// Another seed is another simulated market.
    #[arg(long, env = "SEED", default_value_t = 7)]
    pub seed: u64,
    /// Crypto prices from a recorded stream, played in a loop as if it were now, instead of simulated ones.
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    #[command(flatten)]
    pub listed: InstrumentsArgs,
    #[command(flatten)]
    pub master_key: MasterKeyArgs,
    #[command(flatten)]
    pub feeds: FeedArgs,
    #[command(flatten)]
    pub venues: VenueArgs,
}

/// The text is not an address of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("--public-url must be http:// or https:// and a host, with nothing behind it")]
pub struct InvalidPublicUrl;

/// `scheme://host[:port]` of the public address, as browsers send it in `Origin`.
pub fn public_origin(url: &str) -> Result<String, InvalidPublicUrl> {
    let url = url.trim().trim_end_matches('/').to_ascii_lowercase();
    let (scheme, host) = url.split_once("://").ok_or(InvalidPublicUrl)?;
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(InvalidPublicUrl),
    };
    let host = host.strip_suffix(default_port).unwrap_or(host);
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || !host.bytes().all(allowed) {
        return Err(InvalidPublicUrl);
    }
    Ok(format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_urls_become_origins() {
        for (url, expected) in [
            ("https://Desk.example.org/", Ok("https://desk.example.org")),
            ("https://desk.example.org:443", Ok("https://desk.example.org")),
            ("http://[::1]:8080", Ok("http://[::1]:8080")),
            ("desk.example.org", Err(InvalidPublicUrl)),
            ("ftp://desk.example.org", Err(InvalidPublicUrl)),
            ("https://desk.example.org/path", Err(InvalidPublicUrl)),
            ("https://user@desk.example.org", Err(InvalidPublicUrl)),
        ] {
            assert_eq!(public_origin(url).as_deref(), expected.as_deref(), "{url}");
        }
    }
}
