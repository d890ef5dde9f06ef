//! What crosses the wire: the JSON of REST (`view`) and the frames of the WebSocket (`frame`), version 1.
//!
//! Must never hold a secret, and never a float.

mod account_view;
mod alert_view;
mod binary;
mod connection_view;
mod frame;
mod market_view;
mod order_view;
mod overview_view;
mod problem;
mod view;

pub use account_view::{ActivityView, LotView, RiskView};
pub use alert_view::{AlertView, FiringView, PushSubscriptionView, PushSubscriptionsView, WatchlistView, WebhookView};
pub use binary::{PRICES_PROTOCOL, PriceRecord};
pub use connection_view::{
    AccountView, ClosedBy, ConnectionHealth, ConnectionState, ConnectionView, DiscrepancyView, HoldingView, RequestBudget, VenueTold,
};
pub use frame::{AlertTriggered, ClientFrame, OrderUpdate, PositionUpdate, PriceUpdate, ScreenUpdate, ServerFrame, WireError};
pub use market_view::{BookView, FeedView, FeedsView, PrintView, PrintsView, ProviderView};
pub use order_view::{FillView, Moment, MomentView, NoticeView, OrderView, PreviewView};
pub use overview_view::{AccountWorth, Money, OverviewAccount, OverviewGroup, OverviewHolding, OverviewView};
pub use problem::Problem;
pub use view::{InstrumentView, Page, PortfolioView, PositionView, QuoteView, UserView};
