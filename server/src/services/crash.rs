//! Where a test may have the process die: `SPEEDTRADE_CRASH=<point>:<n>` ends it the n-th time it comes by.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

static WANTED: LazyLock<Option<(String, u64)>> = LazyLock::new(|| {
    let text = std::env::var("SPEEDTRADE_CRASH").ok()?;
    let (point, times) = text.split_once(':')?;
    Some((point.to_owned(), times.parse().ok()?))
});
static SEEN: AtomicU64 = AtomicU64::new(0);

pub(in crate::services) fn point(name: &str) {
    if let Some((wanted, times)) = &*WANTED
        && wanted == name
        && SEEN.fetch_add(1, Ordering::SeqCst) + 1 == *times
    {
        std::process::abort();
    }
}
