//! Live feeds from settings: a stream and a history of each that serves something here.

use std::sync::Arc;

use rand::SeedableRng;
use speedtrade::instrument::AssetType;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    clock::Clock,
    config::FeedArgs,
    hosts::{Hosts, Relay, StartFeed},
    market::{
        Market, Routes,
        feeds::{
            FeedError, FeedKind, History, Key, KeyPair, Protocol, Runner, Sink, Timing,
            alpaca::{AlpacaConfig, AlpacaHistory, AlpacaStream, Tape},
            binance::{BinanceConfig, BinanceHistory, BinanceStream},
            coinbase::{CoinbaseConfig, CoinbaseHistory, CoinbaseStream},
            halves,
            massive::{MassiveConfig, MassiveHistory, MassiveStream},
            run_halves,
            yahoo::{YahooConfig, YahooHistory},
        },
    },
    services::past::Histories,
};

/// A lost connection is tried again within so long: a trader waits for it.
const BACKOFF_MAX: std::time::Duration = std::time::Duration::from_secs(5);

/// One more is answered by refusing all of them.
const ALPACA_FREE_SYMBOLS: usize = 30;

#[derive(Debug, thiserror::Error)]
pub enum FeedsError {
    #[error("{feed} can't tell prices of {what}; there are: {known}")]
    NotServed { feed: &'static str, what: &'static str, known: String },
    #[error("{feed} is named twice")]
    Twice { feed: &'static str },
    #[error("yahoo has history only: name a feed of prices before it")]
    HistoryOnly,
    #[error("{feed} needs {variables} in the environment")]
    NoKey { feed: &'static str, variables: &'static str },
    #[error("--replay tells the prices of crypto already: leave out --crypto-feeds")]
    ReplayedAlready,
    #[error(transparent)]
    Feed(#[from] FeedError),
}

/// By how many connections a provider is heard: some have one for stocks and one for coins.
enum Streams {
    One(Box<dyn Protocol>),
    Halves([Box<dyn Protocol>; 2]),
}

impl FeedArgs {
    fn chain(&self, asset_type: AssetType) -> &[FeedKind] {
        match asset_type {
            AssetType::Stock => &self.stock_feeds,
            AssetType::Crypto => &self.crypto_feeds,
        }
    }

    /// Who speaks for what. History alone never does.
    pub(super) fn routes(&self) -> Result<Routes, FeedsError> {
        check(&self.stock_feeds, AssetType::Stock, "stocks")?;
        check(&self.crypto_feeds, AssetType::Crypto, "crypto")?;
        let speaking = |chain: &[FeedKind]| -> Result<Vec<FeedKind>, FeedsError> {
            let speaking: Vec<_> = chain.iter().copied().filter(|feed| !feed.is_history_only()).collect();
            if speaking.is_empty() && !chain.is_empty() { Err(FeedsError::HistoryOnly) } else { Ok(speaking) }
        };
        let symbols_max = if self.alpaca_sip { Vec::new() } else { vec![(FeedKind::Alpaca, ALPACA_FREE_SYMBOLS)] };
        let routes = Routes { stocks: speaking(&self.stock_feeds)?, crypto: speaking(&self.crypto_feeds)?, symbols_max };
        for feed in routes.feeds() {
            self.keys_of(feed)?;
        }
        Ok(routes)
    }

    fn keys_of(&self, feed: FeedKind) -> Result<(), FeedsError> {
        match feed {
            FeedKind::Alpaca => self.alpaca().map(|_| ()),
            FeedKind::Massive => self.massive().map(|_| ()),
            FeedKind::Binance | FeedKind::Coinbase | FeedKind::Yahoo | FeedKind::Replay => Ok(()),
        }
    }

    pub(super) fn histories(&self, clock: &Clock) -> Result<Histories, FeedsError> {
        let of = |asset_type| -> Result<Vec<Arc<dyn History>>, FeedsError> {
            self.chain(asset_type).iter().filter_map(|feed| self.history(*feed, clock).transpose()).collect()
        };
        Ok(Histories { stocks: of(AssetType::Stock)?, crypto: of(AssetType::Crypto)? })
    }

    fn history(&self, feed: FeedKind, clock: &Clock) -> Result<Option<Arc<dyn History>>, FeedsError> {
        let history: Arc<dyn History> = match feed {
            FeedKind::Alpaca => Arc::new(AlpacaHistory::new(&self.alpaca()?)?),
            FeedKind::Binance => Arc::new(BinanceHistory::new(&self.binance())?),
            FeedKind::Coinbase => Arc::new(CoinbaseHistory::new(&self.coinbase(), clock.clone())?),
            FeedKind::Massive => Arc::new(MassiveHistory::new(&self.massive()?)?),
            FeedKind::Yahoo => Arc::new(YahooHistory::new(&self.yahoo())?),
            FeedKind::Replay => return Ok(None),
        };
        Ok(Some(history))
    }

    /// A task for each feed that speaks; they end after `stop`. Where hosts share Redis one of them is connected.
    pub(super) fn start(
        &self,
        market: &Market,
        (clock, hosts): (&Clock, &Hosts),
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> Result<(), FeedsError> {
        for feed in market.routes().feeds() {
            // A connection that can't be made is said now, not when it is this host's turn.
            let (Some(wanted), Some(_)) = (market.wanted(feed), self.streams(feed)?) else { continue };
            let start = self.clone().starter(feed, clock.clone());
            match hosts {
                Hosts::Alone => drop(tasks.spawn(start(market.sink(), wanted, stop.clone()))),
                Hosts::Redis(link) => {
                    let relay = Relay::new(feed, market.clone(), clock.clone(), link.clone(), start);
                    relay.map(|relay| tasks.spawn(relay.run(stop.clone())));
                }
            }
        }
        Ok(())
    }

    fn starter(self, feed: FeedKind, clock: Clock) -> StartFeed {
        Box::new(move |sink, wanted, stop| {
            let runner = |protocol: Box<dyn Protocol>, sink: Arc<dyn Sink>| {
                let timing = Timing { backoff_max: BACKOFF_MAX, ..Timing::default() };
                Runner::new(protocol, sink, clock.clone(), timing, Box::new(rand::rngs::StdRng::from_os_rng()))
            };
            match self.streams(feed) {
                Ok(Some(Streams::One(stream))) => Box::pin(runner(stream, sink).run(wanted, stop)),
                Ok(Some(Streams::Halves([stocks, coins]))) => {
                    let [of_stocks, of_coins] = halves(&sink);
                    Box::pin(run_halves([runner(stocks, of_stocks), runner(coins, of_coins)], wanted, stop))
                }
                Ok(None) => Box::pin(async {}),
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, feed = feed.as_str(), "the feed can't be connected");
                    Box::pin(async {})
                }
            }
        })
    }

    /// `None` for what is not connected: a replay is started by itself, and some tell history only.
    fn streams(&self, feed: FeedKind) -> Result<Option<Streams>, FeedsError> {
        let streams = match feed {
            FeedKind::Binance => Streams::One(Box::new(BinanceStream::new(&self.binance())?)),
            FeedKind::Coinbase => Streams::One(Box::new(CoinbaseStream::new(&self.coinbase()))),
            FeedKind::Alpaca => {
                let config = self.alpaca()?;
                Streams::Halves([Box::new(AlpacaStream::stocks(&config)), Box::new(AlpacaStream::crypto(&config))])
            }
            FeedKind::Massive => {
                let config = self.massive()?;
                Streams::Halves([Box::new(MassiveStream::stocks(&config)), Box::new(MassiveStream::crypto(&config))])
            }
            FeedKind::Replay | FeedKind::Yahoo => return Ok(None),
        };
        Ok(Some(streams))
    }

    fn alpaca(&self) -> Result<AlpacaConfig, FeedsError> {
        let missing = FeedsError::NoKey { feed: "alpaca", variables: "ALPACA_KEY_ID and ALPACA_SECRET_KEY" };
        let (Some(id), Some(secret)) = (given(self.alpaca_key_id.as_deref()), given(self.alpaca_secret_key.as_deref())) else {
            return Err(missing);
        };
        let tape = if self.alpaca_sip { Tape::Sip } else { Tape::Iex };
        let mut config = AlpacaConfig::new(tape, KeyPair { id: Key::new(id), secret: Key::new(secret) });
        replace(&mut config.ws, self.alpaca_stream_url.as_deref());
        replace(&mut config.rest, self.alpaca_data_url.as_deref());
        Ok(config)
    }

    fn binance(&self) -> BinanceConfig {
        let mut config = BinanceConfig { names: self.binance_quote_asset.clone(), ..BinanceConfig::default() };
        replace(&mut config.ws, self.binance_stream_url.as_deref());
        replace(&mut config.rest, self.binance_url.as_deref());
        config
    }

    fn coinbase(&self) -> CoinbaseConfig {
        let mut config = CoinbaseConfig::default();
        replace(&mut config.ws, self.coinbase_stream_url.as_deref());
        replace(&mut config.rest, self.coinbase_url.as_deref());
        config
    }

    fn massive(&self) -> Result<MassiveConfig, FeedsError> {
        let missing = FeedsError::NoKey { feed: "massive", variables: "MASSIVE_KEY" };
        let mut config = MassiveConfig::new(Key::new(given(self.massive_key.as_deref()).ok_or(missing)?));
        replace(&mut config.ws, self.massive_stream_url.as_deref());
        replace(&mut config.rest, self.massive_url.as_deref());
        Ok(config)
    }

    fn yahoo(&self) -> YahooConfig {
        let mut config = YahooConfig::default();
        replace(&mut config.rest, self.yahoo_url.as_deref());
        config
    }
}

fn check(chain: &[FeedKind], asset_type: AssetType, what: &'static str) -> Result<(), FeedsError> {
    for (nth, feed) in chain.iter().enumerate() {
        let name = feed.as_str();
        if !feed.serves(asset_type) {
            let serving = FeedKind::ALL.into_iter().filter(|feed| feed.serves(asset_type)).map(FeedKind::as_str);
            let known = serving.collect::<Vec<_>>().join(", ");
            return Err(FeedsError::NotServed { feed: name, what, known });
        }
        if chain[..nth].contains(feed) {
            return Err(FeedsError::Twice { feed: name });
        }
    }
    Ok(())
}

/// An empty variable is none.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn replace(url: &mut String, other: Option<&str>) {
    if let Some(other) = given(other) {
        other.trim_end_matches('/').clone_into(url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(stock: &[FeedKind], crypto: &[FeedKind], key: Option<&str>) -> Result<Routes, String> {
        let args = FeedArgs {
            stock_feeds: stock.to_vec(),
            crypto_feeds: crypto.to_vec(),
            alpaca_key_id: key.map(str::to_owned),
            alpaca_secret_key: key.map(str::to_owned),
            ..FeedArgs::default()
        };
        args.routes().map_err(|error| error.to_string())
    }

    #[test]
    fn feeds_are_named_by_what_they_serve() {
        use FeedKind::{Alpaca, Binance, Coinbase, Yahoo};
        let both = routes(&[Alpaca, Yahoo], &[Binance, Coinbase], Some("k")).expect("good");
        assert_eq!((both.stocks, both.crypto), (vec![Alpaca], vec![Binance, Coinbase]));
        assert!(routes(&[], &[], None).expect("good").is_simulated());
        assert!(routes(&[Binance], &[], None).expect_err("no stocks there").contains("alpaca, massive, yahoo"));
        assert!(routes(&[], &[Binance, Binance], None).expect_err("twice").contains("twice"));
        assert!(routes(&[Yahoo], &[], None).expect_err("no prices").contains("history only"));
        for key in [None, Some(""), Some("  ")] {
            assert!(routes(&[Alpaca], &[], key).expect_err("no key").contains("ALPACA_SECRET_KEY"));
        }
    }
}
