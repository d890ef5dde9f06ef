//! How old the prices on the page are, by the browser's clock.

use futures::StreamExt;
use gloo_timers::future::IntervalStream;
use leptos::prelude::*;

use super::{Connection, Live, feeds::FeedState};

/// How old prices are, while the connection is lost or a feed of the host is.
pub(super) async fn count_age(live: Live) {
    let mut seconds = IntervalStream::new(500);
    while seconds.next().await.is_some() {
        let silent = live.feeds.with_untracked(|feeds| feeds.iter().filter(|feed| feed.is_trouble()).map(FeedState::silent_ms).max());
        let since = if live.connection.get_untracked() == Connection::Live {
            silent.map(|silent| silent + now_ms() - live.wire.with_value(|wire| wire.feeds_told_ms))
        } else {
            live.wire.with_value(|wire| wire.last_price_ms).map(|then| now_ms() - then)
        };
        let age = since.and_then(|ms| u32::try_from(ms / 1_000).ok());
        if live.age_secs.get_untracked() != age {
            live.age_secs.set(age);
        }
        let now = live.wire.with_value(|wire| wire.ahead_ms).map(|ahead| (now_ms() + ahead) / 1_000);
        if live.now_secs.get_untracked() != now {
            live.now_secs.set(now);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "milliseconds of the browser's clock fit into 64 bits")]
pub(super) fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}
