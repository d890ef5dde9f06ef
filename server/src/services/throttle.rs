//! Wrong sign-ins, counted in memory: five per account and address, more for an address or an account alone.
//!
//! Bounded: when too many names are remembered, windows that ended go first, then all of them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use speedtrade::time::{MINUTE_US, SECOND_US, Timestamp};

use super::ServiceError;

const WINDOW_US: i64 = 15 * MINUTE_US;
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
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    since: Timestamp,
    count: u32,
}

#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<Key, Failures>>,
}

impl Throttle {
    /// `RateLimited` when this account or address has failed too often in the last quarter of an hour.
    pub fn check(&self, account: &str, address: IpAddr, now: Timestamp) -> Result<(), ServiceError> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = keys(account, address).into_iter().filter_map(|key| {
            let failed = failures.get(&key).filter(|f| f.count >= key.failures_max())?;
            Some(failed.since.plus_micros(WINDOW_US)).filter(|end| now < *end)
        });
        match ends.max() {
            None => Ok(()),
            Some(end) => {
                let seconds = (end.micros() - now.micros()).div_euclid(SECOND_US) + 1;
                Err(ServiceError::RateLimited { retry_after: u32::try_from(seconds).unwrap_or(u32::MAX) })
            }
        }
    }

    pub fn record_failure(&self, account: &str, address: IpAddr, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() + 3 > KEYS_MAX {
            failures.retain(|_, f| now < f.since.plus_micros(WINDOW_US));
        }
        if failures.len() + 3 > KEYS_MAX {
            failures.clear();
        }
        for key in keys(account, address) {
            let failed = failures.entry(key).or_insert(Failures { since: now, count: 0 });
            if now >= failed.since.plus_micros(WINDOW_US) {
                *failed = Failures { since: now, count: 0 };
            }
            failed.count = failed.count.saturating_add(1);
        }
    }

    /// A right password clears what this address did to this account.
    pub fn record_success(&self, account: &str, address: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&Key::Pair(account.to_owned(), address));
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

    #[test]
    fn five_failures_lock_the_pair_until_the_window_ends() {
        let throttle = Throttle::default();
        for second in 0..5 {
            assert!(throttle.check("ann", HOME, at(second)).is_ok());
            throttle.record_failure("ann", HOME, at(second));
        }
        assert!(matches!(throttle.check("ann", HOME, at(5)), Err(ServiceError::RateLimited { retry_after: 896 })));
        assert!(throttle.check("ann", ELSEWHERE, at(5)).is_ok(), "the owner can still sign in from elsewhere");
        assert!(throttle.check("bob", HOME, at(5)).is_ok());
        assert!(throttle.check("ann", HOME, at(900)).is_ok(), "the window has ended");
    }

    #[test]
    fn spraying_many_accounts_locks_the_address() {
        let throttle = Throttle::default();
        for n in 0..WIDE_FAILURES_MAX {
            throttle.record_failure(&format!("user{n}"), HOME, at(0));
        }
        assert!(throttle.check("someone", HOME, at(1)).is_err());
    }

    #[test]
    fn success_clears_the_pair() {
        let throttle = Throttle::default();
        for _ in 0..4 {
            throttle.record_failure("ann", HOME, at(0));
        }
        throttle.record_success("ann", HOME);
        throttle.record_failure("ann", HOME, at(1));
        assert!(throttle.check("ann", HOME, at(1)).is_ok());
    }
}
