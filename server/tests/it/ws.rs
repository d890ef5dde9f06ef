//! `/ws` on a real port: prices that move, orders in sequence, who may connect.

use std::net::SocketAddr;

use futures::{SinkExt, StreamExt};
use rstest::rstest;
use serde_json::{Value, json};
use server::{clock::Clock, http::EdgeSettings};
use speedtrade::wire::{PRICES_PROTOCOL, PriceRecord};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    databases::Kind,
    harness::{SOON, Session, TestApp},
};

pub struct Client(WebSocketStream<MaybeTlsStream<TcpStream>>);

async fn served() -> (TestApp, SocketAddr) {
    let app = TestApp::with(Kind::Sqlite, EdgeSettings::default(), Clock::System).await;
    let address = serve(&app).await;
    (app, address)
}

pub async fn serve(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = app.router.clone().into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

impl Client {
    pub async fn connect(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Client, u16> {
        let mut request = format!("ws://{address}/ws").into_client_request().expect("a request");
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a value"));
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Client(socket)),
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    pub async fn send(&mut self, event: &str, data: Value) {
        self.text(json!({"event": event, "data": data}).to_string()).await;
    }

    async fn text(&mut self, text: String) {
        self.0.send(Message::text(text)).await.expect("sent");
    }

    /// The next frame of one of these events; others are passed over.
    pub async fn next(&mut self, events: &[&str]) -> Value {
        let read = async {
            loop {
                let message = self.0.next().await.expect("open").expect("readable");
                let Message::Text(text) = message else { continue };
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                if events.iter().any(|event| frame["event"] == *event) {
                    return frame;
                }
            }
        };
        tokio::time::timeout(SOON, read).await.unwrap_or_else(|_| panic!("no {events:?} came"))
    }

    async fn binary(&mut self) -> Vec<u8> {
        let read = async {
            loop {
                if let Message::Binary(bytes) = self.0.next().await.expect("open").expect("readable") {
                    return bytes.to_vec();
                }
            }
        };
        tokio::time::timeout(SOON, read).await.expect("records come")
    }

    /// Until the desk closes the socket: with which code.
    pub async fn closed(&mut self) -> u16 {
        let read = async {
            loop {
                if let Message::Close(Some(frame)) = self.0.next().await.expect("open").expect("readable") {
                    return frame.code.into();
                }
            }
        };
        tokio::time::timeout(SOON, read).await.expect("closed")
    }

    async fn auth(&mut self, session: &Session) {
        self.send("auth", json!({"token": session.access})).await;
        self.next(&["authenticated"]).await;
    }
}

async fn place(app: &TestApp, session: &Session) -> Value {
    app.order(session, &json!({"symbol": "BTC/USD", "side": "buy", "type": "market", "qty": "0.01"})).await
}

#[tokio::test]
async fn prices_come_at_once_and_move() {
    let (_app, address) = served().await;
    let mut client = Client::connect(address, &[]).await.expect("open to anybody");
    client.send("subscribe", json!({"symbols": ["btc-usd", "AAPL", "NOPE"]})).await;
    assert_eq!(client.next(&["subscribed"]).await["data"]["symbols"], json!(["BTC/USD", "AAPL"]));
    let error = client.next(&["error"]).await;
    assert_eq!(error["data"]["code"], "unknown_symbol");
    let first = client.next(&["price_update"]).await;
    let begun = tokio::time::Instant::now();
    let moved = loop {
        let update = client.next(&["price_update"]).await;
        if update["data"]["symbol"] == first["data"]["symbol"] {
            break update;
        }
    };
    assert_ne!(moved["data"]["timestamp"], first["data"]["timestamp"]);
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
    client.send("unsubscribe", json!({"symbols": ["AAPL"]})).await;
    assert_eq!(client.next(&["subscribed"]).await["data"]["symbols"], json!(["BTC/USD"]));
}

#[tokio::test]
async fn prices_come_as_records_to_who_asks_for_them() {
    let (app, address) = served().await;
    let mut client = Client::connect(address, &[("sec-websocket-protocol", PRICES_PROTOCOL)]).await.expect("open");
    client.send("subscribe", json!({"symbols": ["BTC/USD", "AAPL"]})).await;
    let subscribed = client.next(&["subscribed"]).await;
    let now = subscribed["data"]["now"].as_i64().expect("the host's clock");
    let ids: Vec<_> = subscribed["data"]["ids"].as_array().expect("numbers").iter().map(Value::as_u64).collect();
    let message = client.binary().await;
    let records: Vec<_> = PriceRecord::decode_all(&message).collect();
    assert_eq!(records.len() * PriceRecord::LEN, message.len());
    assert_eq!(records.iter().map(|record| Some(u64::from(record.symbol))).collect::<Vec<_>>(), ids);
    let quote = app.get("/api/v1/market/quote/BTC-USD", None).await.json();
    assert_eq!(records[0].prev_close.to_string(), quote["prev_close"]);
    assert!(records[0].bid < records[0].ask);
    assert!((now - records[0].timestamp).abs() < 5_000 && !records[0].is_confirmed, "simulated: fresh, and held by nobody");
    assert!(records[0].low <= records[0].high && !records[0].volume.is_zero());
}

#[tokio::test]
async fn a_frame_that_is_too_big_is_closed_with_its_code() {
    let (_app, address) = served().await;
    for kilobytes in [65, 900] {
        let mut client = Client::connect(address, &[]).await.expect("open");
        // The rest of a large one is not taken.
        let _ = client.0.send(Message::text("x".repeat(kilobytes * 1_024))).await;
        assert_eq!(client.closed().await, 1009);
    }
}

#[tokio::test]
async fn depth_and_prints_are_followed() {
    let (_app, address) = served().await;
    let mut client = Client::connect(address, &[]).await.expect("open");
    client.send("subscribe_book", json!({"symbol": "btc-usd"})).await;
    let book = client.next(&["book_update"]).await;
    assert_eq!((book["data"]["symbol"].as_str(), book["data"]["bids"].as_array().map(Vec::len)), (Some("BTC/USD"), Some(15)));
    let prints = client.next(&["trades_update"]).await["data"]["trades"].as_array().expect("prints").clone();
    let last = prints.last().expect("some")["timestamp"].as_i64();
    let next = client.next(&["trades_update"]).await;
    assert!(next["data"]["trades"][0]["timestamp"].as_i64() > last, "each print once: {next}");
    client.send("subscribe_book", json!({"symbol": "NOPE"})).await;
    assert_eq!(client.next(&["error"]).await["data"]["code"], "unknown_symbol");
    for symbol in ["AAPL", "MSFT", "NVDA", "TSLA"] {
        client.send("subscribe_book", json!({"symbol": symbol})).await;
    }
    assert_eq!(client.next(&["error"]).await["data"]["code"], "too_many_books");
}

#[tokio::test]
async fn a_window_on_a_screen_is_told_when_it_changes() {
    let (_app, address) = served().await;
    let mut client = Client::connect(address, &[]).await.expect("open");
    let screen = json!({"query": {"sort": "-change_pct"}, "offset": 10, "limit": 40});
    client.send("subscribe_screen", screen).await;
    let first = client.next(&["screen_update"]).await;
    let data = &first["data"];
    assert_eq!((data["offset"].as_u64(), data["rows"].as_array().map(Vec::len)), (Some(10), Some(40)));
    assert!(data["total"].as_u64() > Some(100));
    let next = client.next(&["screen_update"]).await;
    assert_ne!(first["data"]["rows"], next["data"]["rows"], "rows change places as prices move");
    client.send("subscribe_screen", json!({"query": {"sort": "luck"}})).await;
    let error = client.next(&["error"]).await;
    assert_eq!(error["data"]["code"], "validation_failed");
    assert!(error["data"]["detail"].as_str().expect("words").starts_with("sort: "), "{error}");
}

#[tokio::test]
async fn bad_frames_are_answered_and_the_socket_lives() {
    let (_app, address) = served().await;
    let mut client = Client::connect(address, &[]).await.expect("open");
    for text in ["{", "null", r#"{"event":"launch","data":{}}"#, r#"{"event":"subscribe","data":{"symbols":"AAPL"}}"#] {
        client.text(text.to_owned()).await;
        assert_eq!(client.next(&["error"]).await["data"]["code"], "malformed", "{text}");
    }
    client.send("subscribe_orders", json!({})).await;
    assert_eq!(client.next(&["error"]).await["data"]["code"], "not_signed_in");
    client.send("auth", json!({"token": "nonsense"})).await;
    assert_eq!(client.next(&["error"]).await["data"]["code"], "invalid_token");
    client.send("ping", json!({"t": 42})).await;
    assert_eq!(client.next(&["pong"]).await["data"]["t"], 42);
}

#[tokio::test]
async fn order_events_resume_without_gaps_or_doubles() {
    let (app, address) = served().await;
    let session = app.register("ann").await;
    let mut client = Client::connect(address, &[]).await.expect("open");
    client.auth(&session).await;
    client.send("subscribe_orders", json!({})).await;
    let start = client.next(&["orders_subscribed"]).await["data"]["seq"].as_i64().expect("a number");
    let order = place(&app, &session).await;
    let live = client.next(&["order_update"]).await;
    assert_eq!(live["data"]["order_id"], order["id"]);
    drop(client);
    place(&app, &session).await;

    let mut client = Client::connect(address, &[]).await.expect("open");
    client.auth(&session).await;
    client.send("subscribe_orders", json!({"after_seq": start})).await;
    assert_eq!(client.next(&["orders_subscribed"]).await["data"]["seq"], start);
    let again = client.next(&["order_update", "position_update"]).await;
    assert_eq!(again["data"]["seq"], start + 1);
    let third = place(&app, &session).await;
    let mut last = start + 1;
    loop {
        let frame = client.next(&["order_update", "position_update"]).await;
        last += 1;
        assert_eq!(frame["data"]["seq"], last, "{frame}");
        if frame["data"]["order_id"] == third["id"] && frame["data"]["status"] == "filled" {
            break;
        }
    }
}

#[rstest]
#[case(Some("http://evil.test"), false, Some(403))]
#[case(Some("http://evil.test"), true, Some(403))]
#[case(None, true, Some(403))]
#[case(None, false, None)]
#[tokio::test]
async fn foreign_pages_get_no_socket(#[case] origin: Option<&str>, #[case] with_cookie: bool, #[case] refused: Option<u16>) {
    let (app, address) = served().await;
    let cookie = format!("st_access={}", app.register("ann").await.access);
    let mut headers: Vec<(&'static str, &str)> = origin.map(|o| ("origin", o)).into_iter().collect();
    if with_cookie {
        headers.push(("cookie", &cookie));
    }
    assert_eq!(Client::connect(address, &headers).await.err(), refused);
}

#[tokio::test]
async fn our_own_page_is_signed_in_by_its_cookie_alone() {
    let (app, address) = served().await;
    let session = app.register("ann").await;
    let own = format!("http://{address}");
    // Also with the refresh cookie only: the access cookie may have run out while the page was open.
    for cookie in [format!("st_access={}", session.access), format!("st_refresh={}", session.refresh)] {
        let mut client = Client::connect(address, &[("origin", &own), ("cookie", &cookie)]).await.expect("open");
        client.send("subscribe_orders", json!({})).await;
        client.next(&["orders_subscribed"]).await;
    }
}

#[tokio::test]
async fn the_twenty_first_socket_of_a_user_is_refused() {
    let (app, address) = served().await;
    let session = app.register("ann").await;
    let (own, cookie) = (format!("http://{address}"), format!("st_access={}", session.access));
    let headers = [("origin", own.as_str()), ("cookie", cookie.as_str())];
    let mut open = Vec::new();
    for _ in 0..20 {
        open.push(Client::connect(address, &headers).await.expect("room"));
    }
    assert_eq!(Client::connect(address, &headers).await.err(), Some(503));
}
