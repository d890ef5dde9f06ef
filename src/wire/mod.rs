//! What crosses the wire: the JSON of REST (`view`) and the frames of the WebSocket (`frame`), version 1.
//!
//! Must never hold a secret, and never a float.

mod account_view;
mod frame;
mod order_view;
mod problem;
mod view;

pub use account_view::{ActivityView, LotView, RiskView};
pub use frame::{ClientFrame, OrderUpdate, PositionUpdate, PriceUpdate, ServerFrame, WireError};
pub use order_view::{FillView, NoticeView, OrderView, PreviewView};
pub use problem::Problem;
pub use view::{InstrumentView, Page, PortfolioView, PositionView, QuoteView, UserView};
