use std::{
    collections::VecDeque,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, PoisonError},
};

use rust_decimal::Decimal;
use speedtrade::time::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::{
    broker::{Holding, Identity},
    hosts::Hosts,
    secrets::{MasterKeyFile, TokenKey},
    services::{accounts::Registration, sessions::Sessions},
};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const PASSWORD: &str = "Passw0rd!";

/// Says whose key it is by the key, and remembers what it was shown.
#[derive(Default)]
struct Venues(Mutex<VecDeque<(Venue, Environment, String, String)>>);

impl Verifier for Venues {
    fn identify<'a>(&'a self, venue: Venue, environment: Environment, keys: &'a KeyPair) -> Identifying<'a> {
        let shown = (venue, environment, keys.id.expose().to_owned(), keys.secret.expose().to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(shown);
        Box::pin(async move {
            let account = keys.id.expose().split('-').next().unwrap_or_default().to_owned();
            let identity = Identity { account, may_trade: true, may_withdraw: None, notes: Vec::new() };
            let dollars =
                Holding { asset: "USD".to_owned(), symbol: None, total: Decimal::new(5, 1), locked: Decimal::ZERO, avg_price: None };
            Ok((identity, vec![dollars]))
        })
    }
}

struct Desk {
    folder: TempDir,
    db: Db,
    venues: Arc<Venues>,
    accounts: Accounts,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open_sqlite(&folder.path().join("desk.db")).await.expect("opens");
        db.migrate().await.expect("migrates");
        let clock = Clock::manual(Timestamp::EPOCH);
        let sessions = Sessions::new(db.clone(), clock.clone(), &TokenKey::for_tests(1), Hosts::Alone);
        let accounts = Accounts::new(db.clone(), clock, sessions, Hosts::Alone).expect("opens");
        Self { folder, db, venues: Arc::default(), accounts }
    }

    fn file(&self) -> MasterKeyFile {
        MasterKeyFile::new(self.folder.path(), None)
    }

    /// As the program finds it at its start.
    fn connections(&self) -> Connections {
        let vault = Vault::open(self.file()).unwrap_or_else(|e| panic!("{e}"));
        let clock = Clock::manual(Timestamp::EPOCH);
        Connections::new(self.db.clone(), clock, self.accounts.clone(), vault, Arc::clone(&self.venues) as Arc<dyn Verifier>)
    }

    async fn user(&self, name: &str) -> UserId {
        let registration = Registration { email: format!("{name}@example.com"), username: name.to_owned(), password: PASSWORD.to_owned() };
        self.accounts.register(registration).await.expect("registers").user.id
    }

    async fn connect(&self, user: UserId, key: &str) -> AccountId {
        let new = NewConnection {
            account_type: "alpaca".to_owned(),
            is_paper: true,
            label: key.to_owned(),
            key: TypedKey { api_key: format!(" {key} "), api_secret: format!("secret of {key}\n") },
            password: PASSWORD.to_owned(),
        };
        self.connections().connect(user, new, HERE).await.expect("connects").id
    }

    async fn assert_opens(&self, user: UserId, account: AccountId, key: &str) {
        let keys = self.connections().keys(user, account).await.expect("opens");
        assert_eq!((keys.id.expose(), keys.secret.expose()), (key, format!("secret of {key}").as_str()));
    }
}

#[tokio::test]
async fn the_venue_is_shown_the_key_as_it_was_typed_and_again_as_it_was_kept() {
    let desk = Desk::new().await;
    let user = desk.user("ann").await;
    let account = desk.connect(user, "first-key-1").await;
    desk.connections().verify(user, account).await.expect("verifies");
    let shown = desk.venues.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert_eq!(shown.len(), 2);
    for once in shown.iter() {
        assert_eq!(*once, (Venue::Alpaca, Environment::Practice, "first-key-1".to_owned(), "secret of first-key-1".to_owned()));
    }
}

