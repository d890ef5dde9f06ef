//! The host of SpeedTrade: REST, WebSocket, pages, engine, paper venue, simulated market and store in one binary.

pub mod bus;
pub mod clock;
pub mod config;
pub mod http;
pub mod market;
mod pages;
pub mod secrets;
pub mod services;
mod session_cookies;
pub mod startup;
pub mod store;
