//! Everything that is SQL. One text serves SQLite and PostgreSQL; nothing outside this folder knows a table.
//!
//! Row structs hold primitives and become domain values by `TryFrom`; a row that can't is `StoreError::Corrupt`.

#[macro_use]
mod macros;
mod accounts;
mod activities;
mod alerts;
mod bars;
mod book;
mod broker_accounts;
mod columns;
mod data_keys;
mod db;
mod discrepancies;
mod embedded;
mod error;
mod events;
mod fills;
mod history;
mod integrity;
mod intents;
mod journal;
mod lots;
mod orders;
mod positions;
mod postings;
mod preferences;
mod push_subscriptions;
mod sessions;
mod users;
mod venue_leases;
mod watchlists;
mod webhooks;
mod writes;

pub use accounts::{
    AccountRoute, Purpose, account_begin, find_account, find_owned_account, find_paper_account, insert_paper_account, list_account_ids,
};
pub use activities::list_activities;
pub use alerts::{
    AlertQuery, Firing, Remembered, count_alerts, delete_alert, expire_alerts, find_alert, fire, fire_alone, insert_alert, list_alerts,
    list_alerts_by_id, list_armed_alerts, list_changed_alerts, list_firings, list_firings_after, list_told, lock_alert, remember,
    update_alert,
};
pub use bars::{Span, find_span, import_bars, insert_bars, list_bars, list_imports, set_span, trim_bars};
pub use book::{Changes, find_whole_account, list_named, load_accounts, write_changes};
pub use broker_accounts::{
    BrokerAccount, ConnectedAccount, KeyRing, Known, PaperAccount, Removal, SealedKeys, UserAccount, count_broker_accounts, find_key_ring,
    find_known_account, find_user_account, list_connected_accounts, list_sealed_keys, list_user_accounts, put_broker_account,
    remove_broker_account, rename_account, replace_broker_keys, set_told, update_sealed_keys,
};
pub use data_keys::{
    DataKeyRecord, DataKeysFor, find_data_key, find_newest_data_key, insert_data_key, list_data_keys, lock_data_keys, update_data_key,
};
pub use db::{Db, Tx};
pub use discrepancies::{Discrepancy, list_discrepancies, note_discrepancy, resolve_discrepancy};
pub use embedded::Embedded;
pub use error::StoreError;
pub use events::{has_event, last_seq, list_events};
pub use fills::{
    first_fill_time, list_busts, list_estimates, list_fills_of_order, list_fills_since, list_holding_history, list_known_executions,
    list_newest_fills,
};
pub use history::{EquitySnapshot, insert_snapshots, last_snapshot_of, list_snapshots};
pub use integrity::{count_crossings, count_lost_names, count_orphans, count_unconnected_accounts, is_append_only};
pub use intents::{
    Attempt, Claim, Ended, Intent, IntentState, Journey, PastAttempt, Standing, begin_attempt, close_intent, count_unintended, end_attempt,
    find_journey, instance_tag, list_pending_intents,
};
pub use journal::recover;
pub use lots::{list_closes, list_lots};
pub use orders::{
    OrderQuery, find_account_order, find_order, find_order_at_venue, list_account_orders, list_all_open_orders, list_group,
    list_open_orders, list_orders,
};
pub use positions::list_positions;
pub use postings::list_booked;
pub use preferences::{find_preference, set_preference};
pub use push_subscriptions::{
    PushSubscription, count_other_push_subscriptions, delete_push_subscription, list_push_subscriptions, set_push_subscription,
};
pub use sessions::{
    RefreshRecord, SessionRecord, delete_expired_refresh, find_refresh, find_session, insert_refresh, insert_session, mark_refresh_used,
    revoke_session,
};
pub use users::{
    Taken, UserRecord, find_taken, find_user, find_user_by_email, find_user_by_login, insert_user, lock_demo_users, set_password,
};
pub use venue_leases::{
    free_venue_leases, release_venue_lease, set_venue_books, set_venue_ready, take_venue_lease, venue_books, venue_gate,
};
pub use watchlists::{
    count_watchlists, delete_watchlist, find_watchlist, insert_watchlist, list_watchlists, lock_watchlist, update_watchlist,
};
pub use webhooks::{Webhook, count_webhooks, delete_webhook, insert_webhook, list_webhooks};
pub use writes::{Batch, Writer, Writes};

/// Rows of one multi-row statement: times the widest row it stays below the bind limits of both databases.
const ROWS_PER_STATEMENT: usize = 500;
