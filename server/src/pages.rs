//! What the pages need, answered by the services: the traits of `app::backend`. No rule of its own.

mod accounts;
mod watching;

use std::{net::IpAddr, sync::Arc};

use app::{
    api::{CurveRange, OrderFilter},
    backend::{self, Backend, Pending, SignedIn, Who},
};
use axum::http::{HeaderMap, HeaderValue, header};
use speedtrade::{
    ids::{OrderId, UserId},
    instrument::Instrument,
    market::{Bar, Timeframe},
    order::{OrderChange, OrderTicket},
    portfolio::EquityPoint,
    screener::ScreenQuery,
    wire::{
        FeedsView, FillView, InstrumentView, OrderView, Page, PortfolioView, PositionView, PreviewView, Problem, QuoteView, ScreenUpdate,
    },
};

use crate::{
    services::{
        ServiceError,
        accounts::{AccountError, Accounts, Entered, Registration},
        alerts::Alerts,
        connections::Connections,
        live::Live,
        quotes::{BarRange, Quotes},
        trading::{Owner, Trading},
        watchlists::Watchlists,
    },
    session_cookies::CookieStyle,
};
use accounts::PageConnections;
use watching::PageWatching;

/// What the pages are given of the host.
#[derive(Clone)]
pub(crate) struct PageServices {
    pub(crate) trading: Trading,
    pub(crate) quotes: Quotes,
    pub(crate) accounts: Accounts,
    pub(crate) watchlists: Watchlists,
    pub(crate) alerts: Alerts,
    pub(crate) connections: Connections,
    pub(crate) live: Live,
    pub(crate) cookies: CookieStyle,
}

/// The host as one request sees it: `address` is where it came from.
pub(crate) fn backend(services: PageServices, address: IpAddr) -> Backend {
    Backend {
        connections: Arc::new(PageConnections {
            trading: services.trading.clone(),
            connections: services.connections,
            live: services.live,
            address,
        }),
        trading: Arc::new(PageTrading(services.trading)),
        market: Arc::new(PageMarket(services.quotes)),
        watching: Arc::new(PageWatching { watchlists: services.watchlists, alerts: services.alerts }),
        accounts: Arc::new(PageAccounts { accounts: services.accounts, cookies: services.cookies, address }),
    }
}

fn pending<'a, T, E: Into<Problem>>(work: impl Future<Output = Result<T, E>> + Send + 'a) -> Pending<'a, T> {
    Box::pin(async move { work.await.map_err(Into::into) })
}

struct PageTrading(Trading);

impl backend::Trading for PageTrading {
    fn place(&self, who: Who, ticket: OrderTicket) -> Pending<'_, (OrderView, bool)> {
        pending(self.0.place(owner(who), ticket))
    }

    fn preview(&self, who: Who, ticket: OrderTicket) -> Pending<'_, PreviewView> {
        pending(async move { self.0.preview(owner(who), &ticket).await })
    }

    fn replace(&self, user: UserId, order: OrderId, change: OrderChange) -> Pending<'_, OrderView> {
        pending(async move { self.0.replace(user, order, &change).await })
    }

    fn cancel(&self, user: UserId, order: OrderId) -> Pending<'_, OrderView> {
        pending(self.0.cancel(user, order))
    }

    fn cancel_all(&self, who: Who, symbol: Option<String>) -> Pending<'_, Vec<OrderView>> {
        pending(async move { self.0.cancel_all(owner(who), symbol.as_deref()).await })
    }

    fn close_position(&self, who: Who, symbol: String, qty: Option<String>, percentage: Option<String>) -> Pending<'_, OrderView> {
        pending(async move { self.0.close_position(owner(who), &symbol, qty, percentage).await })
    }

    fn list_orders(&self, who: Who, filter: OrderFilter) -> Pending<'_, Page<OrderView>> {
        pending(async move { self.0.list_orders(owner(who), &filter).await })
    }

    fn find_order(&self, user: UserId, order: OrderId) -> Pending<'_, OrderView> {
        pending(self.0.find_order(user, order))
    }

    fn list_fills(&self, who: Who, limit: usize) -> Pending<'_, Vec<FillView>> {
        pending(async move { Ok::<_, ServiceError>(self.0.list_fills(owner(who), Some(limit), None).await?.items) })
    }

    fn portfolio(&self, who: Who) -> Pending<'_, PortfolioView> {
        pending(self.0.portfolio(owner(who)))
    }

    fn positions(&self, who: Who) -> Pending<'_, Vec<PositionView>> {
        pending(self.0.positions(owner(who)))
    }

    fn equity_curve(&self, who: Who, range: CurveRange) -> Pending<'_, Vec<EquityPoint>> {
        pending(self.0.equity_curve(owner(who), range))
    }
}

