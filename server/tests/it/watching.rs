//! Alerts on a market that moves: each firing once, told after it is written, across restarts and hosts, and to webhooks.

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hmac::{Hmac, KeyInit, Mac};
use rstest::rstest;
use server::{
    bus::UserEvent,
    clock::Clock,
    market::{Market, SimConfig},
    services::{
        alerts::{AlertFilter, Alerts},
        webhooks::{Pace, Reach, Webhooks},
    },
    store::Db,
};
use sha2::Sha256;
use speedtrade::{
    alert::{AlertChange, AlertTicket},
    ids::{AlertId, UserId},
    time::{SECOND_US, Timestamp},
    wire::{AlertTriggered, AlertView, FiringView, ServerFrame},
};
use tokio::{
    net::TcpListener,
    sync::{broadcast::Receiver, mpsc},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    databases::{Kind, TestDb},
    harness::{SOON, START},
    trading::new_user_at,
};

struct Host {
    alerts: Alerts,
    webhooks: Webhooks,
    market: Market,
    clock: Clock,
    stop: CancellationToken,
    tasks: TaskTracker,
}

const FAST: Pace = Pace { timeout: Duration::from_secs(5), pauses: [Duration::from_millis(1), Duration::from_millis(1)] };

impl Host {
    async fn start(db: Db, clock: &Clock) -> Host {
        let market = Market::simulated(SimConfig::default(), clock.clone());
        let (stop, tasks, clock) = (CancellationToken::new(), TaskTracker::new(), clock.clone());
        let webhooks = Webhooks::start(db.clone(), clock.clone(), Reach::Anywhere, FAST, stop.clone(), &tasks);
        let alerts = Alerts::start(db, market.clone(), clock.clone(), webhooks.clone(), stop.clone(), &tasks).await.expect("starts");
        Host { alerts, webhooks, market, clock, stop, tasks }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn skip(&self, seconds: i64) {
        self.clock.advance_micros(seconds * SECOND_US);
        self.market.step(self.clock.now());
    }

    async fn make(&self, user: UserId, condition: &str, symbol: &str, target: &str) -> AlertView {
        let ticket = AlertTicket {
            symbol: symbol.to_owned(),
            condition: condition.to_owned(),
            target_price: Some(target.to_owned()),
            ..AlertTicket::default()
        };
        self.alerts.create(user, &ticket).await.expect("made")
    }

    /// All firings of a user, newest first.
    async fn history(&self, user: UserId) -> Vec<FiringView> {
        self.alerts.list_firings(user, None, Some(500), None).await.expect("answers").items
    }

    async fn status(&self, user: UserId, alert: &AlertView) -> String {
        self.alerts.find(user, alert.id).await.expect("answers").status.as_str().to_owned()
    }
}

fn clock() -> Clock {
    Clock::manual(Timestamp::parse_rfc3339(START).expect("valid"))
}

async fn told(feed: &mut Receiver<Arc<UserEvent>>) -> AlertTriggered {
    let event = tokio::time::timeout(SOON, feed.recv()).await.expect("told in time").expect("open");
    match &event.frame {
        ServerFrame::AlertTriggered(told) => told.clone(),
        other => panic!("{other:?}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_written_and_once_is_once(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let mut feed = host.alerts.subscribe(user);
    let alert = host.make(user, "above", "KO", "0.01").await;
    let never = host.make(user, "below", "KO", "0.01").await;
    host.skip(1);
    let told = told(&mut feed).await;
    assert_eq!((told.id, told.condition.as_str(), told.target_price), (alert.id, "above", alert.target_price));
    let history = host.history(user).await;
    assert_eq!((history.len(), history[0].id, history[0].firing_no, history[0].price), (1, told.firing_id, 1, told.price));
    for _ in 0..5 {
        host.skip(1);
    }
    let changed = AlertChange { note: Some("again".to_owned()), status: Some("armed".to_owned()), ..AlertChange::default() };
    assert_eq!(host.alerts.find(user, alert.id).await.expect("answers").fired_count, 1);
    host.alerts.change(user, alert.id, &changed).await.expect("armed again");
    host.skip(1);
    let again = self::told(&mut feed).await;
    assert_eq!((again.id, again.note.as_str()), (alert.id, "again"));
    assert_eq!(host.history(user).await.iter().map(|firing| firing.firing_no).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((host.status(user, &alert).await, host.status(user, &never).await), ("triggered".to_owned(), "armed".to_owned()));
    assert_eq!(host.alerts.armed_count(), 1);
    host.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_became_true_while_the_desk_was_away_fires_at_its_start(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    // The simulated market is a function of time: where the price will be is known.
    let id = host.market.catalog().find("BTC/USD").expect("listed");
    let (now, later) = (host.market.quote(id).price, host.market.price_at(id, clock.now().plus_micros(7_200 * SECOND_US)));
    let (condition, level) = if later > now { ("crosses_up", "above") } else { ("crosses_down", "below") };
    let crossing = host.make(user, condition, "BTC/USD", &later.to_string()).await;
    let standing = host.make(user, level, "BTC/USD", &later.to_string()).await;
    host.stop().await;
    clock.advance_micros(7_200 * SECOND_US);
    // The second in which a price is shown depends on the instrument.
    clock.advance_micros(999_999);
    let host = Host::start(test.reopen().await, &clock).await;
    let mut fired: Vec<AlertId> = Vec::new();
    let mut feed = host.alerts.subscribe(user);
    while fired.len() < 2 {
        fired = host.history(user).await.iter().map(|firing| firing.alert_id).collect();
        let _ = tokio::time::timeout(Duration::from_millis(20), feed.recv()).await;
        host.skip(1);
        assert!(clock.now().seconds() < Timestamp::parse_rfc3339(START).expect("valid").seconds() + 20_000, "{fired:?}");
    }
    fired.sort();
    let mut expected = [crossing.id, standing.id];
    expected.sort();
    assert_eq!(fired, expected);
    host.stop().await;
}

/// 1,000 alerts on 100 symbols, two hosts that see the same prices, one of them ending in the middle.
#[rstest]
#[case(Kind::Sqlite, 1)]
#[case(Kind::Postgres, 2)]
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_alerts_fire_once_each(#[case] kind: Kind, #[case] hosts: usize) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let first = Host::start(test.db.clone(), &clock).await;
    let market = first.market.clone();
    for (n, id) in market.catalog().ids().take(100).enumerate() {
        let (symbol, price) = (market.catalog().get(id).symbol.to_string(), market.quote(id).price);
        for step in 0..10_i64 {
            // Some at once, the others as the price wanders.
            let target = price.shifted_bps(if n % 2 == 0 { step - 5 } else { 5 - step }).expect("a price").to_string();
            let condition = ["above", "below", "crosses", "crosses_up", "crosses_down"][(n + step as usize) % 5];
            first.make(user, condition, &symbol, &target).await;
        }
    }
    let mut others = Vec::new();
    for _ in 1..hosts {
        others.push(Host::start(test.reopen().await, &clock).await);
    }
    let run = |seconds: i64| {
        for _ in 0..seconds {
            clock.advance_micros(SECOND_US);
            first.market.step(clock.now());
            others.iter().for_each(|host| host.market.step(clock.now()));
        }
    };
    run(120);
    for host in &others {
        assert_eq!(host.alerts.armed_count() + first.history(user).await.len() > 0, true);
    }
    // What is queued is written before a host ends.
    first.stop().await;
    let second = Host::start(test.reopen().await, &clock).await;
    second.skip(0);
    second.stop().await;
    for host in others {
        host.stop().await;
    }
    let last = Host::start(test.reopen().await, &clock).await;
    let mut firings: Vec<FiringView> = Vec::new();
    let mut cursor = None;
    loop {
        let page = last.alerts.list_firings(user, None, Some(500), cursor.as_deref()).await.expect("answers");
        firings.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut count: HashMap<AlertId, usize> = HashMap::new();
    firings.iter().for_each(|firing| *count.entry(firing.alert_id).or_default() += 1);
    assert!(count.values().all(|count| *count == 1) && count.len() > 300, "{}", count.len());
    let triggered = AlertFilter { status: Some("triggered".to_owned()), limit: Some(500), ..AlertFilter::default() };
    let page = last.alerts.list(user, &triggered).await.expect("answers");
    assert!(page.items.iter().all(|alert| alert.fired_count == 1 && count.contains_key(&alert.id)));
    assert_eq!(last.alerts.armed_count(), 1_000 - count.len());
    last.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hosts_know_of_each_others_alerts_and_both_tell_once() {
    let (test, clock) = (TestDb::new(Kind::Postgres).await, clock());
    let user = new_user_at(&test.db, "ada", &clock).await;
    let (here, there) = (Host::start(test.db.clone(), &clock).await, Host::start(test.reopen().await, &clock).await);
    let (mut feed_here, mut feed_there) = (here.alerts.subscribe(user), there.alerts.subscribe(user));
    let alert = there.make(user, "above", "KO", "0.01").await;
    // Made there, noticed here: only here does the market move.
    let told_here = async {
        loop {
            here.market.step(clock.now());
            clock.advance_micros(SECOND_US);
            if let Ok(Ok(event)) = tokio::time::timeout(Duration::from_millis(50), feed_here.recv()).await {
                return event;
            }
        }
    };
    let event = tokio::time::timeout(SOON, told_here).await.expect("noticed");
    let there_told = told(&mut feed_there).await;
    let ServerFrame::AlertTriggered(here_told) = &event.frame else { panic!("{event:?}") };
    assert_eq!((here_told, here_told.id), (&there_told, alert.id));
    // Another look around tells nothing anew, and there it is not armed any more.
    assert!(tokio::time::timeout(Duration::from_millis(2_500), feed_there.recv()).await.is_err());
    assert!(tokio::time::timeout(Duration::from_millis(1), feed_here.recv()).await.is_err());
    assert_eq!((here.alerts.armed_count(), there.alerts.armed_count()), (0, 0));
    here.stop().await;
    there.stop().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn alerts_end_with_their_time(#[values(Kind::Sqlite, Kind::Postgres)] kind: Kind) {
    let (test, clock) = (TestDb::new(kind).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let ticket = AlertTicket {
        symbol: "KO".to_owned(),
        condition: "below".to_owned(),
        target_price: Some("0.01".to_owned()),
        expires_at: Some(clock.now().plus_micros(60 * SECOND_US).to_string()),
        ..AlertTicket::default()
    };
    let alert = host.alerts.create(user, &ticket).await.expect("made");
    clock.advance_micros(60 * SECOND_US);
    let ended = async {
        while host.status(user, &alert).await != "expired" {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(SOON, ended).await.expect("ends");
    assert_eq!(host.alerts.armed_count(), 0);
    host.stop().await;
}

type Received = (HeaderMap, Bytes);

/// Refuses the first call, then redirects, then takes.
async fn receive(
    State(calls): State<mpsc::UnboundedSender<Received>>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, [(&'static str, &'static str); 1]) {
    calls.send((headers, body)).expect("somebody listens");
    (StatusCode::FOUND, [("location", "/elsewhere")])
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_signed_tried_three_times_and_never_led_elsewhere() {
    let (test, clock) = (TestDb::new(Kind::Sqlite).await, clock());
    let host = Host::start(test.db.clone(), &clock).await;
    let user = new_user_at(&test.db, "ada", &clock).await;
    let (calls, mut received) = mpsc::unbounded_channel();
    let elsewhere = calls.clone();
    let router = Router::new()
        .route("/hook", post(receive))
        .with_state(calls)
        .fallback(move || async move { elsewhere.send((HeaderMap::new(), Bytes::from_static(b"elsewhere"))).expect("somebody listens") });
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    let webhook = host.webhooks.create(user, &format!("http://{address}/hook")).await.expect("made");
    host.make(user, "above", "KO", "0.01").await;
    host.skip(1);
    let mut bodies = Vec::new();
    for _ in 0..3 {
        let (headers, body) = tokio::time::timeout(SOON, received.recv()).await.expect("called").expect("open");
        let signature = headers["speedtrade-signature"].to_str().expect("text").to_owned();
        let (time, code) = signature.strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).expect("its shape");
        let mut mac = Hmac::<Sha256>::new_from_slice(webhook.secret.as_deref().expect("shown").as_bytes()).expect("any key");
        mac.update(format!("{time}.{}", String::from_utf8_lossy(&body)).as_bytes());
        let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((code, time.parse()), (expected.as_str(), Ok(clock.now().seconds())));
        bodies.push(serde_json::from_slice::<serde_json::Value>(&body).expect("JSON"));
    }
    assert_eq!((&bodies[0]["event"], &bodies[0]["data"]["symbol"]), (&"alert_triggered".into(), &"KO".into()));
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    host.stop().await;
    assert!(received.try_recv().is_err(), "three tries, and no redirect is followed");
}
