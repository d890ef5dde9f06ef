//! Limits on sockets, and what a client reads that is slower than the market.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::{SinkExt as _, StreamExt as _};
use rstest::rstest;
use serde_json::Value;
use speedtrade::{
    ids::UserId,
    time::{SECOND_US, Timestamp},
    wire::PriceRecord,
};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::Role},
};
use uuid::Uuid;

use super::{
    Sockets,
    handshake::Socket,
    line::{Line, Outlet},
    prices::{Form, Prices, Scratch},
};
use crate::{
    clock::Clock,
    market::{Market, SimConfig},
    services::quotes::Quotes,
};

#[test]
fn a_user_has_twenty_places_and_gets_them_back() {
    let (sockets, user) = (Sockets::default(), UserId::new(Uuid::from_u128(1)));
    let mut places: Vec<_> = (0..20).map(|_| sockets.enter(Some(user)).expect("room")).collect();
    assert!(sockets.enter(Some(user)).is_none());
    let mut anonymous = sockets.enter(None).expect("room for others");
    assert!(!anonymous.claim(user));
    places.pop();
    assert!(anonymous.claim(user));
    assert!(sockets.enter(Some(user)).is_none());
}

#[test]
fn there_are_four_thousand_places_in_all() {
    let sockets = Sockets::default();
    let places: Vec<_> = (0..4_000).map(|_| sockets.enter(None).expect("room")).collect();
    assert!(sockets.enter(None).is_none());
    drop(places);
    assert!(sockets.enter(None).is_some());
}

const SYMBOLS: usize = 300;
const WORDS: usize = 200;

/// Both ends of a connection that holds little.
async fn narrow(form: Form) -> (Socket, Arc<Outlet>, WebSocketStream<TcpStream>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let client = TcpSocket::new_v4().expect("a socket");
    client.set_recv_buffer_size(4_096).expect("set");
    let client = client.connect(listener.local_addr().expect("an address")).await.expect("connects");
    let (server, _) = listener.accept().await.expect("accepted");
    socket2::SockRef::from(&server).set_send_buffer_size(4_096).expect("set");
    let (read, write) = server.into_split();
    let outlet = Arc::new(Outlet::new(write, form));
    let line = Line::new(read, Arc::clone(&outlet));
    let socket = WebSocketStream::from_raw_socket(line, Role::Server, None).await;
    (socket, outlet, WebSocketStream::from_raw_socket(client, Role::Client, None).await)
}

/// What a client heard: words in their order, and the times of each symbol's prices.
#[derive(Default)]
struct Heard {
    words: Vec<usize>,
    times: HashMap<String, Vec<i64>>,
}

impl Heard {
    fn hear(&mut self, message: &Message, quotes: &Quotes) {
        match message {
            Message::Text(text) => {
                if let Ok(word) = text.parse() {
                    self.words.push(word);
                } else {
                    let frame: Value = serde_json::from_str(text).expect("a whole frame");
                    self.price(frame["data"]["symbol"].as_str().expect("a symbol"), frame["data"]["timestamp"].as_i64());
                }
            }
            Message::Binary(bytes) => {
                assert_eq!(bytes.len() % PriceRecord::LEN, 0);
                for record in PriceRecord::decode_all(bytes) {
                    let symbol = quotes.hub().take_changed(&mut 0)[record.symbol as usize];
                    self.price(quotes.get(symbol).symbol.as_str(), Some(record.timestamp));
                }
            }
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => panic!("never sent"),
        }
    }

    fn price(&mut self, symbol: &str, time: Option<i64>) {
        self.times.entry(symbol.to_owned()).or_default().push(time.expect("a time"));
    }
}

async fn read_slowly(mut client: WebSocketStream<TcpStream>, quotes: Quotes) -> Heard {
    let mut heard = Heard::default();
    while let Some(message) = client.next().await {
        let message = message.expect("no frame is cut by another");
        if message.is_close() {
            break;
        }
        heard.hear(&message, &quotes);
        tokio::task::yield_now().await;
    }
    heard
}

#[rstest]
#[case(Form::Text)]
#[case(Form::Binary)]
#[tokio::test]
async fn a_slow_client_reads_whole_frames_every_word_and_the_newest_prices(#[case] form: Form) {
    let start = Timestamp::from_micros(1_795_000_000 * SECOND_US);
    let market = Market::simulated(SimConfig::default(), Clock::manual(start));
    let quotes = Quotes::new(market.clone(), Clock::manual(start));
    let symbols: Vec<_> = market.catalog().ids().take(SYMBOLS).map(|id| market.catalog().get(id).symbol.to_string()).collect();
    let (mut socket, outlet, client) = narrow(form).await;
    assert_eq!(outlet.with_prices(|prices| prices.subscribe(&quotes, &symbols)), super::prices::Refused::default());
    assert!(outlet.tell(&quotes, &mut Scratch::default()), "nothing is told before the client knows what it follows");
    outlet.with_prices(Prices::begin);
    let reading = tokio::spawn(read_slowly(client, quotes.clone()));

    let mut was_behind = 0;
    for word in 0..WORDS {
        let ms = 250 * i64::try_from(word).expect("small");
        market.step(start.plus_micros(ms * 1_000));
        was_behind += usize::from(!outlet.tell(&quotes, &mut Scratch::default()));
        socket.send(Message::text(word.to_string())).await.expect("sent");
    }
    while !outlet.tell(&quotes, &mut Scratch::default()) {
        socket.flush().await.expect("taken");
    }
    socket.close(None).await.expect("closed");
    let heard = tokio::time::timeout(Duration::from_mins(1), reading).await.expect("all is read").expect("no panic");

    assert!(was_behind > 0, "the client was never behind");
    assert_eq!(heard.words, (0..WORDS).collect::<Vec<_>>());
    assert_eq!(heard.times.len(), SYMBOLS);
    for (symbol, times) in &heard.times {
        assert!(times.is_sorted_by(|earlier, later| earlier < later), "{symbol} went back: {times:?}");
        let newest = market.hub().quote(quotes.find(symbol).expect("listed")).time.millis();
        assert_eq!(times.last(), Some(&newest), "{symbol}");
    }
}
