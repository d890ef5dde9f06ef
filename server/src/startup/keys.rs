//! The secrets that a desk runs with, and their change.

use std::path::Path;

use super::{StartupError, open_store};
use crate::{
    config::RotateKeysArgs,
    secrets::{self, MasterKeyFile, Secrets, SecretsError},
    services::connections::{self, Rotated, Rotation},
    vault::Vault,
};

/// No `Debug`, no `Display`.
pub struct Keys {
    pub(super) secrets: Secrets,
    pub(super) vault: Vault,
}

impl Keys {
    /// Reads them, or makes them at the first start.
    pub fn load(data_folder: &Path, master_key_file: Option<&Path>) -> Result<Self, SecretsError> {
        let secrets = secrets::load(data_folder)?;
        Ok(Self { secrets, vault: Vault::open(MasterKeyFile::new(data_folder, master_key_file))? })
    }
}

/// Makes a new master key, and new data keys if asked for.
pub async fn rotate_keys(args: &RotateKeysArgs) -> Result<Rotated, StartupError> {
    let db = open_store(&args.store).await?;
    let file = MasterKeyFile::new(&args.store.data_dir, args.master_key.master_key_file.as_deref());
    let rotation = if args.data_keys { Rotation::DataKeysToo } else { Rotation::MasterKey };
    let rotated = connections::rotate_keys(&db, &file, rotation).await;
    db.close().await;
    Ok(rotated?)
}
