//! What a page opens with. One kind of question and one kind of answer for all pages: the browser's program holds
//! the machinery of loading once.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::{
    ids::AccountId,
    screener::ScreenQuery,
    wire::{OrderView, Page, QuoteView},
};

use super::{
    ApiError, Json, OrderStatusFilter, PageText,
    market::{ScreenSnapshot, TradeSnapshot},
    portfolio::{DashboardSnapshot, Desk},
    watching::{AlertsSnapshot, WatchlistsSnapshot},
};
#[cfg(feature = "ssr")]
use super::{
    OrderFilter,
    context::{backend, require_user, require_who},
    market, portfolio, watching,
};

#[allow(clippy::large_enum_variant, reason = "there is one per page, and it is moved once; smaller where pointers are")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PageQuery {
    Ticker,
    Dashboard,
    Trade(String),
    Portfolio,
    Orders(OrderStatusFilter),
    Order(String),
    Screen(ScreenQuery),
    /// The id of the list that is shown; the first one for any other text.
    Watchlists(String),
    Alerts,
    Accounts,
    Overview,
    Feeds,
}

/// The answer to the query of the same name. The others are a `Text`, which their page alone reads: a list of `AccountView` for
/// `Accounts`, an `OrderView` for `Order`, an `OverviewView` for `Overview`, a `FeedsView` for `Feeds`.
#[expect(clippy::large_enum_variant, reason = "there is one per page, and it is moved once")]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum PageData {
    Ticker(Vec<QuoteView>),
    Dashboard(DashboardSnapshot),
    Trade(TradeSnapshot),
    Portfolio(Desk),
    Orders(Page<OrderView>),
    Screen(ScreenSnapshot),
    Watchlists(WatchlistsSnapshot),
    Alerts(AlertsSnapshot),
    Text(PageText),
}

#[server(name = OpenPage, input = Json, output = Json)]
pub async fn open_page(account: Option<AccountId>, query: PageQuery) -> Result<PageData, ApiError> {
    let backend = backend()?;
    Ok(match query {
        PageQuery::Ticker => PageData::Ticker(market::ticker(&backend)),
        PageQuery::Dashboard => PageData::Dashboard(portfolio::dashboard(&backend, require_who(account)?).await?),
        PageQuery::Trade(symbol) => PageData::Trade(market::trade_snapshot(&backend, account, &symbol).await?),
        PageQuery::Portfolio => PageData::Portfolio(portfolio::desk_of(&backend, require_who(account)?).await?),
        PageQuery::Orders(status) => {
            PageData::Orders(backend.trading.list_orders(require_who(account)?, OrderFilter::first_page(status)).await?)
        }
        PageQuery::Order(id) => {
            let id = id.parse().map_err(|_| speedtrade::wire::Problem::new(404, "order_not_found", "You have no such order."))?;
            PageData::Text(PageText::write(&backend.trading.find_order(require_user()?.id, id).await?)?)
        }
        PageQuery::Screen(query) => PageData::Screen(market::screen_snapshot(&backend, account, &query).await?),
        PageQuery::Watchlists(id) => PageData::Watchlists(watching::watchlists(&backend, require_user()?.id, id.parse().ok()).await?),
        PageQuery::Alerts => PageData::Alerts(watching::alerts(&backend, require_user()?.id).await?),
        PageQuery::Accounts => PageData::Text(PageText::write(&backend.connections.accounts(require_user()?.id).await?)?),
        PageQuery::Feeds => PageData::Text(PageText::write(&backend.market.providers())?),
        PageQuery::Overview => PageData::Text(PageText::write(&backend.connections.overview(require_user()?.id).await?)?),
    })
}
