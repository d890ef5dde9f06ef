//! Facts of the market: quotes, bars and sessions. Must never hold anything about a person's orders.

mod bar;
mod quote;
mod session;

pub use bar::{Bar, Timeframe, UnknownTimeframe};
pub use quote::Quote;
pub use session::{Calendar, Session};
