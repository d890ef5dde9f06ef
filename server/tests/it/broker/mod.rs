//! Connectors against fakes of their venues, each in a process of its own.

mod alpaca;
mod binance;
mod coinbase;
mod faults;
mod kraken;
mod lookups;
mod stand;
