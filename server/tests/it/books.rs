//! What the engine says is what the store gives back, of every kind of order and every late execution, on both databases.

use rstest::rstest;
use server::{
    clock::Clock,
    market::Catalog,
    store::{self, Batch, Changes, Db, Purpose, StoreError, Writer},
};
use speedtrade::{
    account::AccountState,
    engine::{self, Applied, Command, Env, Execution},
    fee::FeeSchedule,
    fill::Fill,
    ids::FillId,
    market::{Calendar, Quote},
    money::{Price, Qty, Usd},
    order::{NewOrder, OrderTicket},
    position::LotChoice,
    time::Timestamp,
};

use crate::{
    databases::{Kind, TestDb},
    trading::new_user,
};

struct Desk {
    test: TestDb,
    writer: Writer,
    catalog: Catalog,
    state: AccountState,
    fills: Vec<(Fill, LotChoice)>,
    now: Timestamp,
}

impl Desk {
    async fn open(kind: Kind) -> Desk {
        let test = TestDb::new(kind).await;
        let user = new_user(&test.db, "ada").await;
        let account = store::find_paper_account(&test.db, user).await.expect("answers").expect("exists");
        let state = store::find_whole_account(&test.db, account).await.expect("answers").expect("exists");
        let writer = Writer::of(&test.db).await.expect("opens");
        Desk { test, writer, catalog: Catalog::embedded(), state, fills: Vec::new(), now: Timestamp::from_micros(1_764_090_000_000_000) }
    }

    /// Folds and writes one command; then what is read must be what was folded.
    async fn apply(&mut self, command: Command) -> Applied {
        let clock = Clock::System;
        let new_id = || clock.new_id();
        let instrument = self.catalog.get(self.catalog.find("KO").expect("listed"));
        let price: Price = "70".parse().expect("valid");
        let size: Qty = "100".parse().expect("valid");
        let [bid, ask] = ["69.99", "70.01"].map(|text| text.parse().expect("valid"));
        let quote = Quote { bid, ask, bid_size: size, ask_size: size, ..Quote::still(price, self.now) };
        let env = Env {
            now: self.now,
            instrument: Some(instrument),
            quote: Some(quote),
            calendar: Calendar::AlwaysOpen,
            fees: FeeSchedule::paper(instrument.asset_type),
            venue_lot: None,
            latency_us: 0,
            equity: None,
            day_pl: None,
            history: Some(&self.fills),
            new_id: &new_id,
        };
        let applied = engine::apply(&mut self.state, &command, &env).expect("accepted");
        let mut changes = Changes::default();
        applied.events.iter().for_each(|event| changes.add(&self.state, event, clock.new_id()));
        self.write(&changes).await.expect("written");
        for event in &applied.events {
            self.fills.extend(event.fill.iter().map(|fill| (fill.clone(), event.order.lot_choice())));
            self.fills.retain(|(fill, _)| Some(fill.id) != event.bust);
        }
        let read = store::find_whole_account(&self.test.db, self.state.id).await.expect("answers").expect("exists");
        assert_eq!(read, self.state);
        self.now = self.now.plus_micros(1_000);
        applied
    }

    async fn write(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let tx = if let Db::Postgres(_) = self.test.db { Some(self.test.db.begin().await?) } else { None };
        let mut batch = Batch::new(&self.writer, tx)?;
        store::write_changes(&mut batch.writes(), &[&self.state], changes, self.now).await?;
        batch.commit().await?;
        self.state.version += 1;
        Ok(())
    }

    async fn place(&mut self, ticket: serde_json::Value) -> Applied {
        let ticket: OrderTicket = serde_json::from_value(ticket).expect("a ticket");
        let order = NewOrder::from_ticket(&ticket, self.catalog.get(self.catalog.find("KO").expect("listed"))).expect("valid");
        self.apply(Command::Place(Box::new(order))).await
    }

    async fn execute(&mut self, placed: &Applied, n: i64, qty: &str, at: Timestamp) -> Applied {
        let order = placed.events[0].order.clone();
        let execution = Execution {
            order: self.state.open_orders.get(&order.id).cloned().unwrap_or(order),
            id: FillId::new(Clock::System.new_id()),
            fee_qty: Qty::ZERO,
            exec_id: format!("exec-{n}"),
            qty: qty.parse().expect("valid"),
            price: "10.01".parse().expect("valid"),
            fee: Usd::from_atoms(7),
            time: at,
        };
        self.apply(Command::Execute(Box::new(execution))).await
    }
}

#[rstest]
#[tokio::test]
async fn every_kind_of_order_comes_back_as_it_was(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut desk = Desk::open(kind).await;
    let order = |terms: serde_json::Value| {
        let mut ticket = serde_json::json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "3"});
        ticket.as_object_mut().expect("an object").extend(terms.as_object().expect("an object").clone());
        ticket
    };
    for terms in [
        serde_json::json!({}),
        serde_json::json!({"qty": "150"}),
        serde_json::json!({"qty": null, "notional": "12.34"}),
        serde_json::json!({"type": "limit", "limit_price": "50", "extended_hours": true, "client_order_id": "mine"}),
        serde_json::json!({"type": "stop", "stop_price": "90", "time_in_force": "gtc"}),
        serde_json::json!({"type": "stop_limit", "stop_price": "90", "limit_price": "91"}),
        serde_json::json!({"type": "trailing_stop", "trail_price": "2.5"}),
        serde_json::json!({"type": "trailing_stop", "trail_percent": "2.5"}),
        serde_json::json!({"type": "limit", "limit_price": "60", "order_class": "bracket", "take_profit": {"limit_price": "90"},
            "stop_loss": {"stop_price": "50", "limit_price": "49"}}),
        serde_json::json!({"side": "sell", "type": "limit", "limit_price": "95", "lot_method": "hifo"}),
        serde_json::json!({"side": "sell", "qty": "101", "lot_method": "lifo"}),
        serde_json::json!({"time_in_force": "opg"}),
    ] {
        desk.place(order(terms)).await;
    }
    desk.apply(Command::SetLimits(Box::new(speedtrade::risk::RiskLimits { orders_a_minute: Some(9), ..Default::default() }))).await;
    desk.apply(Command::SetHalted(true)).await;
    assert!(desk.state.open_orders.is_empty() && desk.state.is_halted);
}

