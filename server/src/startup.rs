//! From settings to a served desk, and its orderly end. The only place that puts the parts together.

mod feeds;
mod keys;
mod leptos_options;
mod market_plan;
mod venues;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use axum::serve::ListenerExt as _;
use speedtrade::{market::Calendar, order::TAG_LENGTH};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    bus::Bus,
    clock::Clock,
    config::{InvalidPublicUrl, ReplayArgs, ServeArgs, StoreArgs, VerifyArgs, public_origin},
    http::{self, AppState, EdgeSettings, Services},
    market::{
        Market, SimConfig,
        feeds::replay::{self, ReplayError, Report},
    },
    secrets::{self, SecretsError},
    services::{
        ServiceError,
        accounts::{AccountError, Accounts},
        alerts::Alerts,
        connections::{Connections, RotationError, Verifier},
        demo::{self, DemoCredentials},
        events::Events,
        live::Live,
        quotes::Quotes,
        readiness::Readiness,
        sessions::Sessions,
        trading::{PaperVenue, Trading, Venues},
        verify::{self, Verified},
        watchlists::Watchlists,
        webhooks::{Pace, Reach, Webhooks},
    },
    store::{self, Db, StoreError},
};

pub use feeds::FeedsError;
pub use keys::{Keys, rotate_keys};
pub use market_plan::MarketPlan;
use venues::{AccountOpener, VenueBook};

const MILLI_US: i64 = 1_000;
const DATABASE_FILE: &str = "speedtrade.db";

