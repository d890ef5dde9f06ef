//! A trader's accounts: two questions, one that connects an account at a venue and one that changes an account. Their forms
//! work before hydration as well.

use leptos::prelude::*;
use speedtrade::wire::AccountView;
#[cfg(feature = "ssr")]
use speedtrade::{order::FieldError, wire::Problem};

#[cfg(feature = "ssr")]
use super::context::{backend, require_user};
use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use crate::backend::{AccountChange, ConnectForm, VenueKey};

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

/// `action` is `rename`, `verify`, `replace_key` or `remove`; the other fields are those of the action's form.
#[server(output = Json)]
pub async fn change_account(
    id: String,
    action: String,
    label: Option<String>,
    api_key: Option<String>,
    api_secret: Option<String>,
    password: Option<String>,
) -> Result<Vec<AccountView>, ApiError> {
    let (user, backend) = (require_user()?.id, backend()?);
    let missing = || Problem::new(404, "unknown_account", "You have no such account.");
    let (id, password) = (id.parse().map_err(|_| missing())?, password.unwrap_or_default());
    let change = match action.as_str() {
        "rename" => AccountChange::Rename(label.unwrap_or_default()),
        "verify" => AccountChange::Verify,
        "replace_key" => {
            let key = VenueKey { api_key: api_key.unwrap_or_default(), api_secret: api_secret.unwrap_or_default() };
            AccountChange::ReplaceKey { key, password }
        }
        "remove" => AccountChange::Remove { password },
        _ => return Err(Problem::new(400, "malformed", "The request could not be read.").into()),
    };
    backend.connections.change(user, id, change).await?;
    Ok(backend.connections.accounts(user).await?)
}
