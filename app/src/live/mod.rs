//! The live side of a page: one WebSocket per tab, one signal per symbol, and word of the account's events.
//!
//! On the host all of it stands still: pages render their snapshot, and the browser's first values replace it.

#[cfg(any(feature = "hydrate", test))]
mod backoff;
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
use speedtrade::{instrument::Symbol, wire::PriceUpdate};

pub use pill::ConnectionPill;

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
    /// Seconds since the last price; counted only while the connection is lost.
    age_secs: RwSignal<Option<u32>>,
    desk_version: RwSignal<u32>,
    #[cfg(feature = "hydrate")]
    wire: StoredValue<socket::Wire>,
}

/// Once, in `App`, after the session and the toasts.
pub fn provide() {
    #[cfg(feature = "hydrate")]
    let (wire, wakes) = socket::Wire::new();
    let live = Live {
        connection: RwSignal::new(Connection::Connecting),
        age_secs: RwSignal::new(None),
        desk_version: RwSignal::new(0),
        #[cfg(feature = "hydrate")]
        wire: StoredValue::new(wire),
    };
    provide_context(live);
    #[cfg(feature = "hydrate")]
    socket::start(live, wakes);
}

/// The newest price of `symbol` since the page was opened. Subscribed while the current owner lives.
pub fn price(symbol: &Symbol) -> Signal<Option<PriceUpdate>> {
    #[cfg(feature = "hydrate")]
    if let Some(live) = use_context::<Live>() {
        return socket::watch(live, symbol.as_str());
    }
    let _ = symbol;
    Signal::stored(None)
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