#[rstest]
#[tokio::test]
async fn late_executions_and_busts_are_written_as_they_were_folded(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut desk = Desk::open(kind).await;
    let placed = desk.place(serde_json::json!({"symbol": "KO", "side": "buy", "type": "limit", "limit_price": "60", "qty": "10"})).await;
    let at = |n: i64| Timestamp::from_micros(1_764_090_000_000_000 + n);
    desk.execute(&placed, 2, "4", at(20)).await;
    let early = desk.execute(&placed, 1, "4", at(10)).await;
    assert!(early.events[0].is_rebuilt, "the earlier one came later");
    let fill = early.events[0].fill.clone().expect("a fill");
    let order = early.events[0].order.clone();
    desk.apply(Command::Bust(Box::new(fill), Box::new(order))).await;
    desk.execute(&placed, 3, "9", at(30)).await;
    assert_eq!(desk.state.gate, Some(speedtrade::account::Gate::Overfill));
    desk.apply(Command::OpenGate).await;
    let booked = store::list_booked(&desk.test.db, desk.state.id).await.expect("answers");
    let busts = store::list_busts(&desk.test.db, desk.state.id).await.expect("answers");
    assert_eq!((booked.iter().filter(|b| b.fill.is_some()).count(), busts.len()), (4, 1));
    let standing = store::list_fills_since(&desk.test.db, desk.state.id, Timestamp::EPOCH).await.expect("answers");
    assert_eq!(standing.len(), 2);
}

/// What the venue told a second time, in books that the desk has not asked whether they have it.
async fn told_twice(kind: Kind) -> (Desk, Changes) {
    let mut desk = Desk::open(kind).await;
    let placed = desk.place(serde_json::json!({"symbol": "KO", "side": "buy", "type": "limit", "limit_price": "60", "qty": "10"})).await;
    let filled = desk.execute(&placed, 1, "4", desk.now).await;
    let mut again = Changes::default();
    let mut event = filled.events[0].clone();
    event.fill.as_mut().expect("a fill").id = FillId::new(Clock::System.new_id());
    again.add(&desk.state, &event, Clock::System.new_id());
    (desk, again)
}

#[tokio::test]
async fn an_execution_is_written_once_and_an_old_version_not_at_all() {
    let (mut desk, again) = told_twice(Kind::Postgres).await;
    assert!(matches!(desk.write(&again).await, Err(StoreError::Conflict)), "the venue's name of it is taken");
    desk.state.version -= 1;
    assert!(matches!(desk.write(&Changes::default()).await, Err(StoreError::Conflict)), "somebody was faster");
}

/// The desk looks before it acknowledges; if it did not, SQLite's tables would still not have it twice.
#[tokio::test]
async fn tables_that_would_have_an_execution_twice_are_not_read_any_more() {
    let (mut desk, again) = told_twice(Kind::Sqlite).await;
    desk.write(&again).await.expect("it is in the journal");
    assert!(store::find_whole_account(&desk.test.db, desk.state.id).await.is_err());
    assert!(matches!(desk.write(&Changes::default()).await, Err(StoreError::Unavailable(_))), "and nothing more is taken");
}

/// A statement on either database; true when it was refused.
async fn is_refused(db: &Db, sql: &'static str) -> bool {
    match db {
        Db::Sqlite(embedded) => sqlx::query(sql).execute(embedded.pool()).await.is_err(),
        Db::Postgres(pool) => sqlx::query(sql).execute(pool).await.is_err(),
    }
}

#[rstest]
#[tokio::test]
async fn the_database_itself_keeps_what_is_booked(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let mut desk = Desk::open(kind).await;
    desk.place(serde_json::json!({"symbol": "KO", "side": "buy", "type": "market", "qty": "1"})).await;
    let db = &desk.test.db;
    assert!(is_refused(db, "UPDATE postings SET available = available + 1, external = external - 1").await);
    assert!(is_refused(db, "DELETE FROM postings").await);
    assert!(is_refused(db, "UPDATE fills SET qty = qty + 1").await);
    assert!(is_refused(db, "DELETE FROM fills").await);
    assert!(store::is_append_only(db).await.expect("answers"));
    let unbalanced = "INSERT INTO postings (transaction_id, line, account_id, reason, asset, available, reserved, position, fees, external, \
        rounding, shortfall, time) SELECT 'x', 0, id, 'fill', 'USD', 1, 0, 0, 0, 0, 0, 0, 1 FROM accounts";
    assert!(is_refused(db, unbalanced).await, "a posting that does not sum to zero");
    let mut tx = db.begin_read().await.expect("begins");
    assert_eq!(store::load_accounts(&mut tx, &[desk.state.id], Purpose::Look).await.expect("answers").len(), 1);
}

#[tokio::test]
async fn a_host_that_falls_asleep_in_a_transaction_lets_go_of_its_accounts() {
    let Db::Postgres(pool) = TestDb::new(Kind::Postgres).await.db else { panic!("PostgreSQL was asked for") };
    let (limit,): (String,) = sqlx::query_as("SHOW idle_in_transaction_session_timeout").fetch_one(&pool).await.expect("answers");
    assert_eq!(limit, "5s");
}
