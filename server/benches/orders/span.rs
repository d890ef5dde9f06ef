//! How long one measurement lasts.

use std::time::Duration;

/// `SPEEDTRADE_BENCH_SECONDS`, or so many seconds.
pub fn span(seconds: u64) -> Duration {
    let wanted = std::env::var("SPEEDTRADE_BENCH_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(wanted.unwrap_or(seconds))
}