#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error("the demo account has a public password, so --demo is for this machine only: leave out --host, or --demo")]
    DemoInPublic,
    #[error(transparent)]
    PublicUrl(#[from] InvalidPublicUrl),
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    #[error("the database can't be used: {0}")]
    Store(#[from] StoreError),
    #[error("{address} is in use by another program: choose another --port")]
    PortTaken { address: SocketAddr },
    #[error("can't listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: std::io::Error,
    },
    #[error("the desk could not be set up: {0}")]
    Service(#[from] ServiceError),
    #[error("the demo account could not be made: {0}")]
    Demo(#[from] AccountError),
    #[error("the books are not true: {findings} discrepancies")]
    BooksNotTrue { findings: usize },
    #[error(transparent)]
    Feeds(#[from] FeedsError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("the keys were not changed: {0}")]
    Rotation(#[from] RotationError),
    #[error("the recording was not understood, or made a wrong book")]
    ReplayNotTrue,
    #[error("serving ended")]
    Serve(#[source] std::io::Error),
}

impl StartupError {
    /// 2: something else has the port. 3: the books are not true. 1: everything else.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::PortTaken { .. } => 2,
            Self::BooksNotTrue { .. } | Self::ReplayNotTrue => 3,
            Self::DemoInPublic
            | Self::PublicUrl(_)
            | Self::Secrets(_)
            | Self::Store(_)
            | Self::Listen { .. }
            | Self::Service(_)
            | Self::Demo(_)
            | Self::Feeds(_)
            | Self::Replay(_)
            | Self::Rotation(_)
            | Self::Serve(_) => 1,
        }
    }
}

/// What is told to the person who started the desk.
pub struct Started {
    pub url: String,
    pub data: String,
    /// Who tells the prices.
    pub market: String,
    pub demo: Option<DemoCredentials>,
}

/// Opens and migrates the database that the settings name.
pub async fn open_store(args: &StoreArgs) -> Result<Db, StartupError> {
    secrets::ensure_folder(&args.data_dir)?;
    let db = match postgres_url(args) {
        Some(url) => Db::open_postgres(url).await?,
        None => Db::open_sqlite(&args.data_dir.join(DATABASE_FILE)).await?,
    };
    db.migrate().await?;
    Ok(db)
}

/// Checks the books of a database as it is, without changing it.
pub async fn verify(args: &VerifyArgs) -> Result<Verified, StartupError> {
    let db = match postgres_url(&args.store) {
        Some(url) => Db::open_postgres_snapshot(url).await?,
        None => Db::open_sqlite_snapshot(&args.store.data_dir.join(DATABASE_FILE)).await?,
    };
    let calendar = if args.nyse_hours { Calendar::Nyse } else { Calendar::AlwaysOpen };
    Ok(verify::verify(&db, calendar).await?)
}

/// Plays a recording once and reports what it found.
pub async fn replay(args: ReplayArgs) -> Result<Report, StartupError> {
    let played = tokio::task::spawn_blocking(move || replay::replay(&args.file, args.speed, &args.quote_asset)).await;
    Ok(played.map_err(|error| StartupError::Serve(error.into()))??)
}

/// Serves until `stop` is canceled, then lets running work end. `started` is called once the desk answers.
pub async fn serve(args: &ServeArgs, stop: CancellationToken, started: impl FnOnce(&Started)) -> Result<(), StartupError> {
    if args.demo && !args.host.is_loopback() {
        return Err(StartupError::DemoInPublic);
    }
    let origin = args.public_url.as_deref().map(public_origin).transpose()?;
    let listener = listen(SocketAddr::new(args.host, args.port)).await?;
    let db = open_store(&args.store).await?;
    let keys = Keys::load(&args.store.data_dir, args.master_key.master_key_file.as_deref())?;
    let address = listener.local_addr().map_err(StartupError::Serve)?;
    let edge = EdgeSettings { public_origin: origin.clone(), rate_limit: args.rate_limit };
    let venue = PaperVenue { latency_us: i64::from(args.paper_latency_ms) * MILLI_US, is_forgetful: false };
    let plan = market_plan(args);
    let market = plan.to_string();
    let desk = Desk::open(db, &keys, plan, venue, Clock::System, stop.clone()).await?;
    let demo = desk.demo(args.demo).await?;
    let state = AppState::new(desk.services(), &edge, leptos_options::build(address));
    let url = origin.unwrap_or_else(|| format!("http://{}", shown(address)));
    started(&Started { url, data: data_shown(&args.store), market, demo });
    run(listener, state, stop, desk).await
}

async fn run(listener: TcpListener, state: AppState, stop: CancellationToken, desk: Desk) -> Result<(), StartupError> {
    let sockets = state.tasks.clone();
    let service = http::router(state).into_make_service_with_connect_info::<SocketAddr>();
    // A small answer must not wait for the acknowledgement of the one before.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned()).await;
    // Also when serving failed: what was acknowledged is on its way to the store.
    stop.cancel();
    sockets.close();
    sockets.wait().await;
    desk.close().await;
    served.map_err(StartupError::Serve)
}

/// The running services behind the edge.
pub struct Desk {
    db: Db,
    clock: Clock,
    market: Market,
    trading: Trading,
    accounts: Accounts,
    connections: Connections,
    live: Live,
    alerts: Alerts,
    webhooks: Webhooks,
    bus: Bus,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Desk {
    /// Starts the market, the committer and the paper venue on a migrated database.
    pub async fn open(
        db: Db,
        keys: &Keys,
        plan: impl Into<MarketPlan>,
        venue: PaperVenue,
        clock: Clock,
        stop: CancellationToken,
    ) -> Result<Self, StartupError> {
        let (bus, tasks, plan) = (Bus::default(), TaskTracker::new(), plan.into());
        let market = plan.market(clock.clone())?;
        if let Err(error) = db.ensure_partitions(clock.now()).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "new rows go into the default partitions");
        }
        let tag = store::instance_tag(&db, &fresh_tag(&clock)).await?;
        let names = plan.feeds.binance_quote_asset.clone();
        let book = VenueBook { args: plan.venues.clone(), names, tag: tag.as_str().into(), clock: clock.clone() };
        let freezing = book.clone();
        let venues = Venues::new(&tag, Arc::new(move |venue, order| freezing.freeze(venue, order)), plan.venues.elsewhere());
        let trading = Trading::start(db.clone(), market.clone(), bus.clone(), clock.clone(), (venue, venues), stop.clone(), &tasks).await?;
        let webhooks = Webhooks::start(db.clone(), clock.clone(), Reach::Internet, Pace::default(), stop.clone(), &tasks);
        let alerts = Alerts::start(db.clone(), market.clone(), clock.clone(), webhooks.clone(), stop.clone(), &tasks).await?;
        tasks.spawn(market.clone().run(stop.clone()));
        plan.start_feeds(&market, (&db, &clock), &stop, &tasks)?;
        let sessions = Sessions::new(db.clone(), clock.clone(), &keys.token);
        let accounts = Accounts::new(db.clone(), clock.clone(), sessions)?;
        let connections = Connections::new(db.clone(), clock.clone(), accounts.clone(), keys.vault.clone(), Arc::new(book.clone()));
        connections.check_master_key().await?;
        let opener = Arc::new(AccountOpener { book, connections: connections.clone() });
        let parts = (db.clone(), trading.clone(), market.clone(), clock.clone());
        let live = Live::start(parts, opener, plan.timing, stop.clone(), &tasks);
        Ok(Self { db, clock, market, trading, accounts, connections, live, alerts, webhooks, bus, stop, tasks })
    }

    /// Venues are asked through `verifier`.
    #[must_use]
    pub fn verifying_with(self, verifier: Arc<dyn Verifier>) -> Self {
        Self { connections: self.connections.verifying_with(verifier), ..self }
    }

    pub fn services(&self) -> Services {
        Services {
            clock: self.clock.clone(),
            accounts: self.accounts.clone(),
            connections: self.connections.clone(),
            live: self.live.clone(),
            trading: self.trading.clone(),
            quotes: Quotes::new(self.market.clone(), self.clock.clone()),
            events: Events::new(self.db.clone(), self.bus.clone()),
            watchlists: Watchlists::new(self.db.clone(), self.market.clone(), self.clock.clone()),
            alerts: self.alerts.clone(),
            webhooks: self.webhooks.clone(),
            readiness: Readiness::new(self.db.clone()),
            stop: self.stop.clone(),
        }
    }

    /// The demo account, made or unlocked; locked when this start has no demo.
    pub async fn demo(&self, is_wanted: bool) -> Result<Option<DemoCredentials>, StartupError> {
        if is_wanted {
            return Ok(Some(demo::ensure(&self.db, &self.market, &self.clock, &self.accounts, &self.trading).await?));
        }
        demo::lock(&self.db, &self.clock).await?;
        Ok(None)
    }

    /// After `stop`: waits until the committer has written what it took, then closes the database.
    pub async fn close(self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.db.close().await;
    }
}

/// Four letters and digits that no other installation is likely to have.
fn fresh_tag(clock: &Clock) -> String {
    let id = clock.new_id().simple().to_string();
    id.chars().skip(id.len() - TAG_LENGTH).collect()
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartupError> {
    TcpListener::bind(address).await.map_err(|source| {
        let is_taken = source.kind() == std::io::ErrorKind::AddrInUse;
        if is_taken { StartupError::PortTaken { address } } else { StartupError::Listen { address, source } }
    })
}

fn market_plan(args: &ServeArgs) -> MarketPlan {
    let calendar = if args.nyse_hours { Calendar::Nyse } else { Calendar::AlwaysOpen };
    MarketPlan {
        sim: SimConfig { seed: args.seed, calendar },
        replay: args.replay.clone(),
        feeds: args.feeds.clone(),
        venues: args.venues.clone(),
        timing: args.venues.timing(),
    }
}

fn postgres_url(args: &StoreArgs) -> Option<&str> {
    args.database_url.as_deref().map(str::trim).filter(|url| !url.is_empty())
}

/// `localhost` is a secure context in every browser.
fn shown(address: SocketAddr) -> String {
    if address.ip().is_loopback() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// The folder, and never the database's address: it may hold a password.
fn data_shown(args: &StoreArgs) -> String {
    let folder = std::fs::canonicalize(&args.data_dir).unwrap_or_else(|_| PathBuf::from(&args.data_dir));
    let kind = if postgres_url(args).is_some() { "PostgreSQL" } else { "SQLite" };
    format!("{} ({kind})", folder.display())
}
