//! The account's private stream: the key, one subscription to `trade_updates`, and what it tells. Alpaca sends JSON in binary
//! frames. Must never repeat a frame in a log.

use std::{convert::Infallible, time::Duration};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Bytes;

use super::{Alpaca, convert, wire};
use crate::{
    broker::{
        StreamEnd, VenueEvent,
        line::{Heard, Line, Watch, dropped},
    },
    net::{Endpoint, KeyPair},
};

const WATCH: Watch =
    Watch { patience: Duration::from_secs(10), silence: Duration::from_secs(30), ping_every: Some(Duration::from_secs(10)) };
const UPDATES: &str = "trade_updates";
const LISTEN: &str = r#"{"action":"listen","data":{"streams":["trade_updates"]}}"#;

/// What a frame means for the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    Authorized,
    Refused(String),
    Event(VenueEvent),
    /// Of no use to us; nothing of it is kept.
    Ignored,
}

impl Alpaca {
    pub(super) async fn hear(&self, events: &mpsc::Sender<VenueEvent>) -> StreamEnd {
        match self.follow(events).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn follow(&self, events: &mpsc::Sender<VenueEvent>) -> Result<Infallible, StreamEnd> {
        let mut line = Line::open(&Endpoint { url: self.stream.clone(), headers: Vec::new() }, WATCH).await?;
        line.say(authentication(&self.transport.keys)).await?;
        let mut ignored = 0_u64;
        loop {
            let event = match line.hear().await? {
                Heard::Alive => VenueEvent::Heartbeat,
                Heard::Payload(frame) => match read(&frame) {
                    Read::Event(event) => event,
                    Read::Refused(detail) => return Err(StreamEnd::Refused { detail }),
                    Read::Authorized => {
                        line.say(LISTEN.to_owned()).await?;
                        VenueEvent::Heartbeat
                    }
                    Read::Ignored => {
                        ignored += 1;
                        tracing::debug!(ignored, "a frame of Alpaca's private stream is of no use");
                        VenueEvent::Heartbeat
                    }
                },
            };
            events.send(event).await.map_err(|_| dropped("nobody listens any more".to_owned()))?;
        }
    }
}

fn authentication(keys: &KeyPair) -> String {
    let data = wire::Credentials { key_id: keys.id.expose(), secret_key: keys.secret.expose() };
    serde_json::to_string(&wire::Authenticate { action: "authenticate", data }).expect("texts are JSON")
}

pub(super) fn read(frame: &Bytes) -> Read {
    let Ok(message) = serde_json::from_slice::<wire::Message>(frame) else { return Read::Ignored };
    let data = message.data.get();
    match message.stream.as_str() {
        "authorization" => match serde_json::from_str::<wire::Authorization>(data) {
            Ok(answer) if answer.status == "authorized" => Read::Authorized,
            Ok(answer) => Read::Refused(format!("the venue says {}", answer.status)),
            Err(_) => Read::Ignored,
        },
        "listening" => match serde_json::from_str::<wire::ListeningTo>(data) {
            Ok(listening) if listening.streams.iter().any(|stream| stream == UPDATES) => Read::Event(VenueEvent::Listening),
            Ok(_) => Read::Refused("the venue refuses the stream of updates".to_owned()),
            Err(_) => Read::Ignored,
        },
        UPDATES => Read::Event(update(data)),
        _ => Read::Ignored,
    }
}

/// What can't be read may have been an execution: everything has to be read again.
fn update(data: &str) -> VenueEvent {
    let Ok(update) = serde_json::from_str::<wire::Update>(data) else { return VenueEvent::Gap };
    if !convert::is_plain(&update.order) {
        return VenueEvent::Heartbeat;
    }
    match update.event.as_str() {
        "order_replace_rejected" | "order_cancel_rejected" => VenueEvent::ChangeRefused { venue_id: update.order.id },
        _ => convert::update(&update).map_or(VenueEvent::Gap, |report| VenueEvent::Order(Box::new(report))),
    }
}
