//! Every case of an oracle (what CCXT sends for a wish and what it reads in an answer) through our own connectors and feeds.
//! The cases are no part of this project, so nothing here runs by itself: `scripts/check-oracle DIR` does.
//! Must never hold a case: what differs is listed by its name, its difference and the reason.

mod alpaca;
mod binance;
mod cases;
mod coinbase;
mod drive;
mod facts;
mod kraken;
mod prices;
mod sent;
mod tally;
mod told;
