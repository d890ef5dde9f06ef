//! `/accounts`: the paper account and accounts at venues. Keys go in and never come out.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use speedtrade::{
    ids::AccountId,
    wire::{AccountView, DiscrepancyView},
};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Body, IdPath, SecretBody},
    identity::{Caller, Peer},
    problem::{Failure, SignedIn, SignedInChange, SignedInQuery},
    state::AppState,
};
use crate::services::connections::{NewConnection, TypedKey};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, connect))
        .routes(routes!(rename, remove))
        .routes(routes!(verify))
        .routes(routes!(replace_key))
        .routes(routes!(discrepancies, believe))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// `alpaca`, `binance`, `coinbase` or `kraken`.
    #[schema(example = "alpaca")]
    account_type: String,
    /// The key of a practice account, which Alpaca and Binance (its testnet) have.
    is_paper: bool,
    /// 1 to 40 characters.
    label: String,
    /// At most 256 characters; Coinbase's `organizations/…/apiKeys/…`.
    #[schema(write_only)]
    api_key: String,
    /// At most 4,096 characters; Coinbase's with its line breaks, or with `\n` for them.
    #[schema(format = Password, write_only)]
    api_secret: String,
    /// The user's password at this desk.
    #[schema(format = Password, write_only)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// 1 to 40 characters.
    label: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewKey {
    #[schema(write_only)]
    api_key: String,
    #[schema(format = Password, write_only)]
    api_secret: String,
    /// The user's password at this desk.
    #[schema(format = Password, write_only)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Believed {
    /// As the list of discrepancies names it.
    #[schema(example = "USD")]
    asset: String,
    /// The venue's number that was seen: nothing is booked when it has another by now. Absent: whatever it is.
    #[schema(example = "99500")]
    theirs: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    /// The user's password at this desk.
    #[schema(format = Password, write_only)]
    password: String,
}

/// The paper account first, then the connected ones, oldest first.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "accounts",
    responses((status = 200, description = "The accounts", body = Vec<AccountView>), SignedIn))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<AccountView>>, Failure> {
    Ok(Json(state.live.with_health(state.connections.list(caller.id()).await?).await?))
}

/// Connects an account at a venue. The venue is asked whose key it is before anything is kept; a key that may withdraw is refused.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "accounts", request_body = NewAccount,
    responses((status = 201, description = "The account, as the venue told it", body = AccountView), SignedInChange))]
async fn connect(
    State(state): State<AppState>,
    caller: Caller,
    Peer(address): Peer,
    SecretBody(new): SecretBody<NewAccount>,
) -> Result<(StatusCode, Json<AccountView>), Failure> {
    let NewAccount { account_type, is_paper, label, api_key, api_secret, password } = new;
    let new = NewConnection { account_type, is_paper, label, key: TypedKey { api_key, api_secret }, password };
    Ok((StatusCode::CREATED, Json(state.connections.connect(caller.id(), new, address).await?)))
}

/// Renames an account.
#[utoipa::path(patch, path = "/api/v1/accounts/{id}", tag = "accounts", params(("id" = AccountId, Path)), request_body = AccountChange,
    responses((status = 200, description = "The account", body = AccountView), SignedInChange))]
async fn rename(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<AccountId>,
    Body(change): Body<AccountChange>,
) -> Result<Json<AccountView>, Failure> {
    Ok(Json(state.connections.rename(caller.id(), id, &change.label).await?))
}

/// Removes a connected account without open orders. Its key is wiped, its history stays.
#[utoipa::path(delete, path = "/api/v1/accounts/{id}", tag = "accounts", params(("id" = AccountId, Path)), request_body = Confirmation,
    responses((status = 204, description = "Removed"), SignedInChange))]
async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    Peer(address): Peer,
    IdPath(id): IdPath<AccountId>,
    SecretBody(confirmation): SecretBody<Confirmation>,
) -> Result<StatusCode, Failure> {
    state.connections.remove(caller.id(), id, confirmation.password, address).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks the venue again what the key may do and what the account holds.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/verify", tag = "accounts", params(("id" = AccountId, Path)),
    responses((status = 200, description = "The account, as the venue told it", body = AccountView), SignedInChange))]
async fn verify(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<AccountId>) -> Result<Json<AccountView>, Failure> {
    Ok(Json(state.connections.verify(caller.id(), id).await?))
}

/// Where the venue's numbers are not those of the books.
#[utoipa::path(get, path = "/api/v1/accounts/{id}/discrepancies", tag = "accounts", params(("id" = AccountId, Path)),
    responses((status = 200, description = "The open ones, by asset", body = Vec<DiscrepancyView>), SignedInQuery))]
async fn discrepancies(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<AccountId>,
) -> Result<Json<Vec<DiscrepancyView>>, Failure> {
    Ok(Json(state.live.discrepancies(caller.id(), id).await?))
}

/// Takes the venue's number of an asset for ours: the difference is booked as a transfer.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/discrepancies", tag = "accounts", params(("id" = AccountId, Path)), request_body = Believed,
    responses((status = 204, description = "Booked"), SignedInChange))]
async fn believe(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<AccountId>,
    Body(believed): Body<Believed>,
) -> Result<StatusCode, Failure> {
    state.live.believe_venue(caller.id(), id, believed.asset, believed.theirs).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Another key of the same account at the venue takes the place of the one that is kept.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/keys", tag = "accounts", params(("id" = AccountId, Path)), request_body = NewKey,
    responses((status = 200, description = "The account, as the venue told it", body = AccountView), SignedInChange))]
async fn replace_key(
    State(state): State<AppState>,
    caller: Caller,
    Peer(address): Peer,
    IdPath(id): IdPath<AccountId>,
    SecretBody(new): SecretBody<NewKey>,
) -> Result<Json<AccountView>, Failure> {
    let NewKey { api_key, api_secret, password } = new;
    let key = TypedKey { api_key, api_secret };
    Ok(Json(state.connections.replace_key(caller.id(), id, key, password, address).await?))
}
