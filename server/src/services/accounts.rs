//! Registering, signing in and out. Must never say whether an email has an account, except when it is registered anew.

mod rules;

use std::{net::IpAddr, sync::Arc};

use speedtrade::{
    ids::{AccountId, UserId},
    order::FieldError,
    wire::{Problem, UserView},
};

use super::{
    ServiceError,
    password::Passwords,
    sessions::{Sessions, Tokens},
    throttle::Throttle,
};
use crate::{
    clock::Clock,
    hosts::Hosts,
    store::{self, Db, StoreError, Taken, UserRecord},
};

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("the email or the username is in use")]
    Taken(Taken),
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<StoreError> for AccountError {
    fn from(error: StoreError) -> Self {
        Self::Service(error.into())
    }
}

impl From<AccountError> for Problem {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Service(error) => error.into(),
            AccountError::Taken(taken) => {
                let code = if taken.email { "email_taken" } else { "username_taken" };
                let mut errors = Vec::new();
                if taken.email {
                    errors.push(FieldError::new("email", "there is an account with this email: sign in instead"));
                }
                if taken.username {
                    errors.push(FieldError::new("username", "somebody has this username: choose another"));
                }
                let detail = errors.iter().map(|e| e.message.as_str()).collect::<Vec<_>>().join("; ");
                Problem { errors, ..Problem::new(409, code, detail) }
            }
        }
    }
}

/// What a person typed to open an account. No `Debug`: it holds a password.
pub struct Registration {
    pub email: String,
    pub username: String,
    pub password: String,
}

/// A user and the tokens of the session that just began.
pub struct Entered {
    pub user: UserView,
    pub tokens: Tokens,
}

#[derive(Clone)]
pub struct Accounts {
    db: Db,
    clock: Clock,
    passwords: Passwords,
    throttle: Arc<Throttle>,
    pub sessions: Sessions,
}

const WRONG: ServiceError =
    ServiceError::Unauthorized { code: "wrong_credentials", detail: "The email or the password is wrong. Check both and try again." };
/// Longer texts are refused before they are hashed or looked up.
const LOGIN_LENGTH_MAX: usize = 254;
const PREFERENCE_BYTES_MAX: usize = 8_192;

impl Accounts {
    pub fn new(db: Db, clock: Clock, sessions: Sessions, hosts: Hosts) -> Result<Self, ServiceError> {
        Ok(Self { db, clock, passwords: Passwords::new()?, throttle: Arc::new(Throttle::new(hosts)), sessions })
    }

    /// A user with a paper account, signed in.
    pub async fn register(&self, registration: Registration) -> Result<Entered, AccountError> {
        let user = self.insert(registration, false).await?;
        Ok(self.enter(&user).await?)
    }

    /// The demo's user, made at the first start; found again at the next ones.
    pub async fn ensure_demo(&self, registration: Registration) -> Result<UserId, AccountError> {
        if let Some(user) = store::find_user_by_email(&self.db, &registration.email).await? {
            return Ok(user.id);
        }
        Ok(self.insert(registration, true).await?.id)
    }

    /// Replaces the password; sessions go on.
    pub async fn set_password(&self, user: UserId, password: String) -> Result<(), ServiceError> {
        let hash = self.passwords.slot().await?.hash(password).await?;
        Ok(store::set_password(&self.db, user, &hash).await?)
    }

    /// `login` is an email or a username. Wrong ones are counted, and the sixth has to wait.
    pub async fn sign_in(&self, login: &str, password: String, address: IpAddr) -> Result<Entered, ServiceError> {
        let login = login.trim().to_lowercase();
        let too_long = login.len() > LOGIN_LENGTH_MAX || password.chars().count() > rules::PASSWORD_LENGTH_MAX;
        if too_long || login.is_empty() || login.contains('\0') {
            return Err(WRONG);
        }
        self.throttle.check(&login, address, self.clock.now()).await?;
        let user = store::find_user_by_login(&self.db, &login).await?;
        let is_right = self.verify(&login, user.as_ref(), password, address).await?;
        self.enter(&user.filter(|_| is_right).ok_or(WRONG)?).await
    }

