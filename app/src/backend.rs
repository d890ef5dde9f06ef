//! What the pages need from the host. `server` implements these traits; the UI never sees SQL, a broker or a socket.

use std::{future::Future, pin::Pin, sync::Arc};

use speedtrade::{
    ids::{AccountId, OrderId, UserId, WatchlistId},
    instrument::Instrument,
    market::{Bar, Timeframe},
    order::{OrderChange, OrderTicket},
    portfolio::EquityPoint,
    screener::ScreenQuery,
    wire::{
        AccountView, AlertView, FeedsView, FillView, FiringView, InstrumentView, OrderView, OverviewView, Page, PortfolioView,
        PositionView, PreviewView, Problem, QuoteView, ScreenUpdate, UserView, WatchlistView,
    },
};

use crate::api::{
    CurveRange, OrderFilter,
    watching::{AlertAction, WatchlistAction},
};

pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;

/// Everything the host offers to pages, provided as a Leptos context for page routes and server functions alike.
#[derive(Clone)]
pub struct Backend {
    pub trading: Arc<dyn Trading>,
    pub market: Arc<dyn Market>,
    pub accounts: Arc<dyn Accounts>,
    pub watching: Arc<dyn Watching>,
    pub connections: Arc<dyn Connections>,
}

/// The signed-in user of the request, if any; provided as a context beside `Backend`.
#[derive(Debug, Clone, Default)]
pub struct CurrentUser(pub Option<UserView>);

/// The account of the request as its page knows it (`state::account`); provided as a context beside `Backend`.
#[derive(Debug, Clone, Default)]
pub struct CurrentAccount(pub String);

/// Whose books: one account of a user, the paper account where none is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Who {
    pub user: UserId,
    pub account: Option<AccountId>,
}

pub trait Trading: Send + Sync {
    /// The order, and whether it is new (false: the same `client_order_id` was sent before).
    fn place(&self, who: Who, ticket: OrderTicket) -> Pending<'_, (OrderView, bool)>;
    /// What the ticket would come to now; places nothing.
    fn preview(&self, who: Who, ticket: OrderTicket) -> Pending<'_, PreviewView>;
    /// The order that replaces it.
    fn replace(&self, user: UserId, order: OrderId, change: OrderChange) -> Pending<'_, OrderView>;
    fn cancel(&self, user: UserId, order: OrderId) -> Pending<'_, OrderView>;
    /// Cancels every open order, of one symbol if given; answers the orders it canceled.
    fn cancel_all(&self, who: Who, symbol: Option<String>) -> Pending<'_, Vec<OrderView>>;
    /// Sells a position (all of it, `qty` of it or `percentage` of it) by a market order.
    fn close_position(&self, who: Who, symbol: String, qty: Option<String>, percentage: Option<String>) -> Pending<'_, OrderView>;
    /// Newest first.
    fn list_orders(&self, who: Who, filter: OrderFilter) -> Pending<'_, Page<OrderView>>;
    /// With its fills.
    fn find_order(&self, user: UserId, order: OrderId) -> Pending<'_, OrderView>;
    /// Newest first, at most `limit`.
    fn list_fills(&self, who: Who, limit: usize) -> Pending<'_, Vec<FillView>>;
    fn portfolio(&self, who: Who) -> Pending<'_, PortfolioView>;
    /// Holdings that are not empty, by symbol.
    fn positions(&self, who: Who) -> Pending<'_, Vec<PositionView>>;
    fn equity_curve(&self, who: Who, range: CurveRange) -> Pending<'_, Vec<EquityPoint>>;
}

