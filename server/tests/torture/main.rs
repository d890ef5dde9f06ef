//! The whole program in a process of its own, killed, starved and crowded. Small sizes here; `make torture` asks for the full
//! ones by `SPEEDTRADE_TORTURE=full` and takes the release build by `SPEEDTRADE_BIN`.

#![expect(unreachable_pub, reason = "a test binary exports nothing: pub marks what the other files use")]
#![expect(clippy::print_stdout, reason = "it says what it did")]

mod alerts;
mod backups;
mod client;
mod crowd;
#[path = "../it/databases.rs"]
#[expect(dead_code, reason = "shared with the other tests, which use all of it")]
mod databases;
mod durability;
#[path = "../it/feeds/fake.rs"]
#[expect(dead_code, reason = "shared with the other tests, which use all of it")]
mod fake;
mod full_disk;
mod hosts;
mod kills;
mod live;
mod postgres;
mod program;
#[path = "../it/redis_server.rs"]
mod redis_server;
#[path = "../it/live/venue.rs"]
#[expect(dead_code, reason = "shared with the other tests, which use all of it")]
mod venue;

/// The small size, or the full one when it is asked for.
pub fn size(small: usize, full: usize) -> usize {
    if std::env::var("SPEEDTRADE_TORTURE").is_ok_and(|text| text == "full") { full } else { small }
}
