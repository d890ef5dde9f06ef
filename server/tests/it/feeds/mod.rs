//! Feeds against fakes of their providers, each in a process of its own.

mod binance;
mod binance_books;
mod binance_rest;
mod fake;
mod probe;
mod replay;
mod troubles;
