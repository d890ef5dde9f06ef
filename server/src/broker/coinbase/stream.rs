//! Coinbase's stream of an account: heartbeats and the `user` channel, each subscribed with a token of its own.
//! Must never say `Listening` before Coinbase confirmed, and never pass over a message that is missing.

use std::{convert::Infallible, time::Duration};

use serde_json::{json, value::RawValue};
use speedtrade::time::Timestamp;
use tokio::sync::mpsc;

use super::{
    super::{
        StreamEnd, VenueError, VenueEvent,
        line::{Line, Watch},
        listening,
    },
    convert,
    sign::Signer,
    wire,
};
use crate::net::Endpoint;

/// Coinbase sends a heartbeat a second.
const WATCH: Watch = Watch { patience: Duration::from_secs(10), silence: Duration::from_secs(10), ping_every: None };

pub(super) async fn listen(url: &str, signer: &Signer, at: Timestamp, events: &mpsc::Sender<VenueEvent>) -> StreamEnd {
    match run(url, signer, at, events).await {
        Ok(never) => match never {},
        Err(end) => end,
    }
}

async fn run(url: &str, signer: &Signer, at: Timestamp, events: &mpsc::Sender<VenueEvent>) -> Result<Infallible, StreamEnd> {
    let mut line = Line::open(&Endpoint { url: url.to_owned(), headers: Vec::new() }, WATCH).await?;
    for channel in ["heartbeats", "user"] {
        let token = signer.for_stream(at).map_err(|error: VenueError| StreamEnd::Refused { detail: error.to_string() })?;
        line.say(json!({"type": "subscribe", "channel": channel, "jwt": token}).to_string()).await?;
    }
    listening::listen(line, Reader::default(), events).await
}

#[derive(Default)]
pub(super) struct Reader {
    is_listening: bool,
    sequence: Option<u64>,
    /// Frames that say nothing to us.
    passed_over: u64,
}

impl listening::Reader for Reader {
    fn is_listening(&self) -> bool {
        self.is_listening
    }

    fn read(&mut self, frame: &[u8]) -> Result<Vec<VenueEvent>, StreamEnd> {
        let Ok(envelope) = serde_json::from_slice::<wire::Envelope<'_>>(frame) else {
            self.pass_over();
            return Ok(vec![VenueEvent::Gap]);
        };
        if envelope.kind.as_deref() == Some("error") {
            return Err(failed(envelope.message.as_deref().unwrap_or_default()));
        }
        let mut events = Vec::new();
        if let Some(number) = envelope.sequence_num {
            let is_gap = self.sequence.is_some_and(|last| number != last.wrapping_add(1));
            self.sequence = Some(number);
            events.extend(is_gap.then_some(VenueEvent::Gap));
        }
        match (envelope.channel.as_deref(), envelope.events) {
            (Some("heartbeats"), _) => events.push(VenueEvent::Heartbeat),
            (Some("subscriptions"), Some(told)) => events.extend(self.confirm(told)),
            (Some("user"), Some(told)) => events.extend(orders(told).unwrap_or_else(|| vec![VenueEvent::Gap])),
            (_, _) => self.pass_over(),
        }
        Ok(events)
    }
}

impl Reader {
    fn confirm(&mut self, told: &RawValue) -> Option<VenueEvent> {
        let events: Vec<wire::Subscriptions> = serde_json::from_str(told.get()).ok()?;
        let is_first = !self.is_listening && events.iter().any(|event| event.subscriptions.contains_key("user"));
        self.is_listening |= is_first;
        is_first.then_some(VenueEvent::Listening)
    }

    fn pass_over(&mut self) {
        self.passed_over += 1;
        tracing::debug!(count = self.passed_over, "frames of Coinbase's account stream that say nothing to us");
    }
}

/// `None`: something of an order was said that can't be read.
fn orders(told: &RawValue) -> Option<Vec<VenueEvent>> {
    let events: Vec<wire::UserEvent> = serde_json::from_str(told.get()).ok()?;
    let orders = events.iter().flat_map(|event| &event.orders);
    orders.map(|order| convert::user_order(order).map(|report| VenueEvent::Order(Box::new(report)))).collect()
}

fn failed(said: &str) -> StreamEnd {
    let words = said.to_ascii_lowercase();
    let detail = format!("Coinbase says: {}", said.chars().take(160).collect::<String>());
    if words.contains("auth") || words.contains("permission") || words.contains("jwt") {
        return StreamEnd::Refused { detail };
    }
    StreamEnd::Dropped { detail }
}
