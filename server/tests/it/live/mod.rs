//! Live accounts against venues in processes of their own: what is sent arrives once, and what arrived is known.

mod counted;
mod elsewhere;
mod orders;
mod stream;
mod troubles;
mod venue;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::{clock::Clock, http::EdgeSettings, market::SimConfig, services::live::Timing, startup::DeskPlan};
use speedtrade::{time::SECOND_US, venue::Venue};

use crate::{
    databases::Kind,
    harness::{PASSWORD, Session, TestApp},
};
use venue::FakeVenue;

/// Longer than anything here may take: Kraken lets few questions through.
const PATIENCE: Duration = Duration::from_secs(150);

/// For what takes no more than a few questions.
const BRIEF: Duration = Duration::from_secs(30);

/// A desk, a venue, and a user whose account there is connected.
struct LiveDesk {
    app: TestApp,
    venue: FakeVenue,
    session: Session,
    account: String,
}

/// Quick enough for tests, with the same rules.
fn quick(venue: Venue) -> Timing {
    // Kraken counts questions, and few are allowed.
    let poll = Duration::from_secs(if venue == Venue::Kraken { 60 } else { 2 });
    Timing {
        absent_after_us: 2 * SECOND_US,
        absent_span_us: SECOND_US,
        // Half of it may pass before an order leaves.
        attempt_lease_us: 8 * SECOND_US,
        lookup_pause: Duration::from_millis(300),
        lookup_pause_max: Duration::from_secs(2),
        poll,
        sweep_pause_us: SECOND_US,
        stream_late: Duration::from_secs(1),
        clock_look: Duration::from_millis(100),
        backoff_min: Duration::from_millis(100),
        backoff_max: Duration::from_secs(1),
        ..Timing::default()
    }
}

