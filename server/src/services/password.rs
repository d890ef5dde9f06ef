//! Password hashes: argon2id, off the async threads, at most two at once. Must never log or return a password.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ServiceError;

const PARALLEL_MAX: usize = 2;
/// Callers beyond this are told to come back.
const WAITING_MAX: usize = 64;
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

#[derive(Debug, Clone)]
pub struct Passwords {
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// Verified when there is no such user, so that both answers take equally long.
    dummy_hash: Arc<str>,
}

/// The right to compute one hash.
#[derive(Debug)]
pub struct Slot {
    _permit: OwnedSemaphorePermit,
    dummy_hash: Arc<str>,
}

impl Passwords {
    pub fn new() -> Result<Self, ServiceError> {
        let dummy_hash = hash("a password that nobody has")?.into();
        Ok(Self { slots: Arc::new(Semaphore::new(PARALLEL_MAX)), waiting: Arc::new(AtomicUsize::new(0)), dummy_hash })
    }

    /// Waits for a turn; `Busy` when too many wait already.
    pub async fn slot(&self) -> Result<Slot, ServiceError> {
        let place = Place::take(&self.waiting)?;
        let permit = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| ServiceError::Busy)?;
        drop(place);
        Ok(Slot { _permit: permit, dummy_hash: Arc::clone(&self.dummy_hash) })
    }
}

/// One place in the queue, given back even when the caller goes away.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, ServiceError> {
        let place = Place(waiting);
        let before = waiting.fetch_add(1, Ordering::SeqCst);
        if before >= WAITING_MAX { Err(ServiceError::Busy) } else { Ok(place) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Slot {
    pub async fn hash(self, password: String) -> Result<String, ServiceError> {
        self.run(move |_| hash(&password)).await?
    }

    /// False for a wrong password and, after the same work, for a user that doesn't exist.
    pub async fn verify(self, password: String, stored: Option<String>) -> Result<bool, ServiceError> {
        self.run(move |dummy| {
            let is_right = verify(&password, stored.as_deref().unwrap_or(dummy));
            is_right && stored.is_some()
        })
        .await
    }

    async fn run<T: Send + 'static>(self, work: impl FnOnce(&str) -> T + Send + 'static) -> Result<T, ServiceError> {
        let done = tokio::task::spawn_blocking(move || work(&self.dummy_hash)).await;
        done.map_err(|_| ServiceError::Internal("a password hash was not computed"))
    }
}

fn hasher() -> Result<Argon2<'static>, ServiceError> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| ServiceError::Internal("argon2 parameters"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &str) -> Result<String, ServiceError> {
    let hash = hasher()?.hash_password(password.as_bytes()).map_err(|_| ServiceError::Internal("a password could not be hashed"))?;
    Ok(hash.to_string())
}

fn verify(password: &str, stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return false };
    hasher().is_ok_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_verifies_and_nothing_else_does() {
        let passwords = Passwords::new().expect("hashes");
        let stored = passwords.slot().await.expect("free").hash("Right-1-password".to_owned()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        for (password, stored, expected) in [
            ("Right-1-password", Some(stored.clone()), true),
            ("wrong", Some(stored.clone()), false),
            ("a password that nobody has", None, false),
            ("Right-1-password", Some("garbage".to_owned()), false),
        ] {
            let slot = passwords.slot().await.expect("free");
            assert_eq!(slot.verify(password.to_owned(), stored).await.expect("computed"), expected, "{password}");
        }
    }

    #[tokio::test]
    async fn a_full_queue_turns_callers_away_and_recovers() {
        let passwords = Passwords::new().expect("hashes");
        let running = [passwords.slot().await.expect("free"), passwords.slot().await.expect("free")];
        let waiting: Vec<_> = (0..WAITING_MAX).map(|_| Place::take(&passwords.waiting).expect("a place")).collect();
        assert!(matches!(passwords.slot().await, Err(ServiceError::Busy)));
        drop((running, waiting));
        assert!(passwords.slot().await.is_ok());
    }
}
