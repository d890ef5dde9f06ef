//! REST requests a minute, for each user or, unsigned, each address. Server functions and pages don't count.
//!
//! All hosts count together in Redis; without it each counts in memory, bounded: when too many are remembered, minutes that ended
//! go first, then all of them.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{Extensions, HeaderMap};
use speedtrade::{
    ids::UserId,
    time::{MINUTE_US, SECOND_US, Timestamp},
};

use super::{
    identity::{Identity, Peer},
    problem::Failure,
    state::AppState,
};
use crate::{
    hosts::{Counted, Hosts, Window},
    services::ServiceError,
};

const KEYS_MAX: usize = 100_000;
const MINUTE: Window = Window { kind: "rate", length: Duration::from_mins(1) };

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    User(UserId),
    V4([u8; 4]),
    /// The network of an IPv6 host: its owner has all addresses of it.
    V6([u8; 8]),
}

impl From<IpAddr> for Key {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self::V4(v4.octets()),
            IpAddr::V6(v6) => {
                let mut network = [0; 8];
                network.copy_from_slice(&v6.octets()[..8]);
                Self::V6(network)
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "{user}"),
            Self::V4(octets) => write!(f, "{}", Ipv4Addr::from(*octets)),
            Self::V6(network) => {
                let mut octets = [0; 16];
                octets[..8].copy_from_slice(network);
                write!(f, "{}", Ipv6Addr::from(octets))
            }
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Begun {
    start: Timestamp,
    count: u32,
}

/// What the `RateLimit-*` headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Standing {
    per_minute: u32,
    remaining: u32,
    reset_seconds: u32,
    is_over: bool,
}

#[derive(Debug)]
pub(crate) struct RateLimiter {
    /// 0 is no limit.
    per_minute: u32,
    hosts: Hosts,
    windows: Mutex<HashMap<Key, Begun>>,
}

impl RateLimiter {
    pub(crate) fn new(per_minute: u32, hosts: Hosts) -> Self {
        Self { per_minute, hosts, windows: Mutex::default() }
    }

    /// Counts one request.
    async fn count(&self, key: Key, now: Timestamp) -> Standing {
        match self.hosts.count(MINUTE, &[key.to_string()], 1).await.as_deref() {
            Some([Counted { count, left }]) => self.standing(*count, i64::try_from(left.as_micros()).unwrap_or(MINUTE_US)),
            Some(_) | None => self.count_here(key, now),
        }
    }

    fn count_here(&self, key: Key, now: Timestamp) -> Standing {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let has_ended = |window: &Begun| now >= window.start.plus_micros(MINUTE_US);
        if windows.len() >= KEYS_MAX && !windows.contains_key(&key) {
            windows.retain(|_, window| !has_ended(window));
            if windows.len() >= KEYS_MAX {
                windows.clear();
            }
        }
        let window = windows.entry(key).or_insert(Begun { start: now, count: 0 });
        if has_ended(window) {
            *window = Begun { start: now, count: 0 };
        }
        window.count = window.count.saturating_add(1);
        self.standing(window.count, window.start.micros() + MINUTE_US - now.micros())
    }

    fn standing(&self, count: u32, left_us: i64) -> Standing {
        Standing {
            per_minute: self.per_minute,
            remaining: self.per_minute.saturating_sub(count),
            reset_seconds: u32::try_from((left_us + SECOND_US - 1).div_euclid(SECOND_US)).unwrap_or(0),
            is_over: count > self.per_minute,
        }
    }
}

/// Counts a request whose sender is known. `None`: there is no limit.
pub(super) async fn count(state: &AppState, extensions: &Extensions) -> Option<Standing> {
    if state.limiter.per_minute == 0 {
        return None;
    }
    let user = extensions.get::<Identity>().and_then(Identity::user).map(|u| Key::User(u.user.id));
    let key = user.unwrap_or_else(|| Peer::of(extensions).0.into());
    Some(state.limiter.count(key, state.clock.now()).await)
}

impl Standing {
    pub(super) fn refusal(self) -> Option<Failure> {
        self.is_over.then(|| ServiceError::RateLimited { retry_after: self.reset_seconds.max(1) }.into())
    }

    pub(super) fn tell(self, headers: &mut HeaderMap) {
        headers.insert("ratelimit-limit", self.per_minute.into());
        headers.insert("ratelimit-remaining", self.remaining.into());
        headers.insert("ratelimit-reset", self.reset_seconds.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_counts_down_and_begins_anew() {
        let limiter = RateLimiter::new(2, Hosts::Alone);
        let key = Key::from(IpAddr::from([10, 0, 0, 1]));
        let at = |seconds: i64| limiter.count_here(key, Timestamp::from_micros(seconds * SECOND_US));
        assert_eq!(at(0), Standing { per_minute: 2, remaining: 1, reset_seconds: 60, is_over: false });
        assert_eq!(at(10), Standing { per_minute: 2, remaining: 0, reset_seconds: 50, is_over: false });
        assert_eq!(at(59), Standing { per_minute: 2, remaining: 0, reset_seconds: 1, is_over: true });
        assert_eq!(at(60), Standing { per_minute: 2, remaining: 1, reset_seconds: 60, is_over: false });
    }

    #[test]
    fn an_ipv6_network_is_one_caller_and_a_mapped_address_is_ipv4() {
        let key = |text: &str| Key::from(text.parse::<IpAddr>().expect("an address"));
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8::1"), key("2001:db9::1"));
        assert_eq!(key("::ffff:10.0.0.1"), key("10.0.0.1"));
    }
}
