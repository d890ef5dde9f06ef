//! One module per page.

mod auth;
mod dashboard;
mod landing;
mod login;
mod message;
mod not_found;
mod offline;
mod opening;
mod orders;
mod portfolio;
mod register;
mod screener;
mod settings;
mod trade;

pub use dashboard::DashboardPage;
pub use landing::LandingPage;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use offline::OfflinePage;
pub use orders::OrdersPage;
pub use portfolio::PortfolioPage;
pub use register::RegisterPage;
pub use screener::ScreenerPage;
pub use settings::SettingsPage;
pub use trade::TradePage;
