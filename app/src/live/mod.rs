//! The live side of a page: one WebSocket per tab, one signal per symbol, and word of the account's events.
//!
//! On the host all of it stands still: pages render their snapshot, and the browser's first values replace it.

#[cfg(feature = "hydrate")]
mod age;
#[cfg(any(feature = "hydrate", test))]
mod backoff;
mod feeds;
#[cfg(any(feature = "hydrate", test))]
mod frames;
#[cfg(any(feature = "hydrate", test))]
mod hub;
#[cfg(any(feature = "hydrate", test))]
mod news;
mod pill;
#[cfg(feature = "hydrate")]
mod socket;

use leptos::prelude::*;
use speedtrade::{
    instrument::{AssetType, Symbol},
    wire::{ClientFrame, PriceRecord},
};

pub use pill::ConnectionPill;
#[cfg(feature = "hydrate")]
pub(crate) use socket::random;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// The first try of this page.
    Connecting,
    Live,
    /// Lost; trying again.
    Offline,
}

#[derive(Clone, Copy)]
struct Live {
    connection: RwSignal<Connection>,
    /// How the host's live feeds are; empty where all is simulated.
    feeds: RwSignal<Vec<feeds::FeedState>>,
    /// Seconds since the last price; counted only while the connection is lost, or a feed of the host.
    age_secs: RwSignal<Option<u32>>,
    desk_version: RwSignal<u32>,
    /// The host's clock in Unix seconds, as this page knows it; `None` before the host has told.
    now_secs: RwSignal<Option<i64>>,
    #[cfg(feature = "hydrate")]
    wire: StoredValue<socket::Wire>,
}

/// Once, in `App`, after the session and the toasts.
pub fn provide() {
    #[cfg(feature = "hydrate")]
    let (wire, wakes) = socket::Wire::new();
    let live = Live {
        connection: RwSignal::new(Connection::Connecting),
        feeds: RwSignal::new(Vec::new()),
        age_secs: RwSignal::new(None),
        desk_version: RwSignal::new(0),
        now_secs: RwSignal::new(None),
        #[cfg(feature = "hydrate")]
        wire: StoredValue::new(wire),
    };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    socket::start(live, wakes);
}

/// The newest price of `symbol` since the page was opened. Subscribed while the current owner lives.
pub fn price(symbol: &Symbol) -> Signal<Option<PriceRecord>> {
    #[cfg(feature = "hydrate")]
    if let Some(live) = use_context::<Live>() {
        return socket::watch(live, symbol.as_str());
    }
    let _ = symbol;
    Signal::stored(None)
}

/// Frames of the socket that only some page reads. Followed while the owner that began it lives.
#[derive(Clone, Copy)]
pub struct Topic {
    /// The newest frame, as the host wrote it.
    pub newest: Signal<Option<String>>,
    #[cfg(feature = "hydrate")]
    of: Option<(Live, u32)>,
}

/// Follows the frames of `event`. `farewell` tells the host when it ends.
pub fn follow(event: &'static str, farewell: Option<ClientFrame>) -> Topic {
    #[cfg(feature = "hydrate")]
    if let Some(live) = use_context::<Live>() {
        let (number, newest) = socket::follow(live, event, farewell);
        return Topic { newest, of: Some((live, number)) };
    }
    let _ = (event, farewell);
    Topic {
        newest: Signal::stored(None),
        #[cfg(feature = "hydrate")]
        of: None,
    }
}

impl Topic {
    /// Has the host send the frames, now and after every loss. Replaces what was asked before.
    pub fn ask(self, frame: ClientFrame) {
        #[cfg(feature = "hydrate")]
        if let Some((live, number)) = self.of {
            socket::ask(live, number, frame);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = frame;
    }
}

#[derive(serde::Deserialize)]
struct Told<T> {
    data: T,
}

/// What a frame says; nothing for one that can't be read.
pub fn data_of<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    crate::api::read::<Told<T>>(text).ok().map(|told| told.data)
}

/// Whether prices of this type are not current: the connection is lost, or the feed that tells them.
pub fn is_stale(asset_type: AssetType) -> Signal<bool> {
    let live = expect_context::<Live>();
    Signal::derive(move || {
        live.connection.get() == Connection::Offline || live.feeds.with(|feeds| feeds.iter().any(|feed| feed.is_trouble_for(asset_type)))
    })
}

/// The host's clock in Unix seconds; `None` before the host has told.
pub fn now_secs() -> ReadSignal<Option<i64>> {
    expect_context::<Live>().now_secs.read_only()
}

pub fn connection() -> ReadSignal<Connection> {
    expect_context::<Live>().connection.read_only()
}

/// Counts up whenever orders, positions or cash have changed: refetch the desk.
pub fn desk_version() -> ReadSignal<u32> {
    expect_context::<Live>().desk_version.read_only()
}

/// Says that the desk has changed, after something this page did itself.
#[derive(Clone, Copy)]
pub struct DeskBell(RwSignal<u32>);

impl DeskBell {
    pub fn ring(self) {
        self.0.update(|version| *version = version.wrapping_add(1));
    }
}

pub fn desk_bell() -> DeskBell {
    DeskBell(expect_context::<Live>().desk_version)
}
