//! A trader's accounts: two questions, one that connects an account at a venue and one that changes an account. Their forms
//! work before hydration as well.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use speedtrade::wire::AccountView;
#[cfg(feature = "ssr")]
use speedtrade::{order::FieldError, wire::Problem};

#[cfg(feature = "ssr")]
use super::context::{backend, require_user};
use super::{ApiError, Json, read};
#[cfg(feature = "ssr")]
use crate::backend::{AccountChange, ConnectForm, VenueKey};

/// The accounts as JSON inside of JSON: what reads them comes with their page, not with the program that every page loads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccountsText(String);

impl AccountsText {
    #[cfg(feature = "ssr")]
    pub(super) fn write(accounts: &[AccountView]) -> Result<Self, ApiError> {
        serde_json::to_string(accounts).map(Self).map_err(|_| ApiError::unexpected())
    }

    pub fn read(&self) -> Result<Vec<AccountView>, ApiError> {
        read(&self.0).map_err(|_| ApiError::unexpected())
    }
}

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

/// `action` is `rename`, `verify`, `replace_key`, `remove` or `believe` (the venue's number of `asset`); the other fields are those of the action's form.
#[server(output = Json)]
pub async fn change_account(
    id: String,
    action: String,
    label: Option<String>,
    api_key: Option<String>,
    api_secret: Option<String>,
    password: Option<String>,
    asset: Option<String>,
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
        "believe" => AccountChange::Believe(asset.unwrap_or_default()),
        "remove" => AccountChange::Remove { password },
        _ => return Err(Problem::new(400, "malformed", "The request could not be read.").into()),
    };
    backend.connections.change(user, id, change).await?;
    Ok(backend.connections.accounts(user).await?)
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn accounts_survive_their_text() {
        let at = r#"{"venue":"kraken","environment":"live","venue_account":"\"A\" <1>","key_hint":"ABCD","told":{"may_trade":true,
            "may_withdraw":null,"notes":["only from 203.0.113.7"],"holdings":[{"asset":"BTC","total":"0.10000000","locked":"0"}]},
            "verified_at":"2026-11-25T12:00:00Z","health":{"state":"down","reason":"no answer","last_heartbeat_at":null,
            "budget":{"left":3,"max":20},"clock_skew_ms":-12,"open_discrepancies":1,
            "discrepancies":[{"asset":"USD","ours":"10","theirs":"9","found_at":"2026-11-25T12:00:00Z"}]}}"#;
        let paper = r#""label":"Mine","created_at":"2026-11-25T12:00:00Z""#;
        let id = "019a9c1e-8f00-7000-8000-000000000001";
        let text = format!(
            r#"[{{"id":"{id}","account_type":"paper","is_paper":true,{paper},"connection":null}},
            {{"id":"{id}","account_type":"kraken","is_paper":false,{paper},"connection":{at}}}]"#
        );
        let accounts: Vec<AccountView> = serde_json::from_str(&text).expect("accounts");
        let written = AccountsText::write(&accounts).expect("written");
        let carried = serde_json::to_string(&written).expect("serializable");
        assert_eq!(read::<AccountsText>(&carried).expect("readable").read().expect("readable"), accounts);
    }
}
