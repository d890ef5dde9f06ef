//! Facts of the market: quotes, bars, depth and sessions. Must never hold anything about a person's orders.

mod bar;
mod book;
mod event;
mod live_quote;
mod minutes;
mod quote;
mod session;

pub use bar::{Bar, Timeframe, UnknownTimeframe};
pub use book::{Book, BookChange, Level};
pub use event::{DayStats, MarketEvent, Touch, Trade};
pub use live_quote::LiveQuote;
pub use minutes::Minutes;
pub use quote::Quote;
pub use session::{Calendar, Session};
