//! The host of SpeedTrade: REST, WebSocket, pages, engine, paper venue, simulated market and store in one binary.

/// The system's allocator takes a fifth of the time of an order.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod broker;
pub mod bus;
pub mod clock;
pub mod config;
pub mod hosts;
pub mod http;
mod json;
pub mod market;
pub mod net;
#[cfg(all(test, feature = "outside-cases"))]
mod oracle;
mod pages;
pub mod secrets;
pub mod services;
mod session_cookies;
pub mod startup;
pub mod store;
pub mod vault;
