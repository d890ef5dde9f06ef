//! Screens that a trader keeps by name: addresses of the screener page.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use speedtrade::{ids::UserId, wire::Problem};

use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use super::{
    PageJson,
    context::{backend, require_user},
};
#[cfg(feature = "ssr")]
use crate::backend::Backend;

/// The name that they are kept under.
#[cfg(feature = "ssr")]
const SCREENS: &str = "screens";
#[cfg(feature = "ssr")]
const SCREENS_MAX: usize = 20;
#[cfg(feature = "ssr")]
const NAME_LENGTH_MAX: usize = 40;
#[cfg(feature = "ssr")]
const ADDRESS_LENGTH_MAX: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedScreen {
    pub name: String,
    /// Path and query of the page, like `/screener?sort=-volume`.
    pub address: String,
}

/// In the order in which they were kept.
#[cfg(feature = "ssr")]
pub(super) async fn list(backend: &Backend, user: UserId) -> Result<Vec<SavedScreen>, ApiError> {
    let text = backend.accounts.preference(user, SCREENS).await?;
    // What an older program wrote may have another shape: then there are none.
    Ok(text.and_then(|text| super::read(&text).ok()).unwrap_or_default())
}

/// Keeps a screen. A name that is taken is refused: nothing that was kept is lost by the way.
#[server(input = Json, output = Json)]
pub async fn save_screen(screen: SavedScreen) -> Result<Vec<SavedScreen>, ApiError> {
    let name = screen.name.trim().to_owned();
    let refused = |detail: &str| Err(Problem::new(422, "validation_failed", detail).into());
    if name.is_empty() || name.chars().count() > NAME_LENGTH_MAX {
        return refused("A name has 1 to 40 characters.");
    }
    if !screen.address.starts_with("/screener") || screen.address.len() > ADDRESS_LENGTH_MAX {
        return refused("This screen is too long to be kept.");
    }
    let (backend, user) = (backend()?, require_user()?);
    let mut screens = list(&backend, user.id).await?;
    if screens.iter().any(|kept| kept.name == name) {
        return refused("A screen of this name is kept already: choose another name, or remove that one first.");
    }
    if screens.len() == SCREENS_MAX {
        return refused("20 screens are kept already: remove one first.");
    }
    screens.push(SavedScreen { name, address: screen.address });
    keep(&backend, user.id, screens).await
}

/// Of a name that is not kept, nothing is removed.
#[server(input = Json, output = Json)]
pub async fn remove_screen(name: String) -> Result<Vec<SavedScreen>, ApiError> {
    let (backend, user) = (backend()?, require_user()?);
    let mut screens = list(&backend, user.id).await?;
    screens.retain(|kept| kept.name != name);
    keep(&backend, user.id, screens).await
}

#[cfg(feature = "ssr")]
async fn keep(backend: &Backend, user: UserId, screens: Vec<SavedScreen>) -> Result<Vec<SavedScreen>, ApiError> {
    use leptos::server_fn::Encodes;
    let written = PageJson::encode(&screens).ok().and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    backend.accounts.set_preference(user, SCREENS, written.ok_or_else(ApiError::unexpected)?).await?;
    Ok(screens)
}
