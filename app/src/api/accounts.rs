//! A trader's accounts: two questions, one that connects an account at a venue and one that changes an account. Their forms
//! work before hydration as well.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::wire::AccountView;
#[cfg(feature = "ssr")]
use speedtrade::{order::FieldError, wire::Problem};

#[cfg(feature = "ssr")]
use super::context::{backend, require_user};
use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use crate::backend::{AccountChange, ConnectForm, VenueKey};

/// Names the account that pages show; absent or empty for the paper account.
pub const ACCOUNT_COOKIE: &str = "account";

/// `environment` is `practice` or `live`; the latter has to be `confirmed`.
#[server(output = Json)]
pub async fn connect_account(
    account_type: String,
    environment: String,
    label: String,
    api_key: String,
    api_secret: String,
    password: String,
    confirmed: Option<String>,
) -> Result<Vec<AccountView>, ApiError> {
    let (user, backend) = (require_user()?.id, backend()?);
    let is_paper = environment == "practice";
    if !is_paper && confirmed.is_none_or(|word| word != "yes") {
        let words = "tick this to connect an account with real money";
        return Err(Problem::validation(vec![FieldError::new("confirmed", words)]).into());
    }
    let form = ConnectForm { account_type, is_paper, label, key: VenueKey { api_key, api_secret }, password };
    backend.connections.connect(user, form).await?;
    Ok(backend.connections.accounts(user).await?)
}

/// From here on the pages show this account and trade with it. A fresh page is loaded.
#[server(output = Json)]
pub async fn choose_account(id: String) -> Result<(), ApiError> {
    let user = require_user()?.id;
    let accounts = backend()?.connections.accounts(user).await?;
    let chosen = accounts.iter().find(|account| account.id.to_string() == id);
    let chosen = chosen.ok_or_else(|| Problem::new(404, "unknown_account", "You have no such account."))?;
    let value = if chosen.connection.is_some() { id } else { String::new() };
    super::cookies::set(&[super::cookies::for_a_year(ACCOUNT_COOKIE, &value)])?;
    leptos_axum::redirect("/dashboard");
    Ok(())
}

/// The venue's number of an asset, as a page shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeenNumber {
    pub asset: String,
    pub theirs: String,
}

/// `action` is `rename`, `verify`, `replace_key`, `remove`, `halt`, `resume`, `open_gate` or `believe` (the venue's
/// number that was `seen`); the other fields are those of the action's form.
#[server(output = Json)]
pub async fn change_account(
    id: String,
    action: String,
    label: Option<String>,
    api_key: Option<String>,
    api_secret: Option<String>,
    password: Option<String>,
    seen: Option<SeenNumber>,
) -> Result<Vec<AccountView>, ApiError> {
    let (user, backend) = (require_user()?.id, backend()?);
    let malformed = || Problem::new(400, "malformed", "The request could not be read.");
    let missing = || Problem::new(404, "unknown_account", "You have no such account.");
    let (id, password) = (id.parse().map_err(|_| missing())?, password.unwrap_or_default());
    let change = match action.as_str() {
        "rename" => AccountChange::Rename(label.unwrap_or_default()),
        "verify" => AccountChange::Verify,
        "replace_key" => {
            let key = VenueKey { api_key: api_key.unwrap_or_default(), api_secret: api_secret.unwrap_or_default() };
            AccountChange::ReplaceKey { key, password }
        }
        "believe" => seen.map(|SeenNumber { asset, theirs }| AccountChange::Believe { asset, seen: theirs }).ok_or_else(malformed)?,
        "halt" => AccountChange::Halt(true),
        "resume" => AccountChange::Halt(false),
        "open_gate" => AccountChange::OpenGate,
        "remove" => AccountChange::Remove { password },
        _ => return Err(malformed().into()),
    };
    backend.connections.change(user, id, change).await?;
    Ok(backend.connections.accounts(user).await?)
}
