//! One module per page.

mod accounts;
mod alerts;
mod auth;
mod dashboard;
mod feeds;
mod landing;
mod lazy;
mod login;
mod message;
mod not_found;
mod offline;
mod opening;
mod order;
mod orders;
mod portfolio;
mod register;
mod screener;
mod settings;
mod trade;
mod watchlists;

use accounts::AccountsPage;
use alerts::AlertsPage;
use dashboard::DashboardPage;
use feeds::FeedsPage;
pub use landing::LandingPage;
pub(crate) use lazy::LazyPage;
#[cfg(feature = "hydrate")]
pub(crate) use lazy::arrived;
use login::LoginPage;
pub use not_found::NotFoundPage;
pub use offline::OfflinePage;
use order::OrderPage;
use orders::OrdersPage;
use portfolio::{AllAccountsPage, PortfolioPage};
use register::RegisterPage;
use screener::ScreenerPage;
use settings::SettingsPage;
pub use trade::TradePage;
use watchlists::WatchlistsPage;
