//! What the desk does for its users. Callers are `http` and the pages; it never sees a request or a response.

pub mod accounts;
pub mod alerts;
pub mod bars_csv;
pub mod connections;
mod crash;
pub mod demo;

mod error;
pub mod events;
pub mod live;
mod outbound;
pub mod overview;
mod paging;
pub mod password;
pub mod past;
pub mod push;
pub mod quotes;
pub mod readiness;
pub mod sessions;
pub mod throttle;
pub mod trading;
pub mod verify;
pub mod watchlists;
pub mod webhooks;

pub use error::ServiceError;
