//! Orders, money and events through the committer and the paper venue, on both databases.

use std::time::Duration;

use futures::future::join_all;
use rstest::rstest;
use server::{
    bus::Bus,
    clock::Clock,
    market::{Catalog, Market, SimConfig},
    services::{
        ServiceError,
        trading::{PaperVenue, Trading, Venues},
        verify::verify,
    },
    store::{self, Db, Writer},
};
use speedtrade::{
    ids::UserId,
    market::Calendar,
    money::{Price, Qty, Usd},
    order::{OrderStatus, OrderTicket},
    time::{SECOND_US, Timestamp},
    wire::OrderView,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    databases::{Kind, TestDb},
    new_user::insert_new_user,
};

/// How far ahead a test looks for a falling price, in seconds.
const LATER_S: i64 = 600;
const START: &str = "2026-11-20T15:00:00Z";

pub struct Host {
    pub trading: Trading,
    market: Market,
    pub clock: Clock,
    pub bus: Bus,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Host {
    pub async fn start(db: Db) -> Host {
        let clock = Clock::manual(Timestamp::parse_rfc3339(START).expect("valid"));
        Self::at(db, clock).await
    }

    async fn at(db: Db, clock: Clock) -> Host {
        let market = Market::simulated(SimConfig::default(), clock.clone());
        let (bus, stop, tasks) = (Bus::default(), CancellationToken::new(), TaskTracker::new());
        let writer = Writer::of(&db).await.expect("opens");
        let trading = Trading::start(
            (db, writer),
            market.clone(),
            bus.clone(),
            clock.clone(),
            (PaperVenue::default(), Venues::unconnected()),
            stop.clone(),
            &tasks,
        )
        .await
        .expect("starts");
        Host { trading, market, clock, bus, stop, tasks }
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    pub fn skip(&self, seconds: i64) {
        self.clock.advance_micros(seconds * SECOND_US);
        self.market.step(self.clock.now());
    }
}

pub async fn new_user(db: &Db, name: &str) -> UserId {
    new_user_at(db, name, &Clock::System).await
}

pub async fn new_user_at(db: &Db, name: &str, clock: &Clock) -> UserId {
    let mut tx = db.begin().await.expect("begins");
    let user = insert_new_user(&mut tx, name, clock).await;
    tx.commit().await.expect("committed");
    user
}

pub fn ticket(side: &str, kind: &str, symbol: &str, qty: &str, price: Option<String>) -> OrderTicket {
    let (limit_price, stop_price) = if kind == "stop" { (None, price) } else { (price, None) };
    OrderTicket {
        symbol: symbol.to_owned(),
        side: side.to_owned(),
        kind: kind.to_owned(),
        qty: Some(qty.to_owned()),
        limit_price,
        stop_price,
        time_in_force: Some("gtc".to_owned()),
        ..OrderTicket::default()
    }
}

pub fn named(ticket: OrderTicket, name: &str) -> OrderTicket {
    OrderTicket { client_order_id: Some(name.to_owned()), ..ticket }
}

fn usd(text: &str) -> Usd {
    text.parse().expect("valid")
}

/// Every invariant of every account.
pub async fn assert_books_are_true(db: &Db) {
    let verified = verify(db, &Catalog::embedded(), Calendar::AlwaysOpen).await.expect("readable");
    assert!(verified.report.is_clean() && verified.accounts > 0, "{verified}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_market_buy_and_sell_move_cash_and_shares(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    let mut events = host.bus.subscribe(user);
    let (order, is_new) = host.trading.place(user, ticket("buy", "market", "AAPL", "10", None)).await.expect("placed");
    assert!(is_new && order.status == OrderStatus::Filled);
    let paid = host.trading.find_order(user, order.id).await.expect("found").fills.expect("fills")[0].value;
    let portfolio = host.trading.portfolio(user).await.expect("answers");
    assert_eq!(portfolio.cash, usd("100000").checked_sub(paid).expect("in range"));
    assert_eq!(portfolio.equity, portfolio.cash.checked_add(portfolio.market_value).expect("in range"));
    let position = host.trading.position(user, "aapl").await.expect("held");
    assert_eq!((position.qty.to_string(), position.cost_basis), ("10".to_owned(), paid));
    host.trading.place(user, ticket("sell", "market", "AAPL", "10", None)).await.expect("held");
    assert!(host.trading.positions(user).await.expect("answers").is_empty());
    let sequence: Vec<i64> = (0..6).map(|_| events.try_recv().expect("published").seq).collect();
    assert_eq!(sequence, [1, 2, 3, 4, 5, 6]);
    let stored = store::list_events(&test.db, user, 2, 100).await.expect("answers");
    assert_eq!(stored.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [3, 4, 5, 6]);
    assert_books_are_true(&test.db).await;
    host.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_resting_order_holds_buying_power_until_it_is_canceled(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    let (order, _) = host.trading.place(user, ticket("buy", "limit", "AAPL", "10", Some("50".to_owned()))).await.expect("placed");
    assert_eq!(order.status, OrderStatus::New);
    let portfolio = host.trading.portfolio(user).await.expect("answers");
    assert_eq!((portfolio.cash, portfolio.buying_power), (usd("100000"), usd("99500")));
    let stranger = new_user(&test.db, "bob").await;
    assert!(matches!(host.trading.cancel(stranger, order.id).await, Err(ServiceError::NotFound { .. })));
    assert!(matches!(host.trading.find_order(stranger, order.id).await, Err(ServiceError::NotFound { .. })));
    assert_eq!(host.trading.cancel(user, order.id).await.expect("open").status, OrderStatus::Canceled);
    assert!(matches!(host.trading.cancel(user, order.id).await, Err(ServiceError::Conflict { code: "order_not_open", .. })));
    assert_eq!(host.trading.portfolio(user).await.expect("answers").buying_power, usd("100000"));
    assert_books_are_true(&test.db).await;
    host.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn one_name_places_one_order_however_often_it_is_sent(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    let send = |qty: &str| host.trading.place(user, named(ticket("buy", "market", "KO", qty, None), "mine"));
    let answers: Vec<(OrderView, bool)> = join_all((0..50).map(|_| send("3"))).await.into_iter().map(|a| a.expect("answered")).collect();
    assert_eq!(answers.iter().filter(|(_, is_new)| *is_new).count(), 1);
    assert!(answers.iter().all(|(order, _)| order.id == answers[0].0.id));
    assert!(matches!(send("4").await, Err(ServiceError::Conflict { code: "client_order_id_taken", .. })));
    assert_eq!(host.trading.position(user, "KO").await.expect("held").qty.to_string(), "3");
    host.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_account_funded_for_a_hundred_orders_gets_a_hundred(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    let place = || host.trading.place(user, ticket("buy", "limit", "AAPL", "20", Some("50".to_owned())));
    let answers = join_all((0..400).map(|_| place())).await;
    let denied =
        |answer: &Result<_, ServiceError>| matches!(answer, Err(ServiceError::Denied(d)) if d.code() == "insufficient_buying_power");
    assert_eq!(answers.iter().filter(|a| a.is_ok()).count(), 100);
    assert_eq!(answers.iter().filter(|a| denied(a)).count(), 300);
    assert_eq!(host.trading.portfolio(user).await.expect("answers").buying_power, Usd::ZERO);
    assert_books_are_true(&test.db).await;
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hosts_on_one_postgresql_lose_no_update() {
    let test = TestDb::new(Kind::Postgres).await;
    let user = new_user(&test.db, "ada").await;
    let (one, two) = (Host::start(test.db.clone()).await, Host::start(test.reopen().await).await);
    let buys = (0..60)
        .map(|i| if i % 2 == 0 { &one } else { &two })
        .map(|host| host.trading.place(user, ticket("buy", "market", "KO", "1", None)));
    let answers = join_all(buys).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(one.trading.position(user, "KO").await.expect("held").qty.to_string(), "60");
    assert_books_are_true(&test.db).await;
    one.stop().await;
    two.stop().await;
}

/// A symbol that falls in the next minutes: a limit between now and its lowest price, and the seconds until that.
fn falling_symbol(market: &Market, now: Timestamp) -> Option<(&'static str, Price, i64)> {
    let falls = |symbol: &&'static str| {
        let id = market.catalog().find(symbol)?;
        let (lowest, seconds) = (1..LATER_S).map(|s| (market.price_at(id, now.plus_micros(s * SECOND_US)), s)).min()?;
        let limit = lowest.shifted_bps(8)?.to_tick(market.catalog().get(id).tick);
        (limit < market.quote(id).bid).then_some((*symbol, limit, seconds))
    };
    ["SOL/USD", "DOGE/USD", "ETH/USD", "AVAX/USD", "XRP/USD", "ADA/USD"].iter().find_map(falls)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_open_order_still_fills_after_a_restart(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let test = TestDb::new(kind).await;
    let user = new_user(&test.db, "ada").await;
    let first = Host::start(test.db.clone()).await;
    let clock = first.clock.clone();
    let (symbol, limit, seconds) = loop {
        match falling_symbol(&first.market, clock.now()) {
            Some(found) => break found,
            None => first.skip(3_600),
        }
    };
    let (order, _) = first.trading.place(user, ticket("buy", "limit", symbol, "1", Some(limit.to_string()))).await.expect("placed");
    assert_eq!(order.status, OrderStatus::New);
    first.stop().await;
    let second = Host::at(test.reopen().await, clock).await;
    let mut events = second.bus.subscribe(user);
    second.skip(seconds);
    let filled = tokio::time::timeout(Duration::from_secs(20), events.recv()).await.expect("filled in time").expect("published");
    assert!(filled.seq > 1);
    let order = second.trading.find_order(user, order.id).await.expect("found");
    assert_eq!(order.status, OrderStatus::Filled);
    assert!(order.filled_avg_price.expect("filled") <= limit);
    assert_books_are_true(&test.db).await;
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_percentage_sells_that_share() {
    let test = TestDb::new(Kind::Sqlite).await;
    let user = new_user(&test.db, "ada").await;
    let host = Host::start(test.db.clone()).await;
    host.trading.place(user, ticket("buy", "market", "KO", "9", None)).await.expect("placed");
    host.trading.close_position(user, "KO", None, Some("50".to_owned())).await.expect("sold");
    assert_eq!(host.trading.position(user, "KO").await.expect("held").qty, "4.5".parse::<Qty>().expect("valid"));
    // All of it frees what open sells hold, however it is said.
    host.trading.place(user, ticket("sell", "limit", "KO", "4", Some("1000".to_owned()))).await.expect("rests");
    host.trading.close_position(user, "KO", None, Some("100.0".to_owned())).await.expect("sold");
    assert!(matches!(host.trading.close_position(user, "KO", None, None).await, Err(ServiceError::NotFound { code: "no_position", .. })));
    host.stop().await;
}
