//! The domain of SpeedTrade: money, instruments, orders, ledger, positions and the wire format.
//!
//! Pure and WASM-safe. It must never do I/O, read a clock, draw a random number or know of SQL, HTTP or a venue's JSON.

pub mod account;
pub mod alert;
pub mod audit;
pub mod engine;
pub mod fee;
pub mod fill;
pub mod ids;
pub mod indicators;
pub mod instrument;
pub mod ledger;
pub mod market;
pub mod money;
pub mod order;
pub mod paper;
pub mod portfolio;
pub mod position;
pub mod risk;
pub mod screener;
pub mod time;
pub mod venue;
pub mod watchlist;
pub mod wire;
