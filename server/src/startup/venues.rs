//! The connectors of this desk: where each venue is, and who speaks for an account with its keys.

use std::sync::Arc;

use futures::future::BoxFuture;
use speedtrade::venue::{Environment, Venue};
use tokio_util::sync::CancellationToken;

use crate::{
    broker::{
        Connector, Frozen, Holding, Identity, Unsupported, VenueError, VenueOrder,
        alpaca::{self, Alpaca, AlpacaConfig},
        binance::{self, Binance, BinanceConfig},
        coinbase::{self, Coinbase, CoinbaseConfig},
        http::SharedBudgets,
        kraken::{self, Kraken, KrakenConfig},
    },
    clock::Clock,
    config::VenueArgs,
    net::{KeyPair, Names},
    services::{
        connections::{Connections, Identifying, Verifier},
        live::{Live, Opener},
    },
    store::ConnectedAccount,
};

/// Everything a connector is made of but the keys.
#[derive(Clone)]
pub(super) struct VenueBook {
    pub(super) args: VenueArgs,
    /// The asset that stands for the dollar at Binance.
    pub(super) names: Names,
    pub(super) tag: Arc<str>,
    pub(super) clock: Clock,
    pub(super) budgets: Arc<SharedBudgets>,
}

impl VenueBook {
    pub(super) fn freeze(&self, venue: Venue, order: &VenueOrder) -> Result<Frozen, Unsupported> {
        match venue {
            Venue::Alpaca => alpaca::frozen(order),
            Venue::Binance => binance::frozen(order, &self.names),
            Venue::Coinbase => coinbase::frozen(order),
            Venue::Kraken => kraken::frozen(order),
        }
    }

    fn alpaca(&self, environment: Environment, keys: KeyPair) -> Result<Alpaca, VenueError> {
        let mut config = AlpacaConfig::new(environment, keys);
        let rest = match environment {
            Environment::Live => &self.args.alpaca_trading_url,
            Environment::Practice => &self.args.alpaca_paper_url,
        };
        set(&mut config.rest, rest.as_ref());
        set(&mut config.stream, self.args.alpaca_trading_stream_url.as_ref());
        Alpaca::new(config)
    }

    fn binance(&self, environment: Environment, keys: KeyPair) -> Result<Binance, VenueError> {
        let mut config = BinanceConfig::new(environment, keys, self.names.clone());
        set(&mut config.rest, self.args.binance_api_url.as_ref());
        set(&mut config.stream, self.args.binance_ws_api_url.as_ref());
        config.shared = Some(self.budgets.of(&config.rest, config.allowance));
        Binance::new(config, self.clock.clone())
    }

    fn coinbase(&self, keys: KeyPair) -> Result<Coinbase, VenueError> {
        let mut config = CoinbaseConfig::live(keys);
        set(&mut config.rest, self.args.coinbase_api_url.as_ref());
        set(&mut config.stream, self.args.coinbase_user_url.as_ref());
        Coinbase::new(&config, self.clock.clone())
    }

    fn kraken(&self, keys: KeyPair) -> Result<Kraken, VenueError> {
        let mut config = KrakenConfig::live(keys, &self.tag);
        set(&mut config.rest, self.args.kraken_api_url.as_ref());
        set(&mut config.stream, self.args.kraken_ws_url.as_ref());
        Kraken::new(&config, self.clock.clone())
    }
}

fn set(place: &mut String, url: Option<&String>) {
    if let Some(url) = url {
        place.clone_from(url);
    }
}

async fn ask(connector: impl Connector) -> Result<(Identity, Vec<Holding>), VenueError> {
    Ok((connector.identity().await?, connector.holdings().await?))
}

impl Verifier for VenueBook {
    fn identify<'a>(&'a self, venue: Venue, environment: Environment, keys: &'a KeyPair) -> Identifying<'a> {
        let keys = keys.clone();
        match venue {
            Venue::Alpaca => Box::pin(async move { ask(self.alpaca(environment, keys)?).await }),
            Venue::Binance => Box::pin(async move { ask(self.binance(environment, keys)?).await }),
            Venue::Coinbase => Box::pin(async move { ask(self.coinbase(keys)?).await }),
            Venue::Kraken => Box::pin(async move { ask(self.kraken(keys)?).await }),
        }
    }
}

/// Opens the keys of an account and lets it run.
pub(super) struct AccountOpener {
    pub(super) book: VenueBook,
    pub(super) connections: Connections,
}

impl Opener for AccountOpener {
    fn open(&self, account: ConnectedAccount, live: Live, stop: CancellationToken) -> BoxFuture<'_, Result<(), String>> {
        Box::pin(async move {
            let keys = self.connections.keys(account.user, account.account).await.map_err(|error| error.to_string())?;
            let (book, environment) = (&self.book, account.environment);
            let words = |error: VenueError| error.to_string();
            match account.venue {
                Venue::Alpaca => live.run(&account, book.alpaca(environment, keys).map_err(words)?, stop),
                Venue::Binance => live.run(&account, book.binance(environment, keys).map_err(words)?, stop),
                Venue::Coinbase => live.run(&account, book.coinbase(keys).map_err(words)?, stop),
                Venue::Kraken => live.run(&account, book.kraken(keys).map_err(words)?, stop),
            }
            Ok(())
        })
    }
}
