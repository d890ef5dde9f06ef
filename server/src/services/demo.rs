//! The demo: a paper account with a past, so that no page is empty. Exists only with `--demo` on a loopback address.
//!
//! Its past goes through the same engine and the same books as any order; only the clock is set back.

use rand::{Rng, distr::Alphanumeric};
use speedtrade::{
    account::AccountState,
    alert::AlertTicket,
    engine::{self, Command, Env},
    fee::FeeSchedule,
    ids::UserId,
    market::{Calendar, Quote},
    money::{Price, Qty},
    order::{NewOrder, OrderTicket},
    time::{DAY_US, MINUTE_US, SECOND_US, Timestamp},
};

use super::{
    ServiceError,
    accounts::{AccountError, Accounts, Registration},
    alerts::Alerts,
    trading::{Trading, record_events},
    watchlists::Watchlists,
};
use crate::{
    clock::Clock,
    market::{InstrumentId, Market},
    store::{self, Changes, Db, Purpose, StoreError, Writes},
};

pub const DEMO_EMAIL: &str = "demo@speedtrade.local";
const DEMO_USERNAME: &str = "demo";
const PASSWORD_LENGTH: usize = 16;

/// What to type to sign in; printed once. No `Debug`: it holds a password.
pub struct DemoCredentials {
    pub email: &'static str,
    pub password: String,
}

/// One order of the demo's past: so many days ago, at such a minute of that day.
struct PastOrder {
    days_ago: i64,
    minute: i64,
    side: &'static str,
    symbol: &'static str,
    qty: &'static str,
    /// Basis points from the price of that moment; `None` is a market order.
    limit_bps: Option<i64>,
    is_canceled: bool,
}

const fn market(days_ago: i64, minute: i64, side: &'static str, symbol: &'static str, qty: &'static str) -> PastOrder {
    PastOrder { days_ago, minute, side, symbol, qty, limit_bps: None, is_canceled: false }
}

const fn limit(
    days_ago: i64,
    minute: i64,
    side: &'static str,
    symbol: &'static str,
    qty: &'static str,
    bps: i64,
    is_canceled: bool,
) -> PastOrder {
    PastOrder { days_ago, minute, side, symbol, qty, limit_bps: Some(bps), is_canceled }
}

const PAST: [PastOrder; 16] = [
    market(84, 900, "buy", "SPY", "18"),
    market(80, 912, "buy", "AAPL", "40"),
    market(71, 965, "buy", "BTC/USD", "0.11"),
    market(63, 931, "buy", "NVDA", "55"),
    market(58, 1010, "buy", "F", "400"),
    limit(52, 940, "buy", "MSFT", "20", -150, true),
    market(47, 1180, "sell", "AAPL", "15"),
    market(41, 905, "buy", "KO", "90"),
    market(36, 990, "buy", "ETH/USD", "1.5"),
    market(29, 1100, "sell", "F", "400"),
    limit(24, 950, "sell", "NVDA", "25", 300, true),
    market(20, 930, "buy", "T", "250"),
    market(15, 1020, "sell", "BTC/USD", "0.03"),
    market(9, 915, "buy", "SOFI", "220"),
    market(5, 1055, "sell", "SPY", "4"),
    market(2, 960, "buy", "SOL/USD", "12.5"),
];

/// What is open now.
const OPEN: [PastOrder; 2] = [limit(0, 0, "buy", "AAPL", "10", -600, false), limit(0, 0, "sell", "NVDA", "20", 900, false)];

const WATCHLIST: &str = "Favorites";
const WATCHED: [&str; 7] = ["SPY", "AAPL", "NVDA", "TSLA", "BTC/USD", "ETH/USD", "SOL/USD"];

/// Above the price of now, so that they wait: the symbol and basis points.
const ALERTS: [(&str, i64); 2] = [("NVDA", 500), ("BTC/USD", 400)];

/// Makes the demo account at the first start, and a new password at each.
pub async fn ensure(
    db: &Db,
    market: &Market,
    clock: &Clock,
    accounts: &Accounts,
    trading: &Trading,
    (watchlists, alerts): (&Watchlists, &Alerts),
) -> Result<DemoCredentials, AccountError> {
    let password = new_password();
    let existing = store::find_user_by_email(db, DEMO_EMAIL).await?;
    if let Some(user) = existing {
        accounts.set_password(user.id, password.clone()).await?;
    } else {
        let registration = Registration { email: DEMO_EMAIL.to_owned(), username: DEMO_USERNAME.to_owned(), password: password.clone() };
        let user = accounts.ensure_demo(registration).await?;
        relive(db, market, clock, user).await?;
        for open in &OPEN {
            let Some((ticket, _)) = ticket(open, market, clock) else { continue };
            trading.place(user, ticket).await?;
        }
        watch(market, user, watchlists, alerts).await?;
    }
    Ok(DemoCredentials { email: DEMO_EMAIL, password })
}

