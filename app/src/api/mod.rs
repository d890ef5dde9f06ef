//! Server functions by noun. Each checks who asks, calls a `backend` trait and returns what it said.

#[cfg(feature = "ssr")]
pub mod context;
mod error;
pub mod market;
pub mod orders;
pub mod portfolio;
mod query;

pub use error::ApiError;
pub use query::{CurveRange, OrderFilter, OrderStatusFilter, UnknownRange};