/// What is there once it is. Until then `look` says how far it has come.
async fn eventually<T>(patience: Duration, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let began = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(so_far) => assert!(began.elapsed() < patience, "{so_far}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

impl LiveDesk {
    async fn new(venue: Venue) -> Self {
        Self::on(venue, Kind::Sqlite).await
    }

    async fn on(venue: Venue, kind: Kind) -> Self {
        Self::with(venue, kind, quick(venue)).await
    }

    async fn with(venue: Venue, kind: Kind, timing: Timing) -> Self {
        Self::at(FakeVenue::start(venue), kind, timing, Clock::System).await
    }

    async fn at(venue: FakeVenue, kind: Kind, timing: Timing, clock: Clock) -> Self {
        let plan = DeskPlan { venues: venue.urls(), timing, ..SimConfig::default().into() };
        let edge = EdgeSettings { rate_limit: 0, ..EdgeSettings::default() };
        let app = TestApp::on_market(kind, edge, clock, plan).await;
        let session = app.register("ann").await;
        let account = connect(&app, &session, &venue).await;
        let desk = Self { app, venue, session, account };
        desk.ready().await;
        desk
    }

    /// A symbol that the venue trades.
    fn symbol(&self) -> &'static str {
        match self.venue.venue {
            Venue::Alpaca => "AAPL",
            Venue::Binance | Venue::Coinbase | Venue::Kraken => "BTC/USD",
        }
    }

    /// A quantity of it that the venue takes.
    fn qty(&self) -> &'static str {
        match self.venue.venue {
            Venue::Alpaca => "2",
            Venue::Binance | Venue::Coinbase | Venue::Kraken => "0.01",
        }
    }

    /// The venue's price is the desk's: a touch of a cent around it.
    async fn align(&mut self) -> Value {
        self.align_to(self.symbol()).await
    }

    async fn align_to(&mut self, symbol: &str) -> Value {
        let quote = self.app.get(&format!("/api/v1/market/quote/{}", symbol.replace('/', "-")), None).await.json();
        let symbol = match self.venue.venue {
            Venue::Alpaca | Venue::Kraken => symbol.to_owned(),
            Venue::Binance => symbol.replace("/USD", "USDT"),
            Venue::Coinbase => symbol.replace('/', "-"),
        };
        self.venue.tell(&json!({"do": "price", "symbol": symbol, "bid": quote["bid"], "ask": quote["ask"]}));
        quote
    }

    fn ticket(&self, side: &str, kind: &str, limit: Option<&Value>) -> Value {
        let mut ticket = json!({"symbol": self.symbol(), "side": side, "type": kind, "qty": self.qty(), "account_id": self.account});
        if let Some(limit) = limit {
            ticket["limit_price"] = limit.clone();
        }
        ticket
    }

    /// Far below the market: it rests.
    fn low(&self) -> Value {
        json!(if self.venue.venue == Venue::Alpaca { "20" } else { "20000" })
    }

    /// A buy that rests at the venue.
    async fn resting(&self) -> Value {
        let placed = self.app.order(&self.session, &self.ticket("buy", "limit", Some(&self.low()))).await;
        self.until(&placed["id"], &["new"]).await
    }

    async fn health(&self) -> Value {
        let accounts = self.app.get("/api/v1/accounts", Some(&self.session)).await.json();
        let own = accounts.as_array().expect("accounts").iter().find(|account| account["id"] == *self.account);
        own.map(|account| account["connection"]["health"].clone()).unwrap_or_default()
    }

    async fn health_until(&self, state: &str, patience: Duration) -> Value {
        let look = async || {
            let health = self.health().await;
            if health["state"] == state { Ok(health) } else { Err(format!("not {state}: {health}")) }
        };
        eventually(patience, look).await
    }

    /// Waits until the account takes orders.
    async fn ready(&self) {
        self.health_until("ready", PATIENCE).await;
    }

    async fn find(&self, id: &Value) -> Value {
        let id = id.as_str().expect("an id");
        let answer = self.app.get(&format!("/api/v1/orders/{id}"), Some(&self.session)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Waits for the order to be like that.
    async fn when(&self, id: &Value, is_there: impl Fn(&Value) -> bool) -> Value {
        let look = async || {
            let order = self.find(id).await;
            if is_there(&order) { Ok(order) } else { Err(format!("it did not come so far: {order}")) }
        };
        eventually(PATIENCE, look).await
    }

    /// Waits for the order to have one of these statuses.
    async fn until(&self, id: &Value, statuses: &[&str]) -> Value {
        self.when(id, |order| statuses.iter().any(|status| order["status"] == *status)).await
    }

    /// Waits for the status, and for the venue's own answer: its stream may tell first.
    async fn answered(&self, id: &Value, status: &str) -> Value {
        self.when(id, |order| order["status"] == status && order["desk_us"].is_i64()).await
    }

    /// Waits until those that stand are like that.
    async fn discrepancies_until(&self, fits: impl Fn(&[Value]) -> bool) -> Vec<Value> {
        let path = format!("/api/v1/accounts/{}/discrepancies", self.account);
        let look = async || {
            let found = self.app.get(&path, Some(&self.session)).await.json();
            let found = found.as_array().expect("discrepancies").clone();
            if fits(&found) { Ok(found) } else { Err(format!("the discrepancies are others: {found:?}")) }
        };
        eventually(BRIEF, look).await
    }

    async fn portfolio(&self) -> Value {
        self.app.get(&format!("/api/v1/portfolio?account_id={}", self.account), Some(&self.session)).await.json()
    }

    async fn positions(&self) -> Vec<Value> {
        let answer = self.app.get(&format!("/api/v1/positions?account_id={}", self.account), Some(&self.session)).await;
        answer.json().as_array().expect("positions").clone()
    }

    async fn assert_books_are_true(&self) {
        self.app.assert_books_are_true().await;
    }
}

async fn connect(app: &TestApp, session: &Session, venue: &FakeVenue) -> String {
    let is_paper = matches!(venue.venue, Venue::Alpaca | Venue::Binance);
    let body = json!({"account_type": venue.venue.as_str(), "api_key": venue.key, "api_secret": venue.secret, "is_paper": is_paper,
        "label": "Test", "password": PASSWORD});
    let answer = app.post("/api/v1/accounts", Some(session), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().expect("an id").to_owned()
}
