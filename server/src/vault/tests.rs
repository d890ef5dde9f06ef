use std::collections::HashSet;

use proptest::prelude::*;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;

fn vault() -> (TempDir, Vault) {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::open(MasterKeyFile::new(folder.path(), None)).unwrap_or_else(|e| panic!("{e}"));
    (folder, vault)
}

fn user(n: u128) -> UserId {
    UserId::new(Uuid::from_u128(n))
}

fn place(user_no: u128, account_no: u128, field: Field) -> Place {
    Place { user: user(user_no), account: AccountId::new(Uuid::from_u128(account_no)), field }
}

#[test]
fn a_secret_opens_only_where_it_was_sealed_for() {
    let (_folder, vault) = vault();
    let (key, wrapped) = vault.new_data_key(user(1)).expect("made");
    let own = place(1, 10, Field::Secret);
    let sealed = key.seal(&own, "s3cr3t").expect("sealed");
    assert!(sealed.starts_with(&format!("v1.{}.", wrapped.key_id)) && !sealed.contains("s3cr3t"), "{sealed}");
    let again = vault.unwrap(user(1), &wrapped).expect("opens");
    assert_eq!(*again.open(&own, &sealed).expect("opens"), "s3cr3t");
    for other in [place(2, 10, Field::Secret), place(1, 11, Field::Secret), place(1, 10, Field::KeyId)] {
        assert!(matches!(again.open(&other, &sealed), Err(VaultError::NotOpened)), "{other:?}");
    }
    let (other_key, _) = vault.new_data_key(user(1)).expect("made");
    assert!(other_key.open(&own, &sealed).is_err());
    let renamed = sealed.replace(&wrapped.key_id, &other_key.id);
    assert!(other_key.open(&own, &renamed).is_err());
}

#[test]
fn a_data_key_opens_for_its_user_alone() {
    let (_folder, vault) = vault();
    let (_, wrapped) = vault.new_data_key(user(1)).expect("made");
    assert!(matches!(vault.unwrap(user(2), &wrapped), Err(VaultError::NotOpened)));
    let (_, other) = vault.new_data_key(user(1)).expect("made");
    let swapped = WrappedKey { key_id: other.key_id, wrapped: wrapped.wrapped };
    assert!(matches!(vault.unwrap(user(1), &swapped), Err(VaultError::NotOpened)));
}

#[test]
fn the_master_key_of_another_desk_opens_nothing() {
    let ((_one, first), (_two, second)) = (vault(), vault());
    let (_, wrapped) = first.new_data_key(user(1)).expect("made");
    assert!(matches!(second.unwrap(user(1), &wrapped), Err(VaultError::UnknownKey { .. })));
}

#[test]
fn a_running_desk_follows_a_change_of_the_master_key() {
    let (folder, vault) = vault();
    let (key, wrapped) = vault.new_data_key(user(1)).expect("made");
    let file = MasterKeyFile::new(folder.path(), None);
    let next = file.add_next().unwrap_or_else(|e| panic!("{e}")).newest().clone();
    let rewrapped = key.wrap(user(1), &next).expect("wrapped");
    let (_, made_meanwhile) = vault.new_data_key(user(2)).expect("made");
    file.promote(&next).unwrap_or_else(|e| panic!("{e}"));
    vault.unwrap(user(1), &rewrapped).expect("opens");
    vault.unwrap(user(2), &made_meanwhile).expect("opens");
    vault.reload().expect("reads");
    assert!(matches!(vault.unwrap(user(1), &wrapped), Err(VaultError::UnknownKey { .. })));
}

#[test]
fn sealing_the_same_twice_gives_different_texts() {
    let (_folder, vault) = vault();
    let (key, _) = vault.new_data_key(user(1)).expect("made");
    let texts: HashSet<String> = (0..1_000).map(|_| key.seal(&place(1, 1, Field::KeyId), "same").expect("sealed")).collect();
    assert_eq!(texts.len(), 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_comes_back_and_no_changed_one_opens(secret in "\\PC{0,200}", at in 0_usize..400, flip in 1_u8..128) {
        let key = DataKey { id: "k".to_owned(), bytes: Zeroizing::new(vec![7; KEY_BYTES]) };
        let own = place(1, 2, Field::Secret);
        let sealed = key.seal(&own, &secret).expect("sealed");
        prop_assert_eq!(&*key.open(&own, &sealed).expect("opens"), &secret);
        let mut bytes = sealed.into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        if let Ok(changed) = String::from_utf8(bytes) {
            prop_assert!(key.open(&own, &changed).is_err());
        }
    }

    #[test]
    fn garbage_is_refused_and_never_panics(garbage in "\\PC{0,100}") {
        let key = DataKey { id: "k".to_owned(), bytes: Zeroizing::new(vec![7; KEY_BYTES]) };
        prop_assert!(key.open(&place(1, 2, Field::Secret), &garbage).is_err());
        let wrapped = WrappedKey { key_id: "k".to_owned(), wrapped: garbage };
        let (_folder, vault) = vault();
        prop_assert!(vault.unwrap(user(1), &wrapped).is_err());
    }
}
