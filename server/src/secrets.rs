//! The desk's own secrets: made at the first start, kept in `secrets.toml` that only its owner can read.
//!
//! There is no default. A weak, short or readable-by-others file stops the start, and its content is never shown.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
    path::Path,
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64ct::{Base64UrlUnpadded, Encoding as _};
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
    #[error("{FILE} holds a `vapid_key` that is none: delete its line to get a new one; browsers have to turn notices on again then")]
    NoVapidKey,
    #[error("the system gave no random bytes")]
    NoRandomness,
}

/// All that the file holds. No `Debug`, no `Display`.
#[derive(Clone)]
pub struct Secrets {
    pub token_key: TokenKey,
    pub vapid_key: VapidKey,
}

/// What push messages are signed with: a P-256 key as PKCS#8. No `Debug`, no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct VapidKey {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
}

impl VapidKey {
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Base64url of the uncompressed point: what browsers subscribe with.
    pub(crate) fn public_key(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.public)
    }

    fn draw() -> Result<Self, SecretsError> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| SecretsError::NoRandomness)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| SecretsError::NoRandomness)?;
        Ok(Self { pkcs8: pkcs8.as_ref().to_vec(), public: pair.public_key().as_ref().to_vec() })
    }

    /// `None` where there is no line of it.
    fn parse(text: &str) -> Result<Option<Self>, SecretsError> {
        let Some(value) = value_of(text, "vapid_key") else { return Ok(None) };
        let pkcs8 = from_hex(value).ok_or(SecretsError::NoVapidKey)?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8).map_err(|_| SecretsError::NoVapidKey)?;
        Ok(Some(Self { public: pair.public_key().as_ref().to_vec(), pkcs8 }))
    }

    fn line(&self) -> String {
        format!("# Signs what is pushed to browsers.\nvapid_key = \"{}\"\n", to_hex(&self.pkcs8))
    }
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
        let bytes = value_of(text, "token_key").and_then(from_hex).ok_or(SecretsError::Weak)?;
        let different = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
        if bytes.len() < KEY_BYTES_MIN || different < DIFFERENT_BYTES_MIN {
            return Err(SecretsError::Weak);
        }
        Ok(Self(bytes))
    }

    fn line(&self) -> String {
        let key = to_hex(&self.0);
        format!("# Signs the sessions of this desk. Keep it secret; deleting it signs everybody out.\ntoken_key = \"{key}\"\n")
    }
}

/// Makes the data folder, readable by its owner alone, if there is none.
pub fn ensure_folder(folder: &Path) -> Result<(), SecretsError> {
    if !folder.is_dir() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    Ok(())
}

/// Reads the secrets, and makes those that there are not.
pub fn load(folder: &Path) -> Result<Secrets, SecretsError> {
    let file = folder.join(FILE);
    match fs::metadata(&file) {
        Ok(facts) => {
            let mode = facts.mode() & 0o777;
            if mode & 0o077 != 0 {
                return Err(SecretsError::Readable { mode });
            }
            let text = fs::read_to_string(&file)?;
            let token_key = TokenKey::parse(&text)?;
            let vapid_key = VapidKey::parse(&text)?.map_or_else(|| add_vapid_key(folder, &text), Ok)?;
            Ok(Secrets { token_key, vapid_key })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let (token_key, vapid_key) = (TokenKey::draw()?, VapidKey::draw()?);
            write(&file, &[token_key.line(), vapid_key.line()].concat())?;
            Ok(Secrets { token_key, vapid_key })
        }
        Err(error) => Err(error.into()),
    }
}

/// A file of a version that pushed nothing. It is replaced whole, or stays as it was.
fn add_vapid_key(folder: &Path, text: &str) -> Result<VapidKey, SecretsError> {
    let key = VapidKey::draw()?;
    let new = folder.join(format!("{FILE}.new"));
    if let Err(error) = fs::remove_file(&new)
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error.into());
    }
    write(&new, &[text.trim_end(), "\n", &key.line()].concat())?;
    fs::rename(&new, folder.join(FILE))?;
    Ok(key)
}

fn write(file: &Path, text: &str) -> Result<(), SecretsError> {
    let mut open = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    open.write_all(text.as_bytes())?;
    Ok(open.sync_all()?)
}

fn value_of<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name)?.trim_start().strip_prefix('='));
    line.map(|value| value.trim().trim_matches('"'))
}

fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
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
        assert!(first.token_key == again.token_key && first.token_key.bytes().len() == KEY_BYTES);
        assert!(first.vapid_key == again.vapid_key && first.vapid_key.public.len() == 65);
    }

    #[test]
    fn a_file_of_before_gets_a_key_for_push_and_keeps_what_it_had() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, token_key) = (folder.path().join(FILE), TokenKey::draw().unwrap_or_else(|e| panic!("{e}")));
        write(&file, &token_key.line()).unwrap_or_else(|e| panic!("{e}"));
        let first = load(folder.path()).unwrap_or_else(|e| panic!("{e}"));
        let again = load(folder.path()).unwrap_or_else(|e| panic!("{e}"));
        assert!(first.token_key == token_key && again.token_key == token_key && first.vapid_key == again.vapid_key);
        assert_eq!(fs::metadata(&file).expect("there").mode() & 0o777, 0o600);
        let text = fs::read_to_string(&file).expect("readable").replace("vapid_key = \"30", "vapid_key = \"31");
        fs::write(&file, text).expect("written");
        assert!(matches!(load(folder.path()), Err(SecretsError::NoVapidKey)));
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
