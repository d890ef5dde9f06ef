//! Everything that is SQL. One text serves SQLite and PostgreSQL; nothing outside this folder knows a table.
//!
//! Row structs hold primitives and become domain values by `TryFrom`; a row that can't is `StoreError::Corrupt`.

#[macro_use]
mod macros;
mod accounts;
mod book;
mod db;
mod error;
mod events;
mod fills;
mod orders;
mod positions;
mod postings;
mod sessions;
mod users;

pub use accounts::{find_account, find_paper_account, insert_paper_account};
pub use book::{Book, Changes, load_book, write_changes};
pub use db::{Db, Tx};
pub use error::StoreError;
pub use events::{last_seq, list_events};
pub use fills::{list_fills_of_order, list_fills_since, list_newest_fills};
pub use orders::{OrderQuery, find_order, list_all_open_orders, list_orders};
pub use positions::list_positions;
pub use postings::list_balances;
pub use sessions::{
    RefreshRecord, SessionRecord, delete_expired_refresh, find_refresh, find_session, insert_refresh, insert_session, mark_refresh_used,
    revoke_session,
};
pub use users::{
    Taken, UserRecord, find_taken, find_user, find_user_by_email, find_user_by_login, insert_user, lock_demo_users, set_password,
};

/// Rows of one multi-row statement: times the widest row it stays below the bind limits of both databases.
const ROWS_PER_STATEMENT: usize = 500;
