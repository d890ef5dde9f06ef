//! Sessions: short access tokens (JWT, checked against the session's row) and refresh tokens that are spent once.
//!
//! Must never store or log a token; the store sees the SHA-256 of refresh tokens only.

mod access;
mod seen;

use std::sync::Arc;

use base64ct::{Base64UrlUnpadded, Encoding};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};
use speedtrade::{
    ids::{SessionId, UserId},
    time::{DAY_US, SECOND_US, Timestamp},
};

use tokio::sync::broadcast::{self, error::RecvError};
use tokio_util::sync::CancellationToken;

use super::ServiceError;
use crate::{
    clock::Clock,
    hosts::{Channel, Hosts},
    secrets::TokenKey,
    store::{self, Db, RefreshRecord, SessionRecord, Tx, UserRecord},
};

pub use access::ACCESS_SECONDS;
use access::AccessTokens;
use seen::Seen;

pub const REFRESH_SECONDS: i64 = 7 * 86_400;
/// However often it is refreshed, a session ends this long after the sign-in.
const SESSION_US: i64 = 90 * DAY_US;
/// A spent refresh token is answered again this long: two tabs may race.
const GRACE_US: i64 = 10 * SECOND_US;
const REFRESH_BYTES: usize = 32;

/// What a client keeps. No `Debug`: it must not end in a log.
#[derive(Clone)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

/// Who asks, and by which session.
#[derive(Debug, Clone)]
pub struct SignedInUser {
    pub user: UserRecord,
    pub session_id: SessionId,
}

#[derive(Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
    access: Arc<AccessTokens>,
    seen: Arc<Seen>,
    hosts: Hosts,
}

const INVALID: ServiceError =
    ServiceError::Unauthorized { code: "invalid_token", detail: "The token is not valid any more. Sign in again." };

impl Sessions {
    pub fn new(db: Db, clock: Clock, key: &TokenKey, hosts: Hosts) -> Self {
        let seen = Arc::new(Seen::of(&db));
        Self { db, clock, access: Arc::new(AccessTokens::new(key)), seen, hosts }
    }

    /// Forgets the sessions of which other hosts tell that they ended. Ends after `stop`.
    pub async fn follow_hosts(self, stop: CancellationToken) {
        let Some(mut told) = self.hosts.listen(Channel::Sessions) else { return };
        loop {
            match stop.run_until_cancelled(told.recv()).await {
                Some(Ok(message)) => message.body.parse().into_iter().for_each(|session| self.seen.forget(session)),
                // What is known of a session counts for a second only.
                Some(Err(RecvError::Lagged(_))) => {}
                Some(Err(RecvError::Closed)) | None => return,
            }
        }
    }

    /// Sessions that end from now on, here or, where they tell each other, on other hosts.
    pub fn endings(&self) -> broadcast::Receiver<SessionId> {
        self.seen.ended()
    }

    /// Begins a session in the caller's transaction.
    pub async fn start(&self, tx: &mut Tx, user: UserId) -> Result<Tokens, ServiceError> {
        let now = self.clock.now();
        let session = SessionRecord {
            id: SessionId::new(self.clock.new_id()),
            user_id: user,
            created_at: now,
            expires_at: now.plus_micros(SESSION_US),
            revoked_at: None,
        };
        store::insert_session(tx, &session).await?;
        self.issue(tx, &session, now).await
    }

    /// The user of an access token whose session still lives.
    pub async fn verify(&self, access_token: &str) -> Result<Arc<SignedInUser>, ServiceError> {
        let now = self.clock.now();
        if let Some(user) = self.seen.find(access_token, now) {
            return Ok(user);
        }
        let claims = self.access.decode(access_token, now).ok_or(INVALID)?;
        let endings = self.seen.endings();
        // On the heap, as what is rare: the room for it would be moved about with every request.
        let (user, session) = Box::pin(self.live(claims.session_id()?)).await?.ok_or(INVALID)?;
        self.seen.keep(access_token, (&user, &session), claims.ends(), now, endings);
        Ok(user)
    }

    /// Whether the session has not been revoked and has not ended.
    pub async fn is_live(&self, session: SessionId) -> Result<bool, ServiceError> {
        let found = store::find_session(&self.db, session).await?;
        Ok(found.is_some_and(|s| s.is_live(self.clock.now())))
    }

