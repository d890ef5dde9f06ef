//! What every handler may reach: the services and the settings of the edge. Cheap to clone.

use std::{ops::Deref, sync::Arc};

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    rate_limit::RateLimiter,
    ws::{Fanout, Sockets},
};
use crate::{
    clock::Clock,
    hosts::Hosts,
    services::{
        accounts::Accounts, alerts::Alerts, connections::Connections, events::Events, live::Live, push::Push, quotes::Quotes,
        readiness::Readiness, trading::Trading, watchlists::Watchlists, webhooks::Webhooks,
    },
    session_cookies::CookieStyle,
};

#[derive(Clone)]
pub struct AppState(Arc<Parts>);

impl Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

pub struct Parts {
    pub clock: Clock,
    pub accounts: Accounts,
    pub connections: Connections,
    pub live: Live,
    pub trading: Trading,
    pub quotes: Quotes,
    pub events: Events,
    pub watchlists: Watchlists,
    pub alerts: Alerts,
    pub webhooks: Webhooks,
    pub push: Push,
    pub readiness: Readiness,
    pub leptos: LeptosOptions,
    /// Ends sockets and background work at shutdown.
    pub stop: CancellationToken,
    /// What shutdown waits for.
    pub tasks: TaskTracker,
    pub(crate) cookies: CookieStyle,
    pub(crate) public_origin: Option<Arc<str>>,
    pub(crate) limiter: Arc<RateLimiter>,
    pub(crate) sockets: Sockets,
    pub(crate) fanout: Fanout,
}

/// What the edge is told by the configuration.
#[derive(Debug, Clone, Default)]
pub struct EdgeSettings {
    /// `https://desk.example.org`, when people reach the desk by another name than its address.
    pub public_origin: Option<String>,
    /// REST requests a minute for one user; 0 is no limit.
    pub rate_limit: u32,
}

/// The services, made by the start or by a test.
pub struct Services {
    pub clock: Clock,
    pub accounts: Accounts,
    pub connections: Connections,
    pub live: Live,
    pub trading: Trading,
    pub quotes: Quotes,
    pub events: Events,
    pub watchlists: Watchlists,
    pub alerts: Alerts,
    pub webhooks: Webhooks,
    pub push: Push,
    pub readiness: Readiness,
    pub hosts: Hosts,
    pub stop: CancellationToken,
}

impl AppState {
    pub fn new(services: Services, edge: &EdgeSettings, leptos: LeptosOptions) -> Self {
        let is_https = edge.public_origin.as_deref().is_some_and(|origin| origin.starts_with("https://"));
        Self(Arc::new(Parts {
            clock: services.clock,
            accounts: services.accounts,
            connections: services.connections,
            live: services.live,
            trading: services.trading,
            quotes: services.quotes,
            events: services.events,
            watchlists: services.watchlists,
            alerts: services.alerts,
            webhooks: services.webhooks,
            push: services.push,
            readiness: services.readiness,
            leptos,
            stop: services.stop,
            tasks: TaskTracker::new(),
            cookies: if is_https { CookieStyle::Secure } else { CookieStyle::Plain },
            public_origin: edge.public_origin.as_deref().map(Arc::from),
            limiter: Arc::new(RateLimiter::new(edge.rate_limit, services.hosts)),
            sockets: Sockets::default(),
            fanout: Fanout::default(),
        }))
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
