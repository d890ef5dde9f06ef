//! Watchlists with their symbols in order. A list is changed by the transaction that locked it.

use speedtrade::{
    ids::{UserId, WatchlistId},
    instrument::Symbol,
    time::Timestamp,
    watchlist::Items,
    wire::WatchlistView,
};

use super::{Db, StoreError, Tx, Writes, journal::Form};

row! {
    struct ListRow { id: String, name: String, created_at: i64, updated_at: i64 }
}

row! {
    struct ItemRow { watchlist_id: String, symbol: String }
}

const LISTS: &str = "SELECT id, name, created_at, updated_at FROM watchlists WHERE user_id = $1 ORDER BY id";
const ITEMS: &str = "SELECT i.watchlist_id, i.symbol FROM watchlist_items i JOIN watchlists w ON w.id = i.watchlist_id \
    WHERE w.user_id = $1 ORDER BY i.watchlist_id, i.position";
const LIST: &str = "SELECT id, name, created_at, updated_at FROM watchlists WHERE user_id = $1 AND id = $2";
const ITEMS_OF: &str = "SELECT watchlist_id, symbol FROM watchlist_items WHERE watchlist_id = $1 ORDER BY position";

/// All of a user, oldest first.
pub async fn list_watchlists(db: &Db, user: UserId) -> Result<Vec<WatchlistView>, StoreError> {
    let mut tx = db.begin_read().await?;
    let user = user.to_string();
    let lists: Vec<ListRow> = on_tx!(&mut tx, c => sqlx::query_as(LISTS).bind(user.clone()).fetch_all(c).await)?;
    let items: Vec<ItemRow> = on_tx!(&mut tx, c => sqlx::query_as(ITEMS).bind(user).fetch_all(c).await)?;
    tx.commit().await?;
    lists.into_iter().map(|list| view(list, &items)).collect()
}

pub async fn find_watchlist(db: &Db, user: UserId, id: WatchlistId) -> Result<Option<WatchlistView>, StoreError> {
    let mut tx = db.begin_read().await?;
    let found = read(&mut tx, LIST, user, id).await?;
    tx.commit().await?;
    Ok(found)
}

/// For a change: on PostgreSQL others wait until the transaction ends. On SQLite a writing transaction is alone.
pub async fn lock_watchlist(tx: &mut Tx, user: UserId, id: WatchlistId) -> Result<Option<WatchlistView>, StoreError> {
    const LOCKED: &str = "SELECT id, name, created_at, updated_at FROM watchlists WHERE user_id = $1 AND id = $2 FOR UPDATE";
    let text = if matches!(tx, Tx::Postgres(_)) { LOCKED } else { LIST };
    read(tx, text, user, id).await
}

async fn read(tx: &mut Tx, text: &'static str, user: UserId, id: WatchlistId) -> Result<Option<WatchlistView>, StoreError> {
    let list: Option<ListRow> = on_tx!(tx, c => sqlx::query_as(text).bind(user.to_string()).bind(id.to_string()).fetch_optional(c).await)?;
    let Some(list) = list else { return Ok(None) };
    let items: Vec<ItemRow> = on_tx!(tx, c => sqlx::query_as(ITEMS_OF).bind(id.to_string()).fetch_all(c).await)?;
    view(list, &items).map(Some)
}

fn view(list: ListRow, items: &[ItemRow]) -> Result<WatchlistView, StoreError> {
    let symbols = items.iter().filter(|item| item.watchlist_id == list.id).map(|item| item.symbol.parse::<Symbol>());
    let symbols: Result<Vec<_>, _> = symbols.collect();
    Ok(WatchlistView {
        id: list.id.parse().map_err(|e| StoreError::corrupt("watchlists", e))?,
        name: list.name,
        symbols: symbols.map_err(|e| StoreError::corrupt("watchlist_items", e))?,
        created_at: Timestamp::from_micros(list.created_at),
        updated_at: Timestamp::from_micros(list.updated_at),
    })
}

/// How many lists a user has. Others of the same user wait until the transaction ends.
pub async fn count_watchlists(tx: &mut Tx, user: UserId) -> Result<i64, StoreError> {
    const COUNT: &str = "SELECT COUNT(*) FROM watchlists WHERE user_id = $1";
    super::users::lock_user(tx, user).await?;
    let (count,): (i64,) = on_tx!(tx, c => sqlx::query_as(COUNT).bind(user.to_string()).fetch_one(c).await)?;
    Ok(count)
}

pub async fn insert_watchlist(tx: &mut Tx, user: UserId, list: &WatchlistView) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO watchlists (id, user_id, name, created_at, updated_at) VALUES ($1, $2, $3, $4, $5)";
    on_tx!(tx, c => sqlx::query(INSERT)
        .bind(list.id.to_string())
        .bind(user.to_string())
        .bind(list.name.clone())
        .bind(list.created_at.micros())
        .bind(list.updated_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    insert_items(tx, list.id, &Items::new(list.symbols.iter().cloned())).await
}

/// Name and symbols of a list that was locked.
pub async fn update_watchlist(tx: &mut Tx, list: &WatchlistView) -> Result<(), StoreError> {
    const UPDATE: &str = "UPDATE watchlists SET name = $2, updated_at = $3 WHERE id = $1";
    const CLEAR: &str = "DELETE FROM watchlist_items WHERE watchlist_id = $1";
    let id = list.id.to_string();
    on_tx!(tx, c => sqlx::query(UPDATE)
        .bind(id.clone())
        .bind(list.name.clone())
        .bind(list.updated_at.micros())
        .execute(c)
        .await
        .map(|_| ()))?;
    on_tx!(tx, c => sqlx::query(CLEAR).bind(id).execute(c).await.map(|_| ()))?;
    insert_items(tx, list.id, &Items::new(list.symbols.iter().cloned())).await
}

async fn insert_items(tx: &mut Tx, list: WatchlistId, items: &Items) -> Result<(), StoreError> {
    const INSERT: &str = "INSERT INTO watchlist_items (watchlist_id, symbol, position) ";
    let rows: Vec<(i64, &Symbol)> = (0..).zip(items.as_slice()).collect();
    let writes = &mut Writes::Tx(tx);
    insert_rows!(writes, Form::Append, INSERT, &rows, "", |b, row| {
        b.push_bind(list.to_string()).push_bind(row.1.to_string()).push_bind(row.0)
    });
    Ok(())
}

/// False when there was none.
pub async fn delete_watchlist(db: &Db, user: UserId, id: WatchlistId) -> Result<bool, StoreError> {
    const DELETE: &str = "DELETE FROM watchlists WHERE user_id = $1 AND id = $2";
    let rows = on_db!(db, c => sqlx::query(DELETE)
        .bind(user.to_string())
        .bind(id.to_string())
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows > 0)
}