#[tokio::test]
async fn every_key_opens_after_a_rotation_of_master_key_and_data_keys() {
    let desk = Desk::new().await;
    let mut kept = Vec::new();
    for name in ["ann", "bob", "eve"] {
        let user = desk.user(name).await;
        for n in 0..3 {
            let key = format!("{name}{n}-key");
            kept.push((user, desk.connect(user, &key).await, key));
        }
    }
    for (rotation, accounts) in [(Rotation::MasterKey, 0), (Rotation::DataKeysToo, 9), (Rotation::MasterKey, 0)] {
        let before = desk.file().load().unwrap_or_else(|e| panic!("{e}")).newest().id().to_owned();
        let rotated = rotate_keys(&desk.db, &desk.file(), rotation).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(rotated, Rotated { data_keys: 3, accounts });
        let after = desk.file().load().unwrap_or_else(|e| panic!("{e}"));
        assert!(after.find(&before).is_none(), "the master key before is gone");
        for (user, account, key) in &kept {
            desk.assert_opens(*user, *account, key).await;
        }
    }
}

#[tokio::test]
async fn a_rotation_that_is_killed_anywhere_loses_no_key_and_ends_at_the_next_try() {
    let desk = Desk::new().await;
    let user = desk.user("ann").await;
    let account = desk.connect(user, "first-key").await;
    let vault = Vault::open(desk.file()).unwrap_or_else(|e| panic!("{e}"));
    let running = desk.connections();

    let old = desk.file().load().unwrap_or_else(|e| panic!("{e}")).newest().id().to_owned();
    desk.file().add_next().unwrap_or_else(|e| panic!("{e}"));
    desk.assert_opens(user, account, "first-key").await;
    let bob = desk.user("bob").await;
    let made_meanwhile = desk.connect(bob, "second-key").await;

    rotation::rewrap(&desk.db, &vault, &desk.file(), Rotation::DataKeysToo).await.expect("commits");
    desk.assert_opens(user, account, "first-key").await;
    desk.assert_opens(bob, made_meanwhile, "second-key").await;
    assert!(desk.file().load().unwrap_or_else(|e| panic!("{e}")).find(&old).is_some(), "nothing was thrown away yet");

    let rotated = rotate_keys(&desk.db, &desk.file(), Rotation::MasterKey).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(rotated.data_keys, 2);
    desk.assert_opens(user, account, "first-key").await;
    desk.assert_opens(bob, made_meanwhile, "second-key").await;
    assert!(running.keys(user, account).await.is_ok(), "a desk that runs meanwhile reads the file again");
}

#[tokio::test]
async fn a_rotation_that_meets_a_key_it_cannot_open_changes_nothing() {
    let desk = Desk::new().await;
    let (ann, bob) = (desk.user("ann").await, desk.user("bob").await);
    let account = desk.connect(ann, "first-key").await;
    desk.connect(bob, "second-key").await;
    let mut tx = desk.db.begin().await.expect("begins");
    let record = store::find_data_key(&mut tx, ann).await.expect("answers").expect("there");
    let spoiled = store::DataKeyRecord { user_id: bob, ..record };
    store::update_data_key(&mut tx, &spoiled).await.expect("written");
    tx.commit().await.expect("commits");
    let failed = rotate_keys(&desk.db, &desk.file(), Rotation::MasterKey).await;
    assert!(matches!(failed, Err(RotationError::Vault { user, .. }) if user == bob));
    desk.assert_opens(ann, account, "first-key").await;
}

#[tokio::test]
async fn a_key_that_was_replaced_is_the_one_that_opens() {
    let desk = Desk::new().await;
    let user = desk.user("ann").await;
    let account = desk.connect(user, "same-key-1").await;
    let key = TypedKey { api_key: "same-key-2".to_owned(), api_secret: "secret of same-key-2".to_owned() };
    let view = desk.connections().replace_key(user, account, key, PASSWORD.to_owned(), HERE).await.expect("replaced");
    assert_eq!(view.connection.map(|c| c.key_hint).as_deref(), Some("ey-2"));
    desk.assert_opens(user, account, "same-key-2").await;
    let key = TypedKey { api_key: "other-key-1".to_owned(), api_secret: "x".to_owned() };
    let refused = desk.connections().replace_key(user, account, key, PASSWORD.to_owned(), HERE).await;
    assert!(matches!(refused, Err(ConnectionError::OtherAccount)));
    desk.assert_opens(user, account, "same-key-2").await;
}
