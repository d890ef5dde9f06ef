//! A file of `name = "hex digits"` lines that only its owner can read. Written whole and at once: a crash leaves the old file
//! or the new one.

use std::{
    fs::{self, File},
    io::{self, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rand::{TryRngCore, rngs::OsRng};
use zeroize::Zeroizing;

use super::SecretsError;

const HEAD: &str = "# Keys of this desk. Keep them secret and a copy of them safe: with another token_key everybody is signed out,\n\
    # with another vapid_key browsers have to turn notices on again, and without its master_key the keys of connected accounts\n\
    # can't be read any more.\n";
/// Fewer different bytes than this are not random: 32 random ones have about 30.
const DIFFERENT_BYTES_MIN: usize = 16;

pub struct KeyFile {
    path: PathBuf,
    text: Zeroizing<String>,
    is_new: bool,
    /// Held while the file may change: one writer at a time, of all processes.
    _lock: Option<File>,
}

impl KeyFile {
    /// Readers wait for nobody. Without a file it is empty.
    pub(super) fn open(path: &Path) -> Result<Self, SecretsError> {
        let text = match fs::metadata(path) {
            Ok(facts) => {
                let mode = facts.mode() & 0o777;
                if mode & 0o077 != 0 {
                    return Err(SecretsError::Readable { file: path.display().to_string(), mode });
                }
                Some(fs::read_to_string(path)?)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let is_new = text.is_none();
        Ok(Self { path: path.to_owned(), text: Zeroizing::new(text.unwrap_or_else(|| HEAD.to_owned())), is_new, _lock: None })
    }

    pub(super) fn open_for_change(path: &Path) -> Result<Self, SecretsError> {
        let lock = File::open(folder_of(path))?;
        lock.lock()?;
        Ok(Self { _lock: Some(lock), ..Self::open(path)? })
    }

    /// There was no such file.
    pub(super) fn is_new(&self) -> bool {
        self.is_new
    }

    /// `None` when the file does not name it; what is not random is an error.
    pub(super) fn find(&self, name: &'static str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretsError> {
        let Some(value) = self.text.lines().find_map(|line| value_of(line, name)) else { return Ok(None) };
        let bytes = from_hex(value).ok_or_else(|| self.weak(name))?;
        let different = bytes.iter().collect::<std::collections::BTreeSet<_>>().len();
        if different < DIFFERENT_BYTES_MIN { Err(self.weak(name)) } else { Ok(Some(bytes)) }
    }

    pub(super) fn set(&mut self, name: &str, bytes: &[u8]) {
        self.remove(name);
        let hex = to_hex(bytes);
        for part in [name, " = \"", &hex, "\"\n"] {
            self.text.push_str(part);
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        let kept = self.text.lines().filter(|line| value_of(line, name).is_none());
        self.text = Zeroizing::new(kept.flat_map(|line| [line, "\n"]).collect());
    }

    pub(super) fn save(&self) -> Result<(), SecretsError> {
        let mut fresh = self.path.clone().into_os_string();
        fresh.push(".new");
        let fresh = PathBuf::from(fresh);
        // Of a writer that was killed: the lock says that nobody else is at it.
        let _ = fs::remove_file(&fresh);
        let mut open = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        open.write_all(self.text.as_bytes())?;
        open.sync_all()?;
        fs::rename(&fresh, &self.path)?;
        Ok(File::open(folder_of(&self.path))?.sync_all()?)
    }

    /// How errors name it.
    pub(super) fn shown(&self) -> String {
        self.path.display().to_string()
    }

    pub(super) fn weak(&self, name: &'static str) -> SecretsError {
        SecretsError::Weak { file: self.shown(), name }
    }
}

pub(crate) fn random(bytes: usize) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
    let mut drawn = Zeroizing::new(vec![0_u8; bytes]);
    OsRng.try_fill_bytes(&mut drawn).map_err(|_| SecretsError::NoRandomness)?;
    Ok(drawn)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn value_of<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let value = line.trim().strip_prefix(name)?.trim_start().strip_prefix('=')?;
    Some(value.trim().trim_matches('"'))
}

pub(super) fn to_hex(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(crate::net::hex(bytes))
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    bytes.map(Zeroizing::new)
}
