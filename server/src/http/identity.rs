//! Who asks: a Bearer token or the browser's cookies, checked against the session's row at each request.
//!
//! Pages and server functions also renew an expired session by its refresh cookie, and go on signed in.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use app::api::accounts::ACCOUNT_COOKIE;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use speedtrade::{
    ids::{SessionId, UserId},
    venue::Environment,
    wire::UserView,
};

use super::{problem::Failure, state::AppState};
use crate::{
    services::{
        ServiceError,
        sessions::{SignedInUser, Tokens},
        trading::Owner,
    },
    session_cookies::{self, CookieStyle},
};

/// The result of looking at a request's credentials; in its extensions.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    Anonymous,
    /// There was a token, and it is expired, revoked or none of ours.
    Invalid,
    User(Arc<SignedInUser>),
}

impl Identity {
    pub(crate) fn user(&self) -> Option<&Arc<SignedInUser>> {
        match self {
            Self::User(user) => Some(user),
            Self::Anonymous | Self::Invalid => None,
        }
    }

    pub(crate) fn view(&self) -> Option<UserView> {
        self.user().map(|signed_in| (&signed_in.user).into())
    }
}

/// The signed-in user of a REST request; 401 otherwise.
#[derive(Debug, Clone)]
pub(crate) struct Caller(Arc<SignedInUser>);

impl Caller {
    pub(crate) fn id(&self) -> UserId {
        self.0.user.id
    }

    pub(crate) fn session(&self) -> SessionId {
        self.0.session_id
    }

    pub(crate) fn view(&self) -> UserView {
        (&self.0.user).into()
    }

    /// Whose books are asked for: those of `account`, of the paper account when absent.
    pub(super) fn owner(&self, account: Option<&str>) -> Result<Owner, Failure> {
        Ok(Owner::of(self.id(), account)?)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        match parts.extensions.get::<Identity>() {
            Some(Identity::User(user)) => Ok(Self(Arc::clone(user))),
            Some(Identity::Invalid) => Err(Failure::invalid_token()),
            Some(Identity::Anonymous) | None => Err(Failure::not_signed_in()),
        }
    }
}

/// The peer's address. Forwarded headers are anybody's claim and are not read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) IpAddr);

impl Peer {
    pub(crate) fn of(extensions: &axum::http::Extensions) -> Self {
        let address = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Self(address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)))
    }
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.extensions))
    }
}

/// For pages and server functions: renews the session when only the refresh cookie is still good.
pub(super) async fn identify_or_renew(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let looked = look_or_renew(&state, request.headers()).await;
    // A page is shown to a visitor rather than refused when the store can't be asked.
    let (identity, renewed) = looked.unwrap_or((Identity::Anonymous, None));
    let is_signed_in = identity.user().is_some();
    if is_page(request.uri().path())
        && let Some(chosen) = chosen(&state, &identity, request.headers()).await
    {
        request.extensions_mut().insert(chosen);
    }
    request.extensions_mut().insert(identity);
    let mut response = next.run(request).await;
    if let Some(tokens) = renewed {
        append_cookies(response.headers_mut(), state.cookies, &tokens);
    }
    if is_signed_in && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Whether a page may be rendered for this path; elsewhere are programs and files.
pub(super) fn is_page(path: &str) -> bool {
    !["/api/", "/fn/", "/pkg/", "/vendor/"].iter().any(|folder| path.starts_with(folder))
}

/// The account that pages show, as they write it down: `id kind words`.
#[derive(Debug, Clone)]
pub(super) struct Chosen(pub(super) String);

/// `None` for a visitor. A cookie that names nothing of the user's is the paper account.
async fn chosen(state: &AppState, identity: &Identity, headers: &HeaderMap) -> Option<Chosen> {
    let user = identity.user()?.user.id;
    let named = session_cookies::find(headers, ACCOUNT_COOKIE);
    let accounts = state.connections.list(user).await.ok()?;
    let account = named.and_then(|id| accounts.iter().find(|account| account.id.to_string() == id)).or(accounts.first())?;
    let words = match &account.connection {
        None => "paper Paper".to_owned(),
        Some(at) => match at.environment {
            Environment::Practice => format!("practice Practice · {}", at.venue),
            Environment::Live => format!("live LIVE · {}", at.venue),
        },
    };
    Some(Chosen(format!("{} {words}", account.id)))
}

/// For the WebSocket, whose answer can't be relied on to set cookies: the refresh cookie counts without being spent.
pub(super) async fn identify_socket(state: &AppState, headers: &HeaderMap) -> Result<Identity, ServiceError> {
    let identity = look(state, headers).await?;
    let (_, refresh) = state.cookies.tokens(headers);
    match (identity, refresh) {
        (Identity::Anonymous | Identity::Invalid, Some(refresh)) => {
            let user = state.accounts.sessions.peek(&refresh).await?;
            Ok(user.map_or(Identity::Anonymous, Identity::User))
        }
        (identity, _) => Ok(identity),
    }
}

/// Changes nothing.
pub(super) async fn look(state: &AppState, headers: &HeaderMap) -> Result<Identity, ServiceError> {
    let token = match bearer(headers) {
        Some(Ok(token)) => token.to_owned(),
        Some(Err(())) => return Ok(Identity::Invalid),
        None => match state.cookies.tokens(headers) {
            (Some(token), _) => token,
            (None, Some(_)) => return Ok(Identity::Invalid),
            (None, None) => return Ok(Identity::Anonymous),
        },
    };
    match state.accounts.sessions.verify(&token).await {
        Ok(user) => Ok(Identity::User(user)),
        Err(ServiceError::Unauthorized { .. }) => Ok(Identity::Invalid),
        Err(error) => Err(error),
    }
}

async fn look_or_renew(state: &AppState, headers: &HeaderMap) -> Result<(Identity, Option<Tokens>), ServiceError> {
    let identity = look(state, headers).await?;
    let (_, refresh) = state.cookies.tokens(headers);
    let (Identity::Anonymous | Identity::Invalid, Some(refresh)) = (&identity, refresh) else {
        return Ok((identity, None));
    };
    match state.accounts.sessions.rotate(&refresh).await {
        Ok((user, tokens)) => Ok((Identity::User(user), Some(tokens))),
        Err(ServiceError::Unauthorized { .. }) => Ok((Identity::Anonymous, None)),
        Err(error) => Err(error),
    }
}

/// `Err` for an Authorization header that holds something else than a Bearer token.
fn bearer(headers: &HeaderMap) -> Option<Result<&str, ()>> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().unwrap_or_default();
    let token = text.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    Some(token.ok_or(()))
}

/// Unless the answer itself signs in or out: then its cookies are the newer ones.
fn append_cookies(headers: &mut HeaderMap, style: CookieStyle, tokens: &Tokens) {
    let is_set = headers.get_all(header::SET_COOKIE).into_iter().any(|v| v.as_bytes().starts_with(style.access().as_bytes()));
    if !is_set {
        append(headers, style.set(tokens));
    }
}

pub(crate) fn append(headers: &mut HeaderMap, cookies: Vec<String>) {
    for cookie in cookies {
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            headers.append(header::SET_COOKIE, value);
        }
    }
}
