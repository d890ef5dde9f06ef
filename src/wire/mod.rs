//! What crosses the wire: the JSON of REST (`view`) and the frames of the WebSocket (`frame`), version 1.
//!
//! Must never hold a secret, and never a float.

mod frame;
mod problem;
mod view;

pub use frame::{ClientFrame, OrderUpdate, PositionUpdate, PriceUpdate, ServerFrame, WireError};
pub use problem::Problem;
pub use view::{FillView, InstrumentView, OrderView, Page, PortfolioView, PositionView, QuoteView, UserView};
