//! The master key: what the data keys of users are wrapped with. It lies outside the database, so that a stolen database tells
//! nothing.
//!
//! While it is being changed the file holds the old key and the next one: whenever the change is cut off, one of them opens
//! every data key.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{FILE, KeyFile, SecretsError, file};

const MASTER_KEY: &str = "master_key";
const NEXT_MASTER_KEY: &str = "next_master_key";
pub const KEY_BYTES: usize = 32;
const KEY_ID_LENGTH: usize = 16;

/// No `Debug`, no `Display`.
#[derive(Clone)]
pub struct MasterKey {
    id: String,
    bytes: Zeroizing<Vec<u8>>,
}

impl MasterKey {
    pub fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { id: key_id(&bytes), bytes }
    }
}

/// Tells keys apart and tells nothing about them.
pub(crate) fn key_id(key: &[u8]) -> String {
    file::to_hex(&Sha256::digest(key))[..KEY_ID_LENGTH].to_owned()
}

/// What the file holds.
#[derive(Clone)]
pub struct MasterKeys {
    current: MasterKey,
    next: Option<MasterKey>,
}

impl MasterKeys {
    /// What is wrapped now is wrapped with this one.
    pub fn newest(&self) -> &MasterKey {
        self.next.as_ref().unwrap_or(&self.current)
    }

    pub fn find(&self, id: &str) -> Option<&MasterKey> {
        [Some(&self.current), self.next.as_ref()].into_iter().flatten().find(|key| key.id == id)
    }
}

/// Where the master key is kept.
#[derive(Debug, Clone)]
pub struct MasterKeyFile(PathBuf);

impl MasterKeyFile {
    /// Beside the other secrets of the data folder, unless the operator keeps it elsewhere.
    pub fn new(data_folder: &Path, elsewhere: Option<&Path>) -> Self {
        Self(elsewhere.map_or_else(|| data_folder.join(FILE), Path::to_owned))
    }

    /// Reads the keys; makes one at the first start.
    pub fn load_or_make(&self) -> Result<MasterKeys, SecretsError> {
        let mut file = KeyFile::open_for_change(&self.0)?;
        if file.find(MASTER_KEY)?.is_none() {
            file.set(MASTER_KEY, &file::random(KEY_BYTES)?);
            file.save()?;
        }
        read(&file)
    }

    pub fn load(&self) -> Result<MasterKeys, SecretsError> {
        read(&KeyFile::open(&self.0)?)
    }

    /// Adds the next key beside the current one. An earlier change that was cut off is taken up where it stopped.
    pub fn add_next(&self) -> Result<MasterKeys, SecretsError> {
        let mut file = KeyFile::open_for_change(&self.0)?;
        if file.find(NEXT_MASTER_KEY)?.is_none() {
            file.set(NEXT_MASTER_KEY, &file::random(KEY_BYTES)?);
            file.save()?;
        }
        read(&file)
    }

    /// `key` becomes the only one, if it is the next one still.
    pub fn promote(&self, key: &MasterKey) -> Result<(), SecretsError> {
        let mut file = KeyFile::open_for_change(&self.0)?;
        if read(&file)?.next.is_none_or(|next| next.id != key.id) {
            return Ok(());
        }
        file.set(MASTER_KEY, key.bytes());
        file.remove(NEXT_MASTER_KEY);
        file.save()
    }
}

fn read(file: &KeyFile) -> Result<MasterKeys, SecretsError> {
    let current = key(file, MASTER_KEY)?.ok_or_else(|| file.weak(MASTER_KEY))?;
    Ok(MasterKeys { current, next: key(file, NEXT_MASTER_KEY)? })
}

fn key(file: &KeyFile, name: &'static str) -> Result<Option<MasterKey>, SecretsError> {
    match file.find(name)? {
        Some(bytes) if bytes.len() != KEY_BYTES => Err(file.weak(name)),
        found => Ok(found.map(MasterKey::new)),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;
    use crate::secrets;

    fn ok<T>(result: Result<T, SecretsError>) -> T {
        result.unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn a_file_of_an_earlier_version_gets_a_master_key_and_keeps_its_token_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let token = ok(secrets::load(folder.path())).token_key;
        let file = MasterKeyFile::new(folder.path(), None);
        let made = ok(file.load_or_make());
        assert_eq!(ok(file.load_or_make()).newest().id(), made.newest().id());
        assert!(ok(secrets::load(folder.path())).token_key == token);
        let mode = fs::metadata(folder.path().join(FILE)).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn an_operator_may_keep_it_elsewhere() {
        let (folder, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let path = elsewhere.path().join("master.key");
        ok(MasterKeyFile::new(folder.path(), Some(&path)).load_or_make());
        assert!(path.exists() && !folder.path().join(FILE).exists());
    }

    #[test]
    fn a_change_that_is_cut_off_anywhere_keeps_the_key_that_is_in_use() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = MasterKeyFile::new(folder.path(), None);
        let old = ok(file.load_or_make()).newest().clone();
        let next = ok(file.add_next()).newest().clone();
        assert!(old.id() != next.id() && ok(file.load()).find(old.id()).is_some());
        assert_eq!(ok(file.add_next()).newest().id(), next.id(), "the second try goes on with the same key");
        ok(file.promote(&old));
        assert!(ok(file.load()).find(old.id()).is_some(), "the old key is no next one");
        ok(file.promote(&next));
        ok(file.promote(&next));
        let after = ok(file.load());
        assert!(after.find(old.id()).is_none() && after.newest().id() == next.id());
    }

    #[test]
    fn weak_keys_and_open_files_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("master.key");
        let file = MasterKeyFile::new(folder.path(), Some(&path));
        let too_short = file::to_hex(&(0..31).collect::<Vec<u8>>()).to_string();
        for weak in [String::new(), "super-secret".to_owned(), "00".repeat(32), too_short] {
            fs::write(&path, format!("master_key = \"{weak}\"")).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("set");
            assert!(matches!(file.load_or_make(), Err(SecretsError::Weak { .. })), "{weak}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        assert!(matches!(file.load_or_make(), Err(SecretsError::Readable { mode: 0o644, .. })));
    }
}
