//! Connectors against fakes of their venues, each in a process of its own.

#[macro_use]
mod faults;
mod alpaca;
mod binance;
mod coinbase;
mod kraken;
mod lookups;
mod stand;
