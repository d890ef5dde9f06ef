//! The desk's own secret: made at the first start, kept in `secrets.toml` that only its owner can read.
//!
//! There is no default. A weak, short or readable-by-others file stops the start, and its content is never shown.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use rand::{TryRngCore, rngs::OsRng};

const FILE: &str = "secrets.toml";
const KEY_BYTES: usize = 48;
const KEY_BYTES_MIN: usize = 32;
/// Fewer different bytes than this are not random: 48 random ones have about 44.
const DIFFERENT_BYTES_MIN: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    #[error("the data folder or its {FILE} can't be used")]
    Io(#[from] io::Error),
    #[error("{FILE} can be read by others (mode {mode:o}): run `chmod 600` on it, and change its key if others may have read it")]
    Readable { mode: u32 },
    #[error("{FILE} holds no good key: it must be `token_key = \"<at least 64 random hex digits>\"`. Delete the file to get a new one")]
    Weak,
    #[error("the system gave no random bytes")]
    NoRandomness,
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
        Self(vec![fill; KEY_BYTES_MIN])
    }

    fn draw() -> Result<Self, SecretsError> {
        let mut bytes = vec![0_u8; KEY_BYTES];
        OsRng.try_fill_bytes(&mut bytes).map_err(|_| SecretsError::NoRandomness)?;
        Ok(Self(bytes))
    }

    fn parse(text: &str) -> Result<Self, SecretsError> {
        let line = text.lines().find_map(|line| line.trim().strip_prefix("token_key"));
        let value = line.and_then(|rest| rest.trim_start().strip_prefix('=')).map(|v| v.trim().trim_matches('"'));
        let bytes = value.and_then(from_hex).ok_or(SecretsError::Weak)?;
        let different = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
        if bytes.len() < KEY_BYTES_MIN || different < DIFFERENT_BYTES_MIN {
            return Err(SecretsError::Weak);
        }
        Ok(Self(bytes))
    }

    fn to_hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
        self.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}

/// Makes the data folder, readable by its owner alone, if there is none.
pub fn ensure_folder(folder: &Path) -> Result<(), SecretsError> {
    if !folder.is_dir() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    Ok(())
}

/// Reads the key, or makes one at the first start.
pub fn load(folder: &Path) -> Result<TokenKey, SecretsError> {
    let file = folder.join(FILE);
    match fs::metadata(&file) {
        Ok(facts) => {
            let mode = facts.mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(SecretsError::Readable { mode });
            }
            TokenKey::parse(&fs::read_to_string(&file)?)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => write(&file, &TokenKey::draw()?),
        Err(error) => Err(error.into()),
    }
}

fn write(file: &Path, key: &TokenKey) -> Result<TokenKey, SecretsError> {
    let mut open = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    let text =
        format!("# Signs the sessions of this desk. Keep it secret; deleting it signs everybody out.\ntoken_key = \"{}\"\n", key.to_hex());
    open.write_all(text.as_bytes())?;
    open.sync_all()?;
    Ok(key.clone())
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

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
        assert!(first == again && first.bytes().len() == KEY_BYTES);
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
            assert!(matches!(load(folder.path()), Err(SecretsError::Weak)), "{weak}");
        }
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("set");
        assert!(matches!(load(folder.path()), Err(SecretsError::Readable { mode: 0o640 })));
    }
}
