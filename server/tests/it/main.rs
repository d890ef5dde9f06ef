//! The host from outside: through its router, its socket and its services, on both databases.

#![expect(unreachable_pub, reason = "a test binary exports nothing: pub marks what the other files use")]

mod alerts;
mod auth;
mod books;
mod broker;
mod connections;
mod databases;
mod demo;
mod edge;
mod feeds;
mod functions;
mod harness;
mod history;
mod hosts;
mod house;
mod import_bars;
mod instruments;
mod live;
mod live_past;
mod market;
mod migrations;
mod names;
mod new_user;
mod order_core;
mod orders;
mod postgres;
mod preferences;
mod push_subscriptions;
mod redis_server;
#[cfg(feature = "outside-cases")]
mod specs;
mod trading;
mod verifying;
mod watching;
mod watchlists;
mod ws;
