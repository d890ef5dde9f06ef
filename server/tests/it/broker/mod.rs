//! Connectors against fakes of their venues, each in a process of its own.

mod binance;
mod faults;
mod stand;
