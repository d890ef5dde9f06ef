//! Trading venues in a process of their own, for tests and for the demo of live routing:
//! `fake-venue alpaca|binance|coinbase|kraken [--port N] [--key K --secret S] [--stay]`.
//!
//! It shares no code with the desk, so both must agree with the venue's documents, not with each other. It listens on
//! 127.0.0.1 (REST and WebSocket on one port), prints one line `{"event":"listening","port":…,"key":…,"secret":…}` and ends
//! when its standard input ends, unless told to `--stay`. Keys are dummies; signatures, timestamps and nonces are checked.
//!
//! - alpaca: `/v2/*`, stream `/stream` (binary frames). Symbols `AAPL MSFT SPY BTC/USD ETH/USD SOL/USD DOGE/USD`.
//! - binance: `/api/v3/*`, `/sapi/v1/account/apiRestrictions`, WS API `/ws-api/v3`. Symbols `BTCUSDT` … The line also tells
//!   `ed25519_key` and `ed25519_secret` (PKCS#8 PEM): a second key of the same account. `--secret` may be such a PEM itself.
//! - coinbase: `/api/v3/brokerage/*`, stream `/ws-user`. Symbols `BTC-USD` … The secret is a P-256 key (SEC1 PEM), new at each
//!   start unless given.
//! - kraken: `/0/public/*`, `/0/private/*`, stream `/v2`. Symbols `BTC/USD` … (over REST `XBTUSD` …).
//!
//! # Control
//! One JSON object a line on standard input, or `POST /_control`; the answer is `{"event":"done","do":…}` with what there is to
//! tell, or `{"event":"failed","error":…}` (HTTP 400). Control works while the venue is frozen.
//!
//! - `{"do":"report"}` (also `GET /_control/report`): `submissions` (place, cancel and replace as received, with `client_id`,
//!   `body`, `at_ms`, `fault`, `processed`, `status` and `answer`, both null where none was delivered), `orders`, `trades`,
//!   `balances`, `calls` (questions counted by call). A submission is recorded before it is decided how to fail.
//! - `{"do":"fault","call":C,"kind":K,"times":N|"always","probability":p,"seed":n}`: the next N questions (1 where nothing is said;
//!   for ever with a probability) of the call C meet K. C is `place cancel replace get list fills balances instruments time
//!   permissions token other any`. K with effect at the venue: `delay_ms:N` (answer late), `delay_before_ms:N` (arrives late, also
//!   when the client has hung up), `timeout_after`, `http_500_after`, `reset_after`, `bad_json_after`, `half_body_after`. Without:
//!   `forget` (answered as if it were done), `drop_before` (connection reset), `http_503_before`, `http_429:RETRY_AFTER`, `http_418:RETRY_AFTER`, `reject:CODE_OR_NAME`
//!   (alpaca `40310000`, binance `-2010`, coinbase `INSUFFICIENT_FUND`, kraken `EOrder:Insufficient funds`).
//! - `{"do":"clear_faults"}`
//! - `{"do":"price","symbol":S,"bid":"1","ask":"2","depth":"3"}`: `depth` is what can be taken at the touch, without end if absent.
//! - `{"do":"fill","client_id":…|"order_id":…,"qty":"1","price":"2"}` (the rest at the limit, if absent; also fills a closed order:
//!   a late execution) · `bust` (`trade_id`, or the order's last) · `cancel` · `expire` (each with `client_id` or `order_id`)
//! - `{"do":"external","symbol":S,"side":"buy","type":"limit","qty":"1","limit":"2"}`: an order placed elsewhere.
//! - `{"do":"balance","asset":"USD","amount":"-5"}`: a deposit, or a withdrawal.
//! - `{"do":"set","auto_fill":false,"withdraw_permission":true,"clock_offset_ms":-5000,"lookup_lag_ms":1000,"enforce_limit":true}`,
//!   `"hide_trades":true` (binance: counted in orders, not listed)
//! - `{"do":"stream","kind":"drop|silence|duplicate|reorder|gap|half_open|ok","times":N}`: `silence` loses events and keeps
//!   heartbeats, until `ok`; `gap` loses the next N messages, `reorder` lets the next one overtake.
//! - `{"do":"freeze","lose":false}` · `{"do":"thaw"}`: in between nothing is answered; what came is done after the thaw, or lost.
//! - `{"do":"reset"}`: everything as at the start but for the open streams and the ids, which go on.

#![expect(clippy::print_stdout, reason = "it tells its test what happened by printing")]
#![expect(unreachable_pub, reason = "a program exports nothing: pub marks what the other files use")]

mod alpaca;
mod binance;
mod coinbase;
mod control;
mod exchange;
mod faults;
mod http;
mod keys;
mod kraken;
mod record;
mod serve;
mod streams;
mod venue;
mod world;
mod write;

use std::io::BufRead as _;

use clap::{Parser, ValueEnum};
use venue::{Credentials, Venue};
use world::World;

#[derive(Clone, Copy, ValueEnum)]
enum Protocol {
    Alpaca,
    Binance,
    Coinbase,
    Kraken,
}

#[derive(Parser)]
struct Args {
    protocol: Protocol,
    #[arg(long, default_value_t = 0)]
    port: u16,
    #[arg(long, requires = "secret")]
    key: Option<String>,
    #[arg(long, requires = "key")]
    secret: Option<String>,
    /// Goes on when its standard input ends.
    #[arg(long)]
    stay: bool,
}

fn venue(protocol: Protocol, credentials: Option<Credentials>) -> Box<dyn Venue> {
    match protocol {
        Protocol::Alpaca => Box::new(alpaca::Alpaca::new(credentials)),
        Protocol::Binance => Box::new(binance::Binance::new(credentials)),
        Protocol::Coinbase => Box::new(coinbase::Coinbase::new(credentials)),
        Protocol::Kraken => Box::new(kraken::Kraken::new(credentials)),
    }
}

fn main() {
    let args = Args::parse();
    let credentials = args.key.zip(args.secret).map(|(key, secret)| Credentials { key, secret });
    let venue = venue(args.protocol, credentials);
    let mut listening = venue.credentials();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let world = World::new(venue);
    let port = runtime.block_on(serve::start(world.clone(), args.port)).expect("a free port");
    listening["event"] = "listening".into();
    listening["port"] = port.into();
    println!("{listening}");
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        println!("{}", control::carry_out(&world, &line).1);
    }
    if args.stay {
        loop {
            std::thread::park();
        }
    }
}