    /// A new pair for a refresh token. A token spent before (but for two tabs racing) ends the whole session.
    pub async fn rotate(&self, refresh_token: &str) -> Result<(Arc<SignedInUser>, Tokens), ServiceError> {
        let now = self.clock.now();
        let record = self.find(refresh_token).await?.filter(|r| now < r.expires_at).ok_or(INVALID)?;
        let session = store::find_session(&self.db, record.session_id).await?.filter(|s| s.is_live(now)).ok_or(INVALID)?;
        let mut tx = self.db.begin().await?;
        if !store::mark_refresh_used(&mut tx, &record.token_hash, now).await? {
            tx.commit().await?;
            self.check_grace(refresh_token, session.id, now).await?;
            tx = self.db.begin().await?;
        }
        store::delete_expired_refresh(&mut tx, session.id, now).await?;
        let tokens = self.issue(&mut tx, &session, now).await?;
        tx.commit().await?;
        let user = store::find_user(&self.db, session.user_id).await?.ok_or(INVALID)?;
        Ok((Arc::new(SignedInUser { user, session_id: session.id }), tokens))
    }

    /// The user of a refresh token that could be rotated now, without spending it.
    pub async fn peek(&self, refresh_token: &str) -> Result<Option<Arc<SignedInUser>>, ServiceError> {
        let now = self.clock.now();
        let is_usable = |r: &RefreshRecord| now < r.expires_at && r.used_at.is_none_or(|used| now <= used.plus_micros(GRACE_US));
        match self.find(refresh_token).await?.filter(is_usable) {
            Some(record) => Ok(self.live(record.session_id).await?.map(|(user, _)| user)),
            None => Ok(None),
        }
    }

    pub async fn revoke(&self, session: SessionId) -> Result<(), ServiceError> {
        // In a task of its own: a caller that hangs up must not leave the store with it and the memory without.
        let (sessions, now) = (self.clone(), self.clock.now());
        let revoked = tokio::spawn(async move {
            let done = store::revoke_session(&sessions.db, session, now).await;
            sessions.seen.forget(session);
            sessions.hosts.tell(Channel::Sessions, session.to_string());
            done
        });
        Ok(revoked.await.map_err(|_| ServiceError::Internal("a session could not be ended"))??)
    }

    /// The session that a token of either kind belongs to, even when the token has expired or is spent.
    pub async fn session_of(&self, access: Option<&str>, refresh: Option<&str>) -> Result<Option<SessionId>, ServiceError> {
        let by_access = access.and_then(|token| self.access.decode_expired(token)).map(|claims| claims.session_id()).transpose()?;
        match (by_access, refresh) {
            (Some(session), _) => Ok(Some(session)),
            (None, Some(token)) => Ok(self.find(token).await?.map(|record| record.session_id)),
            (None, None) => Ok(None),
        }
    }

    async fn live(&self, session: SessionId) -> Result<Option<(Arc<SignedInUser>, SessionRecord)>, ServiceError> {
        let Some(session) = store::find_session(&self.db, session).await?.filter(|s| s.is_live(self.clock.now())) else {
            return Ok(None);
        };
        let user = store::find_user(&self.db, session.user_id).await?;
        Ok(user.map(|user| (Arc::new(SignedInUser { user, session_id: session.id }), session)))
    }

    async fn issue(&self, tx: &mut Tx, session: &SessionRecord, now: Timestamp) -> Result<Tokens, ServiceError> {
        let refresh = random_token()?;
        let record = RefreshRecord {
            token_hash: token_hash(&refresh),
            session_id: session.id,
            created_at: now,
            expires_at: now.plus_micros(REFRESH_SECONDS * SECOND_US).min(session.expires_at),
            used_at: None,
        };
        store::insert_refresh(tx, &record).await?;
        let access = self.access.encode(session.user_id, session.id, now)?;
        Ok(Tokens { access, refresh })
    }

    async fn find(&self, refresh_token: &str) -> Result<Option<RefreshRecord>, ServiceError> {
        Ok(store::find_refresh(&self.db, &token_hash(refresh_token)).await?)
    }

    /// A token that was spent just now may be two tabs; one spent earlier is a thief or its victim.
    async fn check_grace(&self, refresh_token: &str, session: SessionId, now: Timestamp) -> Result<(), ServiceError> {
        let used_at = self.find(refresh_token).await?.and_then(|record| record.used_at);
        if used_at.is_some_and(|used| now <= used.plus_micros(GRACE_US)) {
            return Ok(());
        }
        self.revoke(session).await?;
        tracing::warn!(%session, "a spent refresh token came back; the session is revoked");
        Err(INVALID)
    }
}

fn random_token() -> Result<String, ServiceError> {
    let mut bytes = [0_u8; REFRESH_BYTES];
    OsRng.try_fill_bytes(&mut bytes).map_err(|_| ServiceError::Internal("the system gave no random bytes"))?;
    Ok(Base64UrlUnpadded::encode_string(&bytes))
}

fn token_hash(token: &str) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(token.as_bytes()))
}