pub trait Market: Send + Sync {
    /// `symbol` as a person may type it: any case, `BTC-USD` for `BTC/USD`. 404 `unknown_symbol` otherwise.
    fn instrument(&self, symbol: &str) -> Result<Instrument, Problem>;
    fn quote(&self, symbol: &str) -> Result<QuoteView, Problem>;
    fn search(&self, text: &str, limit: usize) -> Vec<InstrumentView>;
    /// Some of the matching quotes in the screen's order, and how many match.
    fn screen(&self, query: &ScreenQuery, offset: usize, limit: usize) -> Result<ScreenUpdate, Problem>;
    /// The newest `limit` bars, oldest first; the last one is still forming.
    fn bars(&self, symbol: &str, timeframe: Timeframe, limit: usize) -> Pending<'_, Vec<Bar>>;
    /// Sectors in use, for the filter.
    fn sectors(&self) -> Vec<String>;
    fn exchanges(&self) -> Vec<String>;
    /// How each feed is, and which providers there are none of.
    fn providers(&self) -> FeedsView;
    /// What all prices are labelled with: `Simulated`, `Live prices`, `Some live prices`.
    fn source_label(&self) -> &'static str;
}

/// What a change of the watchlists leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangedList {
    /// The list to show next; the first one without it.
    pub shown: Option<WatchlistId>,
    /// What to tell the trader.
    pub said: Option<String>,
}

/// Watchlists and alerts of a user.
pub trait Watching: Send + Sync {
    /// Oldest first.
    fn watchlists(&self, user: UserId) -> Pending<'_, Vec<WatchlistView>>;
    /// The list that was made or changed; `None` when it is gone.
    fn change_watchlist(&self, user: UserId, change: WatchlistAction) -> Pending<'_, ChangedList>;
    /// Newest first, at most `limit`; of one symbol and armed ones only, if asked for.
    fn alerts(&self, user: UserId, armed_of: Option<String>, limit: usize) -> Pending<'_, Vec<AlertView>>;
    fn firings(&self, user: UserId, limit: usize) -> Pending<'_, Vec<FiringView>>;
    fn change_alert(&self, user: UserId, change: AlertAction) -> Pending<'_, ()>;
}

/// A venue's key as it was typed. No `Debug`.
pub struct VenueKey {
    pub api_key: String,
    pub api_secret: String,
}

/// What was typed to connect an account. No `Debug`: it holds a key and a password.
pub struct ConnectForm {
    pub account_type: String,
    pub is_paper: bool,
    pub label: String,
    pub key: VenueKey,
    pub password: String,
}

/// No `Debug`: it holds a key or a password.
pub enum AccountChange {
    Rename(String),
    Verify,
    ReplaceKey {
        key: VenueKey,
        password: String,
    },
    Remove {
        password: String,
    },
    /// The venue is right about this asset, whose number was `seen`.
    Believe {
        asset: String,
        seen: String,
    },
    /// The kill switch: every open order is canceled and nothing new is placed.
    Halt(bool),
    /// The owner has looked at what closed the account.
    OpenGate,
}

/// A user's accounts, paper and at venues.
pub trait Connections: Send + Sync {
    /// The paper account first, then the others, oldest first.
    fn accounts(&self, user: UserId) -> Pending<'_, Vec<AccountView>>;
    /// Why one of them takes no orders, or where its venue has other numbers; in words.
    fn trouble(&self, who: Who) -> Pending<'_, Option<String>>;
    /// What all of them are worth and hold.
    fn overview(&self, user: UserId) -> Pending<'_, OverviewView>;
    fn connect(&self, user: UserId, form: ConnectForm) -> Pending<'_, ()>;
    fn change(&self, user: UserId, account: AccountId, change: AccountChange) -> Pending<'_, ()>;
}

/// A fresh session and the `Set-Cookie` header values that carry it.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub user: UserView,
    pub set_cookies: Vec<String>,
}

pub trait Accounts: Send + Sync {
    fn register(&self, email: String, username: String, password: String) -> Pending<'_, SignedIn>;
    fn sign_in(&self, email: String, password: String) -> Pending<'_, SignedIn>;
    /// Revokes the session named by the request's `Cookie` header; answers the cookies that clear it.
    fn sign_out(&self, cookie_header: Option<String>) -> Pending<'_, Vec<String>>;
    /// What the user's browser asked to remember under `name`.
    fn preference(&self, user: UserId, name: &'static str) -> Pending<'_, Option<String>>;
    /// At most 8 KB; 422 otherwise.
    fn set_preference(&self, user: UserId, name: &'static str, value: String) -> Pending<'_, ()>;
}