/// A watchlist and armed alerts, of what this desk's market has.
async fn watch(market: &Market, user: UserId, watchlists: &Watchlists, alerts: &Alerts) -> Result<(), ServiceError> {
    let here = |symbol: &str| market.catalog().find(symbol).filter(|id| market.is_simulated(*id));
    let watched: Vec<String> = WATCHED.into_iter().filter(|symbol| here(symbol).is_some()).map(ToOwned::to_owned).collect();
    watchlists.create(user, WATCHLIST, &watched).await?;
    for (symbol, bps) in ALERTS {
        let Some(id) = here(symbol) else { continue };
        let target = market.quote(id).price.shifted_bps(bps).map(|price| price.to_tick(market.catalog().get(id).tick));
        let ticket = AlertTicket {
            symbol: symbol.to_owned(),
            condition: "above".to_owned(),
            target_price: target.map(|price| price.to_string()),
            ..AlertTicket::default()
        };
        alerts.create(user, &ticket).await?;
    }
    Ok(())
}

/// Without `--demo` nobody signs in to it.
pub async fn lock(db: &Db, clock: &Clock) -> Result<(), StoreError> {
    store::lock_demo_users(db, clock.now()).await
}

fn new_password() -> String {
    let mut rng = rand::rng();
    let letters: String = (&mut rng).sample_iter(Alphanumeric).take(PASSWORD_LENGTH).map(char::from).collect();
    // One of each required kind, whatever was drawn.
    format!("{letters}-aA{}", rng.random_range(2..10))
}

async fn relive(db: &Db, market: &Market, clock: &Clock, user: UserId) -> Result<(), ServiceError> {
    let missing = ServiceError::Internal("the demo has no account");
    let account = store::find_paper_account(db, user).await?.ok_or(missing)?;
    let mut tx = db.begin().await?;
    let state = store::load_accounts(&mut tx, &[account], Purpose::Change).await?.remove(&account);
    let mut state = state.ok_or(ServiceError::Internal("the demo has no account"))?;
    let mut changes = Changes::default();
    for past in &PAST {
        replay(&mut state, past, market, clock, &mut changes);
    }
    store::write_changes(&mut Writes::Tx(&mut tx), &[&state], &changes, clock.now()).await?;
    Ok(tx.commit().await?)
}

/// What the desk would have refused did not happen.
fn replay(state: &mut AccountState, past: &PastOrder, market: &Market, clock: &Clock, changes: &mut Changes) {
    let Some((id, command, quote)) = past_command(past, market, clock) else { return };
    let new_id = || clock.new_id();
    let now = quote.time;
    let instrument = market.catalog().get(id);
    let env = Env {
        now,
        instrument: Some(instrument),
        quote: Some(quote),
        calendar: Calendar::AlwaysOpen,
        fees: FeeSchedule::paper(instrument.asset_type),
        venue_lot: None,
        latency_us: 0,
        equity: None,
        day_pl: None,
        history: None,
        new_id: &new_id,
    };
    let Ok(placed) = engine::apply(state, &command, &env) else { return };
    record_events(changes, state, &placed.events, clock, now);
    let Some(order) = placed.events.last().map(|e| e.order.id).filter(|_| past.is_canceled) else { return };
    let later = Env { now: now.plus_micros(95 * MINUTE_US), ..env };
    if let Ok(canceled) = engine::apply(state, &Command::Cancel(order), &later) {
        record_events(changes, state, &canceled.events, clock, later.now);
    }
}

fn past_command(past: &PastOrder, market: &Market, clock: &Clock) -> Option<(InstrumentId, Command, Quote)> {
    let (ticket, quote) = ticket(past, market, clock)?;
    let id = market.catalog().find(past.symbol)?;
    let order = NewOrder::from_ticket(&ticket, market.catalog().get(id)).ok()?;
    Some((id, Command::Place(Box::new(order)), quote))
}

/// What was typed then, and the quote of that moment.
fn ticket(past: &PastOrder, market: &Market, clock: &Clock) -> Option<(OrderTicket, Quote)> {
    let now = clock.now();
    let day = now.floor_to(DAY_US).plus_micros(-past.days_ago * DAY_US);
    let time = if past.days_ago == 0 { now.floor_to(SECOND_US) } else { day.plus_micros(past.minute * MINUTE_US) };
    // What a live feed serves has no simulated past: its profit would be nonsense.
    let id = market.catalog().find(past.symbol).filter(|id| market.is_simulated(*id))?;
    let quote = past_quote(market, id, time)?;
    let tick = market.catalog().get(id).tick;
    let limit_price = past.limit_bps.and_then(|bps| quote.price.shifted_bps(bps)).map(|p| p.to_tick(tick).to_string());
    let ticket = OrderTicket {
        symbol: past.symbol.to_owned(),
        side: past.side.to_owned(),
        kind: if limit_price.is_some() { "limit" } else { "market" }.to_owned(),
        qty: Some(past.qty.to_owned()),
        limit_price,
        time_in_force: Some("gtc".to_owned()),
        ..OrderTicket::default()
    };
    Some((ticket, quote))
}

/// The touch of that second: one tick around the price on the market's path.
fn past_quote(market: &Market, id: InstrumentId, time: Timestamp) -> Option<Quote> {
    let tick = market.catalog().get(id).tick.decimal();
    let price = market.price_at(id, time);
    let (bid, ask) = (Price::new(price.decimal() - tick).unwrap_or(price), Price::new(price.decimal() + tick)?);
    let size = Qty::new(rust_decimal::Decimal::ONE_THOUSAND)?;
    Some(Quote { bid, ask, bid_size: size, ask_size: size, ..Quote::still(price, time) })
}
