//! Server functions by noun. Each checks who asks, calls a `backend` trait and returns what it said.

pub mod accounts;
pub mod auth;
mod bar_text;
#[cfg(feature = "ssr")]
pub mod context;
#[cfg(feature = "ssr")]
mod cookies;
mod error;
mod json;
pub mod market;
pub mod orders;
pub mod page;
mod page_text;
pub mod portfolio;
pub mod preferences;
mod query;
pub mod screens;
pub mod watching;

pub use bar_text::Bars;
pub use error::ApiError;
pub(crate) use error::sentence;
pub(crate) use json::read;
pub use json::{Json, PageJson};
pub use page_text::PageText;
pub use query::{CurveRange, OrderFilter, OrderStatusFilter, UnknownRange};