    /// Before a change that counts: the user types the password once more. Wrong ones are counted with those of signing in.
    pub async fn confirm_password(&self, user: UserId, password: String, address: IpAddr) -> Result<(), ServiceError> {
        const WRONG: ServiceError =
            ServiceError::Forbidden { code: "password_wrong", detail: "The password is wrong. Nothing was changed." };
        if password.chars().count() > rules::PASSWORD_LENGTH_MAX {
            return Err(WRONG);
        }
        let user = store::find_user(&self.db, user).await?.ok_or(ServiceError::Internal("a signed-in user vanished"))?;
        if self.verify(&user.email, Some(&user), password, address).await? { Ok(()) } else { Err(WRONG) }
    }

    /// What the user's browser asked to remember under `name`.
    pub async fn preference(&self, user: UserId, name: &str) -> Result<Option<String>, ServiceError> {
        Ok(store::find_preference(&self.db, user, name).await?)
    }

    pub async fn set_preference(&self, user: UserId, name: &str, value: &str) -> Result<(), ServiceError> {
        if value.len() > PREFERENCE_BYTES_MAX || value.contains('\0') {
            return Err(ServiceError::field(name, "use at most 8 KB of text"));
        }
        Ok(store::set_preference(&self.db, user, name, value, self.clock.now()).await?)
    }

    /// Whether it is the user's password. `login` names whose failures are counted.
    async fn verify(&self, login: &str, user: Option<&UserRecord>, password: String, address: IpAddr) -> Result<bool, ServiceError> {
        let slot = self.passwords.slot().await?;
        // Others may have failed while this one waited for its turn.
        self.throttle.check(login, address, self.clock.now()).await?;
        let is_right = slot.verify(password, user.map(|user| user.password_hash.clone())).await?;
        if is_right {
            self.throttle.record_success(login, address).await;
        } else {
            self.throttle.record_failure(login, address, self.clock.now()).await;
        }
        Ok(is_right)
    }

    async fn insert(&self, registration: Registration, is_demo: bool) -> Result<UserRecord, AccountError> {
        let checked = rules::check(&registration).map_err(ServiceError::Invalid)?;
        let taken = store::find_taken(&self.db, &checked.email, &checked.username).await?;
        if taken != Taken::default() {
            return Err(AccountError::Taken(taken));
        }
        let user = UserRecord {
            id: UserId::new(self.clock.new_id()),
            password_hash: self.passwords.slot().await?.hash(registration.password).await?,
            email: checked.email,
            username: checked.username,
            is_premium: false,
            is_demo,
            created_at: self.clock.now(),
        };
        self.write(&user).await?;
        Ok(user)
    }

    async fn write(&self, user: &UserRecord) -> Result<(), AccountError> {
        let mut tx = self.db.begin().await?;
        match store::insert_user(&mut tx, user).await {
            Ok(()) => {}
            // Somebody took the name between the look and the insert.
            Err(StoreError::Conflict) => {
                drop(tx);
                return Err(AccountError::Taken(store::find_taken(&self.db, &user.email, &user.username).await?));
            }
            Err(error) => return Err(error.into()),
        }
        let (account, deposit) = (AccountId::new(self.clock.new_id()), self.clock.new_id());
        store::insert_paper_account(&mut tx, user.id, account, deposit, user.created_at).await?;
        Ok(tx.commit().await?)
    }

    async fn enter(&self, user: &UserRecord) -> Result<Entered, ServiceError> {
        let mut tx = self.db.begin().await?;
        let tokens = self.sessions.start(&mut tx, user.id).await?;
        tx.commit().await?;
        Ok(Entered { user: user.into(), tokens })
    }
}
