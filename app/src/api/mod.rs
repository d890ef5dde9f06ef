//! Server functions by noun. Each checks who asks, calls a `backend` trait and returns what it said.

mod error;
mod query;

pub use error::ApiError;
pub use query::{CurveRange, OrderFilter, OrderStatusFilter, UnknownRange};
