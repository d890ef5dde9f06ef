//! From settings to a served desk, and its orderly end. The only place that puts the parts together.

mod bars;
mod desk;
mod feeds;
mod keys;
mod leptos_options;
mod market_plan;
mod plan;
mod venues;

use std::{net::SocketAddr, path::PathBuf};

use axum::serve::ListenerExt as _;
use speedtrade::market::Calendar;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::Clock,
    config::{InvalidPublicUrl, ReplayArgs, ServeArgs, StoreArgs, VerifyArgs, public_origin},
    hosts::{Hosts, InvalidRedisUrl},
    http::{self, AppState, EdgeSettings},
    market::{
        InstrumentsError,
        feeds::replay::{self, ReplayError, Report},
    },
    secrets::{self, SecretsError},
    services::{
        ServiceError,
        accounts::AccountError,
        connections::RotationError,
        demo::DemoCredentials,
        verify::{self, Verified},
    },
    store::{self, Db, StoreError},
};

pub use bars::{BarsError, Imported, export_bars, import_bars};
pub use desk::Desk;
pub use feeds::FeedsError;
pub use keys::{Keys, rotate_keys};
pub use market_plan::MarketPlan;
pub use plan::DeskPlan;

const DATABASE_FILE: &str = "speedtrade.db";

#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error("the demo account has a public password, so --demo is for this machine only: leave out --host, or --demo")]
    DemoInPublic,
    #[error(transparent)]
    PublicUrl(#[from] InvalidPublicUrl),
    #[error(transparent)]
    RedisUrl(#[from] InvalidRedisUrl),
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
    Instruments(#[from] InstrumentsError),
    #[error(transparent)]
    Replay(#[from] ReplayError),
    #[error("the keys were not changed: {0}")]
    Rotation(#[from] RotationError),
    #[error("the recording was not understood, or made a wrong book")]
    ReplayNotTrue,
    #[error("nothing was imported: {0}")]
    Import(#[source] BarsError),
    #[error("nothing was exported: {0}")]
    Export(#[source] BarsError),
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
            | Self::RedisUrl(_)
            | Self::Secrets(_)
            | Self::Store(_)
            | Self::Listen { .. }
            | Self::Service(_)
            | Self::Demo(_)
            | Self::Feeds(_)
            | Self::Instruments(_)
            | Self::Replay(_)
            | Self::Rotation(_)
            | Self::Import(_)
            | Self::Export(_)
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

/// Checks the books of a database as it is, with what a crash left in its journal.
pub async fn verify(args: &VerifyArgs) -> Result<Verified, StartupError> {
    let catalog = args.listed.catalog()?;
    let db = if let Some(url) = postgres_url(&args.store) {
        Db::open_postgres_snapshot(url).await?
    } else {
        let file = args.store.data_dir.join(DATABASE_FILE);
        store::recover(&file).await?;
        Db::open_sqlite_snapshot(&file).await?
    };
    let calendar = if args.nyse_hours { Calendar::Nyse } else { Calendar::AlwaysOpen };
    Ok(verify::verify(&db, &catalog, calendar).await?)
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
    let plan = DeskPlan::of(args, origin.as_deref())?;
    let hosts = Hosts::open(args.redis_url.as_deref(), Clock::System.new_id())?;
    let listener = listen(SocketAddr::new(args.host, args.port)).await?;
    let db = open_store(&args.store).await?;
    let keys = Keys::load(&args.store.data_dir, args.master_key.master_key_file.as_deref())?;
    let address = listener.local_addr().map_err(StartupError::Serve)?;
    let edge = EdgeSettings { public_origin: origin.clone(), rate_limit: args.rate_limit };
    let market = plan.market.to_string();
    let desk = Desk::open(db, &keys, plan, Clock::System, hosts, stop.clone()).await?;
    let demo = desk.demo(args.demo).await?;
    let state = AppState::new(desk.services(), &edge, leptos_options::build(address));
    let url = origin.unwrap_or_else(|| format!("http://{}", shown(address)));
    started(&Started { url, data: data_shown(&args.store), market, demo });
    run(listener, state, stop, desk).await
}

async fn run(listener: TcpListener, state: AppState, stop: CancellationToken, desk: Desk) -> Result<(), StartupError> {
    let sockets = state.tasks.clone();
    let service = http::router(state).into_make_service_with_connect_info::<SocketAddr>();
    let listener = listener.tap_io(|stream| prefer_fresh(stream));
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned()).await;
    // Also when serving failed: what was acknowledged is on its way to the store.
    stop.cancel();
    sockets.close();
    sockets.wait().await;
    desk.close().await;
    served.map_err(StartupError::Serve)
}

/// A client that reads slowly gets new prices late rather than old ones first: what can't be sent yet stays with us, where a
/// newer price takes its place, but for 16 KiB. A socket without that is slower, not wrong.
fn prefer_fresh(stream: &TcpStream) {
    // A small answer must not wait for the acknowledgement of the one before.
    let _ = stream.set_nodelay(true);
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(stream).set_tcp_notsent_lowat(16 * 1_024);
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartupError> {
    TcpListener::bind(address).await.map_err(|source| {
        let is_taken = source.kind() == std::io::ErrorKind::AddrInUse;
        if is_taken { StartupError::PortTaken { address } } else { StartupError::Listen { address, source } }
    })
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
