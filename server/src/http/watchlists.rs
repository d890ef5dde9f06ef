//! `/watchlists`: a user's lists, their symbols, and their text form. What belongs to somebody else does not exist.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use speedtrade::{ids::WatchlistId, instrument::Symbol, wire::WatchlistView};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    extract::{Asked, Body, IdPath, ItemPath},
    identity::Caller,
    problem::{Failure, SignedIn, SignedInChange, SignedInQuery},
    state::AppState,
};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(find, change, delete))
        .routes(routes!(add))
        .routes(routes!(remove))
        .routes(routes!(import))
        .routes(routes!(export))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewWatchlist {
    /// 1 to 64 characters.
    name: String,
    /// At most 500.
    #[serde(default)]
    symbols: Vec<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WatchlistChange {
    #[serde(default)]
    name: Option<String>,
    /// The same symbols in another order.
    #[serde(default)]
    symbols: Option<Vec<String>>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewItem {
    #[schema(example = "BTC/USD")]
    symbol: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Imported {
    watchlist: Watchlist,
    /// Symbols that were not in the list before.
    added: usize,
    /// The first 50 words that are no symbol of this desk.
    unknown: Vec<String>,
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    /// `csv` (default) or `text`.
    format: Option<String>,
}

/// A list; `items` are its symbols once more, each as what can be added and taken out.
#[derive(Debug, Serialize, ToSchema)]
struct Watchlist {
    #[serde(flatten)]
    list: WatchlistView,
    items: Vec<Item>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Item {
    symbol: Symbol,
}

impl From<WatchlistView> for Watchlist {
    fn from(list: WatchlistView) -> Self {
        let items = list.symbols.iter().map(|symbol| Item { symbol: symbol.clone() }).collect();
        Self { list, items }
    }
}

/// All lists, oldest first.
#[utoipa::path(get, path = "/api/v1/watchlists", tag = "watchlists",
    responses((status = 200, description = "The lists", body = Vec<Watchlist>), SignedIn))]
async fn list(State(state): State<AppState>, caller: Caller) -> Result<Json<Vec<Watchlist>>, Failure> {
    Ok(Json(state.watchlists.list(caller.id()).await?.into_iter().map(Watchlist::from).collect()))
}

/// Makes a list; a user has at most 50.
#[utoipa::path(post, path = "/api/v1/watchlists", tag = "watchlists", request_body = NewWatchlist,
    responses((status = 201, description = "The list", body = Watchlist), SignedInChange))]
async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Body(new): Body<NewWatchlist>,
) -> Result<(StatusCode, Json<Watchlist>), Failure> {
    let list = state.watchlists.create(caller.id(), &new.name, &new.symbols).await?;
    Ok((StatusCode::CREATED, Json(list.into())))
}

/// One list with its symbols in order.
#[utoipa::path(get, path = "/api/v1/watchlists/{id}", tag = "watchlists", params(("id" = WatchlistId, Path)),
    responses((status = 200, description = "The list", body = Watchlist), SignedInQuery))]
async fn find(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<WatchlistId>) -> Result<Json<Watchlist>, Failure> {
    Ok(Json(state.watchlists.find(caller.id(), id).await?.into()))
}

/// Renames a list, orders its symbols anew, or both.
#[utoipa::path(patch, path = "/api/v1/watchlists/{id}", tag = "watchlists", params(("id" = WatchlistId, Path)), request_body = WatchlistChange,
    responses((status = 200, description = "The list", body = Watchlist), SignedInChange))]
async fn change(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<WatchlistId>,
    Body(change): Body<WatchlistChange>,
) -> Result<Json<Watchlist>, Failure> {
    Ok(Json(state.watchlists.change(caller.id(), id, change.name.as_deref(), change.symbols.as_deref()).await?.into()))
}

/// Deletes a list.
#[utoipa::path(delete, path = "/api/v1/watchlists/{id}", tag = "watchlists", params(("id" = WatchlistId, Path)),
    responses((status = 204, description = "Deleted"), SignedInChange))]
async fn delete(State(state): State<AppState>, caller: Caller, IdPath(id): IdPath<WatchlistId>) -> Result<StatusCode, Failure> {
    state.watchlists.delete(caller.id(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Adds a symbol at the end; one that is there stays where it is.
#[utoipa::path(post, path = "/api/v1/watchlists/{id}/items", tag = "watchlists", params(("id" = WatchlistId, Path)), request_body = NewItem,
    responses((status = 200, description = "The list", body = Watchlist), SignedInChange))]
async fn add(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<WatchlistId>,
    Body(item): Body<NewItem>,
) -> Result<Json<Watchlist>, Failure> {
    Ok(Json(state.watchlists.add(caller.id(), id, &item.symbol).await?.into()))
}

/// Takes a symbol out.
#[utoipa::path(delete, path = "/api/v1/watchlists/{id}/items/{symbol}", tag = "watchlists",
    params(("id" = WatchlistId, Path), ("symbol" = String, Path, example = "BTC-USD")),
    responses((status = 200, description = "The list", body = Watchlist), SignedInChange))]
async fn remove(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<WatchlistId>,
    ItemPath(symbol): ItemPath,
) -> Result<Json<Watchlist>, Failure> {
    Ok(Json(state.watchlists.remove(caller.id(), id, &symbol).await?.into()))
}

/// Adds the symbols of a text: a CSV with a column `symbol`, or words between spaces, commas and lines.
#[utoipa::path(post, path = "/api/v1/watchlists/{id}/import", tag = "watchlists", params(("id" = WatchlistId, Path)),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "What was added", body = Imported), SignedInChange))]
async fn import(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<WatchlistId>,
    headers: HeaderMap,
    text: String,
) -> Result<Json<Imported>, Failure> {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
    if !kind.starts_with(b"text/csv") && !kind.starts_with(b"text/plain") {
        let detail = "Send text with content-type text/csv or text/plain.";
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", detail));
    }
    let imported = state.watchlists.import(caller.id(), id, &text).await?;
    Ok(Json(Imported { watchlist: imported.watchlist.into(), added: imported.added, unknown: imported.unknown }))
}

/// The symbols of a list as text, one a line.
#[utoipa::path(get, path = "/api/v1/watchlists/{id}/export", tag = "watchlists", params(("id" = WatchlistId, Path), ExportQuery),
    responses((status = 200, description = "The symbols", body = String, content_type = "text/csv"), SignedInQuery))]
async fn export(
    State(state): State<AppState>,
    caller: Caller,
    IdPath(id): IdPath<WatchlistId>,
    Asked(query): Asked<ExportQuery>,
) -> Result<Response, Failure> {
    let (is_csv, kind, name) = match query.format.as_deref() {
        None | Some("csv") => (true, "text/csv; charset=utf-8", "attachment; filename=\"watchlist.csv\""),
        Some("text") => (false, "text/plain; charset=utf-8", "attachment; filename=\"watchlist.txt\""),
        Some(_) => return Err(Failure::field("format", "must be one of: csv, text")),
    };
    let text = state.watchlists.export(caller.id(), id, is_csv).await?;
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], text).into_response())
}
