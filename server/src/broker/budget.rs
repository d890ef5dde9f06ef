//! What a key, or all that come from one address, may spend at a venue, and who waits when it gets short: questions first,
//! cancels never. No queue: whoever waits too long is told that nothing was sent.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::http::HttpError;

/// A tenth of the budget is for cancels alone, another for orders before questions.
const KEPT_FOR_CANCELS: f64 = 0.1;
const KEPT_FOR_ORDERS: f64 = 0.1;

/// What a call is for decides who waits when the budget gets short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Cancel,
    Order,
    Question,
}

impl Urgency {
    /// How long a call waits for its place in the budget. Questions are asked again anyway, and some venues count every one.
    const fn patience(self) -> Duration {
        match self {
            Self::Cancel | Self::Order => Duration::from_secs(5),
            Self::Question => Duration::from_secs(30),
        }
    }
}

/// What a key may spend: `weight` at once, and the same again in each `per`, refilled evenly. A venue that counts by the minute
/// sees up to twice the weight in one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Allowance {
    pub weight: u32,
    pub per: Duration,
}

#[derive(Debug)]
pub struct Budget {
    allowance: Allowance,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
    /// The venue said to wait until then.
    closed_until: Option<Instant>,
}

/// Budgets of venues that count by address: one for all who ask the same host.
#[derive(Debug, Default)]
pub struct SharedBudgets(Mutex<HashMap<String, Arc<Budget>>>);

impl SharedBudgets {
    /// `base` is like `https://api.binance.com`. The allowance is that of who came first.
    pub fn of(&self, base: &str, allowance: Allowance) -> Arc<Budget> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(base.to_owned()).or_insert_with(|| Arc::new(Budget::full(allowance))))
    }
}

impl Budget {
    pub(super) fn full(allowance: Allowance) -> Self {
        let bucket = Bucket { tokens: f64::from(allowance.weight), at: Instant::now(), closed_until: None };
        Self { allowance, bucket: Mutex::new(bucket) }
    }

    /// Nothing but cancels leaves for a while: the venue asked for it.
    pub(super) fn pause(&self, wait: Duration) {
        let mut bucket = self.lock();
        bucket.closed_until = bucket.closed_until.max(Some(Instant::now() + wait));
    }

    /// What is left, and the whole.
    pub(super) fn left(&self) -> (u32, u32) {
        let mut bucket = self.lock();
        bucket.refill(self.allowance, Instant::now());
        (whole(bucket.tokens), self.allowance.weight)
    }

    fn lock(&self) -> MutexGuard<'_, Bucket> {
        self.bucket.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its place, or says that it would wait too long.
    pub(super) async fn take_place(&self, urgency: Urgency, weight: u32) -> Result<(), HttpError> {
        let start = Instant::now();
        loop {
            let wait = match self.lock().take(self.allowance, urgency, weight, Instant::now()) {
                Ok(()) => return Ok(()),
                Err(wait) => wait,
            };
            if start.elapsed() + wait > urgency.patience() {
                return Err(HttpError::NotSent("the venue's rate limit is used up for the moment".to_owned()));
            }
            tokio::time::sleep(wait).await;
        }
    }
}

#[expect(clippy::float_arithmetic, reason = "a budget of requests, no money")]
impl Bucket {
    fn refill(&mut self, allowance: Allowance, now: Instant) {
        let full = f64::from(allowance.weight);
        let gained = now.duration_since(self.at).as_secs_f64() / allowance.per.as_secs_f64() * full;
        (self.tokens, self.at) = ((self.tokens + gained).min(full), now);
    }

    /// Takes the weight, or says how long to wait for it.
    fn take(&mut self, allowance: Allowance, urgency: Urgency, weight: u32, now: Instant) -> Result<(), Duration> {
        self.refill(allowance, now);
        if let Some(until) = self.closed_until.filter(|until| *until > now && urgency != Urgency::Cancel) {
            return Err(until - now);
        }
        let full = f64::from(allowance.weight);
        let kept = match urgency {
            Urgency::Cancel => 0.0,
            Urgency::Order => full * KEPT_FOR_CANCELS,
            Urgency::Question => full * (KEPT_FOR_CANCELS + KEPT_FOR_ORDERS),
        };
        let lacking = f64::from(weight).min(full - kept) + kept - self.tokens;
        if lacking <= 0.0 {
            self.tokens -= f64::from(weight);
            return Ok(());
        }
        Err(allowance.per.mul_f64(lacking / full).max(Duration::from_millis(1)))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between zero and a u32")]
fn whole(tokens: f64) -> u32 {
    tokens.max(0.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOWANCE: Allowance = Allowance { weight: 100, per: Duration::from_mins(1) };

    fn bucket(tokens: f64, now: Instant) -> Bucket {
        Bucket { tokens, at: now, closed_until: None }
    }

    #[test]
    fn cancels_leave_when_questions_and_orders_have_to_wait() {
        let now = Instant::now();
        assert!(bucket(15.0, now).take(ALLOWANCE, Urgency::Question, 1, now).is_err());
        assert!(bucket(15.0, now).take(ALLOWANCE, Urgency::Order, 1, now).is_ok());
        assert!(bucket(5.0, now).take(ALLOWANCE, Urgency::Order, 1, now).is_err());
        assert!(bucket(5.0, now).take(ALLOWANCE, Urgency::Cancel, 1, now).is_ok());
    }

    #[tokio::test]
    async fn who_comes_from_one_address_spends_of_one_budget() {
        let shared = SharedBudgets::default();
        let (one, same, other) = (shared.of("a", ALLOWANCE), shared.of("a", ALLOWANCE), shared.of("b", ALLOWANCE));
        one.take_place(Urgency::Question, 60).await.expect("there is enough");
        assert!(same.left().0 < 60, "{:?}", same.left());
        assert_eq!(other.left().0, 100);
    }

    #[test]
    fn a_pause_that_the_venue_asked_for_stops_all_but_cancels() {
        let now = Instant::now();
        let mut bucket = Bucket { closed_until: Some(now + Duration::from_secs(3)), ..bucket(100.0, now) };
        assert_eq!(bucket.take(ALLOWANCE, Urgency::Order, 1, now), Err(Duration::from_secs(3)));
        assert_eq!(bucket.take(ALLOWANCE, Urgency::Cancel, 1, now), Ok(()));
        assert_eq!(bucket.take(ALLOWANCE, Urgency::Order, 1, now + Duration::from_secs(3)), Ok(()));
    }

    #[test]
    fn the_budget_fills_again_and_never_beyond_what_is_allowed() {
        let now = Instant::now();
        let mut bucket = bucket(0.0, now);
        bucket.refill(ALLOWANCE, now + Duration::from_secs(30));
        assert_eq!(whole(bucket.tokens), 50);
        bucket.refill(ALLOWANCE, now + Duration::from_mins(50));
        assert_eq!(whole(bucket.tokens), 100);
    }
}
