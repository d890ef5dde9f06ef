//! A provider in a process of its own, for tests: `fake-feed PROTOCOL`. It shares no code with the desk, so both must agree
//! with the provider's documents, not with each other.
//!
//! Commands come as JSON lines on standard input (`control.rs`), what happened goes out as JSON lines. Ends with its input.

#![expect(clippy::print_stdout, reason = "it tells its test what happened by printing")]
#![expect(unreachable_pub, reason = "a program exports nothing: pub marks what the other files use")]

mod alpaca;
mod binance;
mod coinbase;
mod control;
mod massive;
mod provider;
mod serve;
mod yahoo;

use std::io::BufRead as _;

use provider::Provider;
use serve::World;

fn provider(name: &str) -> Option<Box<dyn Provider>> {
    match name {
        "alpaca" => Some(Box::new(alpaca::Alpaca::default())),
        "binance" => Some(Box::new(binance::Binance::default())),
        "coinbase" => Some(Box::new(coinbase::Coinbase::default())),
        "massive" => Some(Box::new(massive::Massive::default())),
        "yahoo" => Some(Box::new(yahoo::Yahoo)),
        _ => None,
    }
}

fn main() {
    let name = std::env::args().nth(1).unwrap_or_default();
    let provider = provider(&name).unwrap_or_else(|| panic!("no protocol is called {name:?}"));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let world = World::new(provider);
    let address = runtime.block_on(serve::start(world.clone()));
    control::say(&serde_json::json!({"event": "listening", "port": address.port()}));
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        world.tell(&line);
    }
}
