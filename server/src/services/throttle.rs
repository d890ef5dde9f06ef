//! Wrong sign-ins, counted: five per account and address, more for an address or an account alone. All hosts count together in
//! Redis; without it each counts in memory.
//!
//! Bounded: when too many names are remembered, windows that ended go first, then all of them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use speedtrade::time::{MINUTE_US, SECOND_US, Timestamp};

use super::ServiceError;
use crate::hosts::{Counted, Hosts, Window};

const WINDOW_US: i64 = 15 * MINUTE_US;
const WINDOW: Window = Window { kind: "sign-in", length: Duration::from_mins(15) };
const FAILURES_MAX: u32 = 5;
/// Many accounts from one address, or one account from many addresses.
const WIDE_FAILURES_MAX: u32 = 50;
const KEYS_MAX: usize = 50_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, IpAddr),
    Account(String),
    Address(IpAddr),
}

impl Key {
    const fn failures_max(&self) -> u32 {
        match self {
            Self::Pair(..) => FAILURES_MAX,
            Self::Account(_) | Self::Address(_) => WIDE_FAILURES_MAX,
        }
    }

    /// Says neither an account nor an address to who reads Redis.
    fn shared(&self) -> String {
        Base64UrlUnpadded::encode_string(&Sha256::digest(format!("{self:?}").as_bytes()))
    }
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    since: Timestamp,
    count: u32,
}

#[derive(Debug, Default)]
pub struct Throttle {
    hosts: Hosts,
    /// Also while Redis counts: it may go at any time.
    failures: Mutex<HashMap<Key, Failures>>,
}

impl Throttle {
    pub fn new(hosts: Hosts) -> Self {
        Self { hosts, failures: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `RateLimited` when this account or address has failed too often in the last quarter of an hour.
    pub async fn check(&self, account: &str, address: IpAddr, now: Timestamp) -> Result<(), ServiceError> {
        let keys = keys(account, address);
        let wait_us = match self.count(&keys, 0).await {
            Some(counted) => {
                let over = keys.iter().zip(&counted).filter(|(key, counted)| counted.count >= key.failures_max());
                over.map(|(_, counted)| i64::try_from(counted.left.as_micros()).unwrap_or(WINDOW_US)).max()
            }
            None => self.wait_here(&keys, now),
        };
        match wait_us {
            None => Ok(()),
            Some(wait_us) => {
                let seconds = wait_us.div_euclid(SECOND_US) + 1;
                Err(ServiceError::RateLimited { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) })
            }
        }
    }

    fn wait_here(&self, keys: &[Key], now: Timestamp) -> Option<i64> {
        let failures = self.lock();
        let ends = keys.iter().filter_map(|key| {
            let failed = failures.get(key).filter(|f| f.count >= key.failures_max())?;
            Some(failed.since.plus_micros(WINDOW_US)).filter(|end| now < *end)
        });
        ends.max().map(|end| end.micros() - now.micros())
    }

    async fn count(&self, keys: &[Key], more: u32) -> Option<Vec<Counted>> {
        let keys: Vec<_> = keys.iter().map(Key::shared).collect();
        self.hosts.count(WINDOW, &keys, more).await
    }

    pub async fn record_failure(&self, account: &str, address: IpAddr, now: Timestamp) {
        let keys = keys(account, address);
        self.count(&keys, 1).await;
        let mut failures = self.lock();
        if failures.len() + keys.len() > KEYS_MAX {
            failures.retain(|_, f| now < f.since.plus_micros(WINDOW_US));
        }
        if failures.len() + keys.len() > KEYS_MAX {
            failures.clear();
        }
        for key in keys {
            let failed = failures.entry(key).or_insert(Failures { since: now, count: 0 });
            if now >= failed.since.plus_micros(WINDOW_US) {
                *failed = Failures { since: now, count: 0 };
            }
            failed.count = failed.count.saturating_add(1);
        }
    }

    /// A right password clears what this address did to this account.
    pub async fn record_success(&self, account: &str, address: IpAddr) {
        let pair = Key::Pair(account.to_owned(), address);
        self.hosts.forget(WINDOW, &pair.shared()).await;
        self.lock().remove(&pair);
    }
}

fn keys(account: &str, address: IpAddr) -> [Key; 3] {
    [Key::Pair(account.to_owned(), address), Key::Account(account.to_owned()), Key::Address(address)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));
    const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 2));

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * SECOND_US)
    }

    #[tokio::test]
    async fn five_failures_lock_the_pair_until_the_window_ends() {
        let throttle = Throttle::default();
        for second in 0..5 {
            assert!(throttle.check("ann", HOME, at(second)).await.is_ok());
            throttle.record_failure("ann", HOME, at(second)).await;
        }
        assert!(matches!(throttle.check("ann", HOME, at(5)).await, Err(ServiceError::RateLimited { retry_after: 896 })));
        assert!(throttle.check("ann", ELSEWHERE, at(5)).await.is_ok(), "the owner can still sign in from elsewhere");
        assert!(throttle.check("bob", HOME, at(5)).await.is_ok());
        assert!(throttle.check("ann", HOME, at(900)).await.is_ok(), "the window has ended");
    }

    #[tokio::test]
    async fn spraying_many_accounts_locks_the_address() {
        let throttle = Throttle::default();
        for n in 0..WIDE_FAILURES_MAX {
            throttle.record_failure(&format!("user{n}"), HOME, at(0)).await;
        }
        assert!(throttle.check("someone", HOME, at(1)).await.is_err());
    }

    #[tokio::test]
    async fn success_clears_the_pair() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            throttle.record_failure("ann", HOME, at(0)).await;
        }
        throttle.record_success("ann", HOME).await;
        throttle.record_failure("ann", HOME, at(1)).await;
        assert!(throttle.check("ann", HOME, at(1)).await.is_ok());
    }
}
