//! `/auth`: registering, signing in and out, and renewing a session. Tokens go into the body and into cookies.

use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use speedtrade::wire::UserView;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::Body,
    identity::{Caller, Peer, append},
    problem::{Entering, Failure, SignedIn},
    state::AppState,
};
use crate::services::{
    ServiceError,
    accounts::{Entered, Registration},
    sessions::{ACCESS_SECONDS, Tokens},
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(me))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterBody {
    #[schema(example = "ann@example.com", max_length = 254)]
    email: String,
    /// 3 to 32 letters, digits, `_` or `-`.
    #[schema(example = "ann")]
    username: String,
    /// 8 to 128 characters with an upper-case and a lower-case letter, a digit and a special character.
    #[schema(format = Password)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginBody {
    /// The email, or the username.
    #[schema(example = "ann@example.com")]
    email: String,
    #[schema(format = Password)]
    password: String,
    /// Not used yet.
    #[serde(default)]
    #[allow(dead_code, reason = "part of the contract; second factors come later")]
    totp: Option<String>,
}

#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RefreshBody {
    /// The refresh cookie is used when absent.
    #[serde(default)]
    refresh_token: Option<String>,
}

/// A session. Keep both tokens secret.
#[derive(Serialize, ToSchema)]
struct SessionView {
    user: UserView,
    access_token: String,
    /// Good for one use within 7 days; its use answers the next one.
    refresh_token: String,
    /// Always `bearer`.
    token_type: &'static str,
    /// Seconds that the access token is good for.
    expires_in: i64,
}

fn session(state: &AppState, status: StatusCode, user: UserView, tokens: &Tokens) -> Response {
    let view = SessionView {
        user,
        access_token: tokens.access.clone(),
        refresh_token: tokens.refresh.clone(),
        token_type: "bearer",
        expires_in: ACCESS_SECONDS,
    };
    let mut response = (status, Json(view)).into_response();
    append(response.headers_mut(), state.cookies.set(tokens));
    response
}

/// Opens an account with 100,000 paper dollars and signs in.
#[utoipa::path(post, path = "/api/v1/auth/register", tag = "auth", request_body = RegisterBody,
    responses((status = 201, description = "Registered and signed in", body = SessionView), Entering), security(()))]
async fn register(State(state): State<AppState>, Body(body): Body<RegisterBody>) -> Result<Response, Failure> {
    let registration = Registration { email: body.email, username: body.username, password: body.password };
    let Entered { user, tokens } = state.accounts.register(registration).await?;
    Ok(session(&state, StatusCode::CREATED, user, &tokens))
}

/// Signs in. After five wrong passwords the account waits a quarter of an hour for this address.
#[utoipa::path(post, path = "/api/v1/auth/login", tag = "auth", request_body = LoginBody,
    responses((status = 200, description = "Signed in", body = SessionView), Entering), security(()))]
async fn login(State(state): State<AppState>, Peer(address): Peer, Body(body): Body<LoginBody>) -> Result<Response, Failure> {
    let Entered { user, tokens } = state.accounts.sign_in(&body.email, body.password, address).await?;
    Ok(session(&state, StatusCode::OK, user, &tokens))
}

/// Exchanges a refresh token for a new pair. A token used before ends the whole session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", tag = "auth", request_body(content = Option<RefreshBody>, description = "Empty when the cookie is used"),
    responses((status = 200, description = "A new pair", body = SessionView), Entering), security(()))]
async fn refresh(State(state): State<AppState>, request: Request) -> Result<Response, Failure> {
    let (_, cookie) = state.cookies.tokens(request.headers());
    let body = if request.headers().contains_key(header::CONTENT_TYPE) {
        <Body<RefreshBody> as axum::extract::FromRequest<AppState>>::from_request(request, &state).await?.0
    } else {
        RefreshBody::default()
    };
    let token = body.refresh_token.or(cookie).ok_or_else(Failure::not_signed_in)?;
    let (signed_in, tokens) = state.accounts.sessions.rotate(&token).await?;
    Ok(session(&state, StatusCode::OK, (&signed_in.user).into(), &tokens))
}

/// Ends the session: its tokens are refused from now on.
#[utoipa::path(post, path = "/api/v1/auth/logout", tag = "auth", responses((status = 204, description = "Signed out"), SignedIn))]
async fn logout(State(state): State<AppState>, headers: HeaderMap, caller: Result<Caller, Failure>) -> Result<Response, Failure> {
    match caller {
        Ok(caller) => state.accounts.sessions.revoke(caller.session()).await?,
        // An expired access cookie must not keep a browser from signing out.
        Err(failure) => revoke_by_cookies(&state, &headers).await?.ok_or(failure)?,
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    append(response.headers_mut(), state.cookies.clear());
    Ok(response)
}

async fn revoke_by_cookies(state: &AppState, headers: &HeaderMap) -> Result<Option<()>, ServiceError> {
    let (access, refresh) = state.cookies.tokens(headers);
    let sessions = &state.accounts.sessions;
    match sessions.session_of(access.as_deref(), refresh.as_deref()).await? {
        Some(session) => Ok(Some(sessions.revoke(session).await?)),
        None => Ok(None),
    }
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/auth/me", tag = "auth", responses((status = 200, description = "The user", body = UserView), SignedIn))]
async fn me(caller: Caller) -> Json<UserView> {
    Json(caller.view())
}