fn owner(who: Who) -> Owner {
    Owner { user: who.user, account: who.account }
}

struct PageMarket(Quotes);

impl backend::Market for PageMarket {
    fn instrument(&self, symbol: &str) -> Result<Instrument, Problem> {
        Ok(self.0.get(self.0.find(symbol)?).clone())
    }

    fn quote(&self, symbol: &str) -> Result<QuoteView, Problem> {
        Ok(self.0.quote(symbol)?)
    }

    fn search(&self, text: &str, limit: usize) -> Vec<InstrumentView> {
        self.0.search(text, limit)
    }

    fn screen(&self, query: &ScreenQuery, offset: usize, limit: usize) -> Result<ScreenUpdate, Problem> {
        Ok(self.0.found(query, offset, limit)?)
    }

    fn bars(&self, symbol: &str, timeframe: Timeframe, limit: usize) -> Pending<'_, Vec<Bar>> {
        let symbol = symbol.to_owned();
        pending(async move { self.0.bars(&symbol, BarRange { timeframe, from: None, to: None, limit }).await })
    }

    fn sectors(&self) -> Vec<String> {
        self.0.sectors()
    }

    fn exchanges(&self) -> Vec<String> {
        self.0.exchanges()
    }

    fn providers(&self) -> FeedsView {
        self.0.providers()
    }

    fn source_label(&self) -> &'static str {
        self.0.source_label()
    }
}

struct PageAccounts {
    accounts: Accounts,
    cookies: CookieStyle,
    address: IpAddr,
}

impl PageAccounts {
    fn signed_in(&self, entered: Entered) -> SignedIn {
        SignedIn { user: entered.user, set_cookies: self.cookies.set(&entered.tokens) }
    }

    async fn end_session(&self, cookie_header: Option<String>) -> Result<Vec<String>, ServiceError> {
        let mut headers = HeaderMap::new();
        if let Some(value) = cookie_header.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::COOKIE, value);
        }
        let (access, refresh) = self.cookies.tokens(&headers);
        let sessions = &self.accounts.sessions;
        if let Some(session) = sessions.session_of(access.as_deref(), refresh.as_deref()).await? {
            sessions.revoke(session).await?;
        }
        Ok(self.cookies.clear())
    }
}

impl backend::Accounts for PageAccounts {
    fn register(&self, email: String, username: String, password: String) -> Pending<'_, SignedIn> {
        pending(async move {
            let entered = self.accounts.register(Registration { email, username, password }).await?;
            Ok::<_, AccountError>(self.signed_in(entered))
        })
    }

    fn sign_in(&self, email: String, password: String) -> Pending<'_, SignedIn> {
        pending(async move {
            let entered = self.accounts.sign_in(&email, password, self.address).await?;
            Ok::<_, ServiceError>(self.signed_in(entered))
        })
    }

    fn sign_out(&self, cookie_header: Option<String>) -> Pending<'_, Vec<String>> {
        pending(self.end_session(cookie_header))
    }

    fn preference(&self, user: UserId, name: &'static str) -> Pending<'_, Option<String>> {
        pending(self.accounts.preference(user, name))
    }

    fn set_preference(&self, user: UserId, name: &'static str, value: String) -> Pending<'_, ()> {
        pending(async move { self.accounts.set_preference(user, name, &value).await })
    }
}
