//! Feeds against fakes of their providers, each in a process of its own.

mod alpaca;
mod alpaca_rest;
mod binance;
mod binance_books;
mod binance_rest;
mod coinbase;
mod desk;
pub mod fake;
mod massive;
pub mod probe;
mod replay;
mod troubles;
mod vendor;
mod yahoo;
