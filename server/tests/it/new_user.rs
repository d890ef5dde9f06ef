//! A user as registration leaves one, but without a password: its hash would take most of the time.

use server::{
    clock::Clock,
    store::{self, Tx, UserRecord},
};
use speedtrade::ids::{AccountId, UserId};

/// With a paper account, in a transaction of the caller's.
pub async fn insert_new_user(tx: &mut Tx, name: &str, clock: &Clock) -> UserId {
    let user = UserRecord {
        id: UserId::new(clock.new_id()),
        email: format!("{name}@example.com"),
        username: name.to_owned(),
        password_hash: "!".to_owned(),
        is_premium: false,
        is_demo: false,
        created_at: clock.now(),
    };
    store::insert_user(tx, &user).await.expect("inserted");
    let account = AccountId::new(clock.new_id());
    store::insert_paper_account(tx, user.id, account, clock.new_id(), clock.now()).await.expect("inserted");
    user.id
}
