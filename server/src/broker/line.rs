//! A venue's private stream as a line of payloads: opened with a deadline, pinged, and hung up when it falls silent.
//! Must never wait without an end, and never repeat in its errors what was said on it.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::StreamEnd;
use crate::net::{
    Endpoint,
    connection::{DialError, Socket, dial},
    with_causes,
};

/// Bytes of one frame; a venue's report of an order has a few kilobytes.
const FRAME_MAX: usize = 1 << 20;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Watch {
    /// How long opening, and each message of ours, may take.
    pub(crate) patience: Duration,
    /// Hung up when nothing at all, pings and pongs included, was heard for so long.
    pub(crate) silence: Duration,
    /// Asks for a pong, where the venue does not ping by itself.
    pub(crate) ping_every: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Text, or the same in a binary frame.
    Payload(Bytes),
    /// A ping or a pong.
    Alive,
}

pub(crate) struct Line {
    socket: Socket,
    watch: Watch,
    heard_at: Instant,
    pinged_at: Instant,
}

impl Line {
    pub(crate) async fn open(endpoint: &Endpoint, watch: Watch) -> Result<Self, StreamEnd> {
        let socket = dial(endpoint, FRAME_MAX, watch.patience).await.map_err(|error| match error {
            DialError::Refused { detail, .. } => StreamEnd::Refused { detail },
            DialError::Down { detail, .. } => StreamEnd::Dropped { detail },
        })?;
        let now = Instant::now();
        Ok(Self { socket, watch, heard_at: now, pinged_at: now })
    }

    pub(crate) async fn say(&mut self, text: String) -> Result<(), StreamEnd> {
        self.send(Message::text(text)).await
    }

    pub(crate) async fn hear(&mut self) -> Result<Heard, StreamEnd> {
        loop {
            let silent_at = self.heard_at + self.watch.silence;
            let ping_at = self.watch.ping_every.map_or(silent_at, |every| self.pinged_at + every);
            let frame = tokio::select! {
                biased;
                frame = timeout_at(silent_at, self.socket.next()) => frame,
                () = sleep_until(ping_at), if ping_at < silent_at => {
                    self.pinged_at = Instant::now();
                    self.send(Message::Ping(Bytes::new())).await?;
                    continue;
                }
            };
            let frame = frame.map_err(|_| dropped(format!("nothing was heard for {} s", self.watch.silence.as_secs())))?;
            self.heard_at = Instant::now();
            match frame {
                Some(Ok(Message::Text(text))) => return Ok(Heard::Payload(text.into())),
                Some(Ok(Message::Binary(bytes))) => return Ok(Heard::Payload(bytes)),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => return Ok(Heard::Alive),
                Some(Ok(Message::Close(_))) | None => return Err(dropped("the venue hung up".to_owned())),
                Some(Err(error)) => return Err(dropped(with_causes(&error))),
            }
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), StreamEnd> {
        match timeout(self.watch.patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(dropped(with_causes(&error))),
            Err(_) => Err(dropped("a message of ours could not be sent in time".to_owned())),
        }
    }
}

pub(crate) fn dropped(detail: String) -> StreamEnd {
    StreamEnd::Dropped { detail }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;
    use tokio_tungstenite::{WebSocketStream, accept_async};

    use super::*;

    const SOON: Duration = Duration::from_secs(10);
    const PATIENT: Watch = Watch { patience: SOON, silence: SOON, ping_every: None };
    const HASTY: Watch = Watch { silence: Duration::from_millis(200), ..PATIENT };

    async fn line(watch: Watch) -> (Line, WebSocketStream<tokio::net::TcpStream>) {
        let venue = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("ws://{}", venue.local_addr().expect("bound"));
        let endpoint = Endpoint { url, headers: Vec::new() };
        let accept = async { accept_async(venue.accept().await.expect("called").0).await.expect("a handshake") };
        let (line, venue) = tokio::join!(Line::open(&endpoint, watch), accept);
        (line.unwrap_or_else(|end| panic!("{end:?}")), venue)
    }

    #[tokio::test]
    async fn text_and_binary_frames_say_the_same() {
        let (mut line, mut venue) = line(PATIENT).await;
        for frame in [Message::text("{}"), Message::binary("{}"), Message::Ping(Bytes::new())] {
            venue.send(frame).await.expect("sent");
        }
        let heard = [line.hear().await, line.hear().await, line.hear().await];
        assert_eq!(heard, [Ok(Heard::Payload("{}".into())), Ok(Heard::Payload("{}".into())), Ok(Heard::Alive)]);
        line.say("hello".to_owned()).await.expect("sent");
        // The answer to the ping may come first.
        while venue.next().await.expect("a frame").expect("whole") != Message::text("hello") {}
        venue.close(None).await.expect("closed");
        assert!(matches!(line.hear().await, Err(StreamEnd::Dropped { .. })));
    }

    #[tokio::test]
    async fn a_venue_that_falls_silent_is_hung_up_on() {
        let (mut line, _venue) = line(HASTY).await;
        assert_eq!(line.hear().await, Err(dropped("nothing was heard for 0 s".to_owned())));
    }

    #[tokio::test]
    async fn a_pong_is_heard_where_the_venue_has_nothing_to_say() {
        let (mut line, mut venue) = line(Watch { ping_every: Some(Duration::from_millis(10)), ..PATIENT }).await;
        // Reading answers pings.
        let venue = tokio::spawn(async move { while venue.next().await.is_some_and(|frame| frame.is_ok()) {} });
        assert_eq!([line.hear().await, line.hear().await], [Ok(Heard::Alive), Ok(Heard::Alive)]);
        drop(line);
        venue.await.expect("no panic");
    }

    #[tokio::test]
    async fn a_frame_without_end_is_not_kept() {
        let (mut line, mut venue) = line(PATIENT).await;
        let sent = tokio::spawn(async move { venue.send(Message::text("x".repeat(FRAME_MAX + 1))).await });
        assert!(matches!(line.hear().await, Err(StreamEnd::Dropped { .. })));
        drop(line);
        let _ = sent.await.expect("no panic");
    }
}
