//! The account's private stream by the WebSocket API: one subscription, proved by a signature, and the events it sends.
//! Must never repeat a frame in a log.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Bytes;

use super::{Binance, convert, errors, transport::Session, wire};
use crate::{
    broker::{
        StreamEnd, VenueError, VenueEvent,
        line::{Heard, Line, Watch, dropped},
    },
    net::{Endpoint, Names},
};

/// The venue pings every 20 s.
const WATCH: Watch = Watch { patience: Duration::from_secs(10), silence: Duration::from_secs(50), ping_every: None };

/// What a frame means for the connection.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    Confirmed,
    Refused(StreamEnd),
    Events(Vec<VenueEvent>),
    Over(&'static str),
    /// Of no use to us; nothing of it is kept.
    Ignored,
}

impl Binance {
    pub(super) async fn hear(&self, events: &mpsc::Sender<VenueEvent>) -> StreamEnd {
        match self.follow(events).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn follow(&self, events: &mpsc::Sender<VenueEvent>) -> Result<std::convert::Infallible, StreamEnd> {
        let mut line = Line::open(&Endpoint { url: self.stream.clone(), headers: Vec::new() }, WATCH).await?;
        // Signed only now: a signature lives for five seconds.
        line.say(subscription(&self.transport.session().await)).await?;
        let mut ignored = 0_u64;
        loop {
            let news = match line.hear().await? {
                Heard::Alive => vec![VenueEvent::Heartbeat],
                Heard::Payload(frame) => match read(&frame, &self.names) {
                    Read::Confirmed => vec![VenueEvent::Listening],
                    Read::Events(news) => news,
                    Read::Refused(end) => return Err(end),
                    Read::Over(why) => return Err(dropped(why.to_owned())),
                    Read::Ignored => {
                        ignored += 1;
                        tracing::debug!(ignored, "a frame of Binance's private stream is of no use");
                        vec![VenueEvent::Heartbeat]
                    }
                },
            };
            for event in news {
                events.send(event).await.map_err(|_| dropped("nobody listens any more".to_owned()))?;
            }
        }
    }
}

fn subscription(session: &Session) -> String {
    let params = json!({ "apiKey": session.api_key.expose(), "timestamp": session.timestamp, "signature": session.signature });
    json!({ "id": 1, "method": "userDataStream.subscribe.signature", "params": params }).to_string()
}

pub(super) fn read(frame: &Bytes, names: &Names) -> Read {
    let Ok(message) = serde_json::from_slice::<wire::Message>(frame) else { return Read::Ignored };
    match (message.event, message.status) {
        (Some(event), _) => read_event(event.get(), names),
        (None, Some(200)) => Read::Confirmed,
        (None, Some(status)) => Read::Refused(refusal(status, message.error.as_ref())),
        (None, None) => read_event(str::from_utf8(frame).unwrap_or_default(), names),
    }
}

fn refusal(status: u16, error: Option<&wire::StreamFailure>) -> StreamEnd {
    let detail = error.map_or_else(|| format!("the venue answered {status}"), |error| format!("{} ({})", error.msg, error.code));
    let is_final = status == 401 || status == 403 || error.is_some_and(|error| errors::is_of_key(error.code));
    if is_final { StreamEnd::Refused { detail } } else { dropped(detail) }
}

fn read_event(event: &str, names: &Names) -> Read {
    let Ok(head) = serde_json::from_str::<wire::EventHead>(event) else { return Read::Ignored };
    match head.kind.as_str() {
        // What can't be read may have been an execution: everything has to be read again.
        "executionReport" => Read::Events(report(event, names).unwrap_or_else(|_| vec![VenueEvent::Gap])),
        "balanceUpdate" | "externalLockUpdate" => Read::Events(vec![VenueEvent::Holdings]),
        "eventStreamTerminated" => Read::Over("the venue ended the subscription"),
        "serverShutdown" => Read::Over("the venue is about to end the connection"),
        _ => Read::Ignored,
    }
}

/// The execution first: the status that it leads to is told after it.
fn report(event: &str, names: &Names) -> Result<Vec<VenueEvent>, VenueError> {
    let report: wire::Report = serde_json::from_str(event).map_err(|error| VenueError::Decode { detail: error.to_string() })?;
    let execution = convert::executed(&report, names)?.map(|execution| VenueEvent::Execution(Box::new(execution)));
    let order = VenueEvent::Order(Box::new(convert::report(&report, names)?));
    Ok(execution.into_iter().chain([order]).collect())
}
