//! The desk's own secrets: made at the first start, kept in `secrets.toml` that only its owner can read.
//!
//! There is no default. A weak, short or readable-by-others file stops the start, and its content is never shown.

mod file;
mod master;
mod vapid;

use std::{fs, io, os::unix::fs::DirBuilderExt, path::Path};

pub use file::KeyFile;
pub(crate) use file::random;
pub(crate) use master::key_id;
pub use master::{KEY_BYTES, MasterKey, MasterKeyFile, MasterKeys};
pub use vapid::VapidKey;

const FILE: &str = "secrets.toml";
const TOKEN_KEY: &str = "token_key";
const TOKEN_KEY_BYTES: usize = 48;
const TOKEN_KEY_BYTES_MIN: usize = 32;

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("the data folder or a file of keys can't be used")]
    Io(#[from] io::Error),
    #[error("{file} can be read by others (mode {mode:o}): run `chmod 600` on it, and change its keys if others may have read it")]
    Readable { file: String, mode: u32 },
    #[error("{file} holds no good {name}: it must be `{name} = \"<random hex digits>\"`. Put back the file that the desk made")]
    Weak { file: String, name: &'static str },
    #[error("{file} holds a `vapid_key` that is none: delete its line to get a new one; browsers have to turn notices on again then")]
    NoVapidKey { file: String },
    #[error("the system gave no random bytes")]
    NoRandomness,
}

/// What a desk signs with. No `Debug`, no `Display`.
pub struct Secrets {
    pub token_key: TokenKey,
    pub vapid_key: VapidKey,
}

/// What access tokens are signed with. No `Debug`, no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey(Vec<u8>);

impl TokenKey {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    #[cfg(test)]
    pub(crate) fn for_tests(fill: u8) -> Self {
        Self(vec![fill; TOKEN_KEY_BYTES_MIN])
    }
}

/// Makes the data folder, readable by its owner alone, if there is none.
pub fn ensure_folder(folder: &Path) -> Result<(), SecretsError> {
    if !folder.is_dir() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    Ok(())
}

/// Reads what the desk signs with. The first start makes the file; one of a desk that pushed nothing gets a key for it.
pub fn load(folder: &Path) -> Result<Secrets, SecretsError> {
    let path = folder.join(FILE);
    let mut file = KeyFile::open_for_change(&path)?;
    if file.is_new() {
        file.set(TOKEN_KEY, &file::random(TOKEN_KEY_BYTES)?);
    }
    let token_key = file.find(TOKEN_KEY)?.filter(|key| key.len() >= TOKEN_KEY_BYTES_MIN);
    let token_key = token_key.map(|key| TokenKey(key.to_vec())).ok_or_else(|| file.weak(TOKEN_KEY))?;
    let vapid_key = match VapidKey::find(&file)? {
        Some(key) => key,
        None => VapidKey::add(&mut file)?,
    };
    Ok(Secrets { token_key, vapid_key })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt};

    use super::*;

    #[test]
    fn the_first_start_makes_a_private_key_and_the_next_one_finds_it() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("data");
        ensure_folder(&folder).expect("made");
        assert_eq!(fs::metadata(&folder).expect("there").mode() & 0o777, 0o700);
        let first = load(&folder).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(fs::metadata(folder.join(FILE)).expect("there").mode() & 0o777, 0o600);
        let again = load(&folder).unwrap_or_else(|e| panic!("{e}"));
        assert!(first.token_key == again.token_key && first.token_key.bytes().len() == TOKEN_KEY_BYTES);
        assert!(first.vapid_key == again.vapid_key);
    }

    #[test]
    fn a_file_of_before_gets_a_key_for_push_and_keeps_what_it_had() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(FILE);
        let mut before = KeyFile::open_for_change(&path).unwrap_or_else(|e| panic!("{e}"));
        for name in [TOKEN_KEY, "master_key"] {
            before.set(name, &file::random(TOKEN_KEY_BYTES).unwrap_or_else(|e| panic!("{e}")));
        }
        before.save().unwrap_or_else(|e| panic!("{e}"));
        drop(before);
        let old = fs::read_to_string(&path).expect("readable");
        let first = load(folder.path()).unwrap_or_else(|e| panic!("{e}"));
        let again = load(folder.path()).unwrap_or_else(|e| panic!("{e}"));
        assert!(first.token_key == again.token_key && first.vapid_key == again.vapid_key);
        assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
        let new = fs::read_to_string(&path).expect("readable");
        assert!(new.starts_with(&old) && new[old.len()..].starts_with("vapid_key = \"30"), "a line more, and nothing else");
        for bad in ["31", "x"] {
            fs::write(&path, new.replace("vapid_key = \"30", &format!("vapid_key = \"{bad}"))).expect("written");
            assert!(matches!(load(folder.path()), Err(SecretsError::NoVapidKey { .. })), "{bad}");
        }
    }

    #[test]
    fn weak_content_and_open_files_stop_the_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(FILE);
        for weak in
            ["", "token_key = \"\"", "token_key = \"super-secret\"", &format!("token_key = \"{}\"", "00".repeat(48)), "key = \"aa\""]
        {
            fs::write(&file, weak).expect("written");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("set");
            assert!(matches!(load(folder.path()), Err(SecretsError::Weak { name: TOKEN_KEY, .. })), "{weak}");
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        assert!(matches!(load(folder.path()), Err(SecretsError::Readable { mode: 0o640, .. })));
    }
}
