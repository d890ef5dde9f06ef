//! `speedtrade rotate-keys` on both databases, while the desk runs.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use rstest::rstest;
use serde_json::Value;
use server::{
    secrets::MasterKeyFile,
    services::connections::{Rotation, rotate_keys},
    store::{self, DataKeyRecord},
    vault::Vault,
};
use speedtrade::time::Timestamp;

use super::{connect, desk};
use crate::{
    databases::{Kind, TestDb},
    harness::{Session, TestApp},
    trading::new_user,
};

const FILE: &str = "secrets.toml";

fn line(folder: &Path, name: &str) -> String {
    let text = fs::read_to_string(folder.join(FILE)).expect("readable");
    let found = text.lines().find(|line| line.starts_with(name));
    found.unwrap_or_else(|| panic!("no {name}")).to_owned()
}

async fn assert_key_opens(app: &TestApp, venues: &super::Venues, session: &Session, id: &str) {
    venues.will_know("PA1");
    let answer = app.post(&format!("/api/v1/accounts/{id}/verify"), Some(session), &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn a_running_desk_does_not_notice_a_rotation_nor_one_that_was_killed(#[case] kind: Kind) {
    let (app, venues) = desk(kind).await;
    let ann = app.register("ann").await;
    let id = connect(&app, &venues, &ann, "PA1").await;
    let file = MasterKeyFile::new(app.folder.path(), None);
    for (rotation, expected) in [(Rotation::MasterKey, (1, 0)), (Rotation::DataKeysToo, (2, 2))] {
        let (old, token) = (line(app.folder.path(), "master_key"), line(app.folder.path(), "token_key"));
        let rotated = rotate_keys(&app.db.db, &file, rotation).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!((rotated.data_keys, rotated.accounts), expected);
        let new = line(app.folder.path(), "master_key");
        assert!(new != old && line(app.folder.path(), "token_key") == token);
        assert_key_opens(&app, &venues, &ann, &id).await;

        // As a kill between the database's commit and the file leaves it.
        let between = format!("{token}\n{old}\nnext_{new}\n");
        fs::write(app.folder.path().join(FILE), between).expect("written");
        fs::set_permissions(app.folder.path().join(FILE), fs::Permissions::from_mode(0o600)).expect("set");
        assert_key_opens(&app, &venues, &ann, &id).await;
        let eve = app.register(&format!("eve-{}", rotated.accounts)).await;
        connect(&app, &venues, &eve, "EVE").await;
        rotate_keys(&app.db.db, &file, Rotation::MasterKey).await.unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(line(app.folder.path(), "master_key"), new, "the second try ends the first one");
        assert_key_opens(&app, &venues, &ann, &id).await;
    }
}

#[rstest]
#[case(Kind::Sqlite)]
#[case(Kind::Postgres)]
#[tokio::test]
async fn a_thousand_data_keys_are_wrapped_anew_without_a_failure(#[case] kind: Kind) {
    let (test, folder) = (TestDb::new(kind).await, tempfile::tempdir().expect("a folder"));
    let file = MasterKeyFile::new(folder.path(), None);
    let vault = Vault::open(file.clone()).unwrap_or_else(|e| panic!("{e}"));
    let mut users = Vec::new();
    for n in 0..1_001 {
        users.push(new_user(&test.db, &format!("user{n}")).await);
    }
    let mut tx = test.db.begin().await.expect("begins");
    for user in &users {
        let (_, wrapped) = vault.new_data_key(*user).expect("made");
        let record = DataKeyRecord { user_id: *user, key_id: wrapped.key_id, wrapped: wrapped.wrapped };
        store::insert_data_key(&mut tx, &record, Timestamp::EPOCH).await.expect("inserted");
    }
    tx.commit().await.expect("commits");
    let rotated = rotate_keys(&test.db, &file, Rotation::MasterKey).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(rotated.data_keys, 1_001);
    let fresh = Vault::open(file).unwrap_or_else(|e| panic!("{e}"));
    let mut tx = test.db.begin_read().await.expect("begins");
    let mut opened = 0;
    for record in store::list_data_keys(&mut tx, None, 2_000).await.expect("answers") {
        let wrapped = server::vault::WrappedKey { key_id: record.key_id, wrapped: record.wrapped };
        opened += u32::from(fresh.unwrap(record.user_id, &wrapped).is_ok());
    }
    assert_eq!(opened, 1_001);
}
