//! Kraken's stream of an account: `executions`, with the open orders first, and `balances`, both by a token over REST.
//! Must never say `Listening` before Kraken confirmed, and never pass over a message that is missing.

use std::{collections::HashMap, convert::Infallible, time::Duration};

use serde_json::{json, value::RawValue};
use speedtrade::time::Timestamp;
use tokio::sync::mpsc;

use super::{
    super::{
        StreamEnd, VenueEvent,
        error::said,
        line::{Line, Watch},
        listening,
    },
    client_id::Tag,
    known::Known,
    wire,
};
use crate::{clock::Clock, net::Endpoint};

/// Kraken sends a heartbeat a second once something is subscribed.
const WATCH: Watch = Watch { patience: Duration::from_secs(10), silence: Duration::from_secs(10), ping_every: None };
/// Orders whose state is remembered; an account has fewer open ones.
const KNOWN_MAX: usize = 10_000;
const EXECUTIONS: &str = "executions";
const BALANCES: &str = "balances";

pub(super) async fn listen(url: &str, token: &str, tag: &Tag, clock: &Clock, events: &mpsc::Sender<VenueEvent>) -> StreamEnd {
    match run(url, token, Reader::new(tag.clone(), clock.clone()), events).await {
        Ok(never) => match never {},
        Err(end) => end,
    }
}

async fn run(url: &str, token: &str, reader: Reader, events: &mpsc::Sender<VenueEvent>) -> Result<Infallible, StreamEnd> {
    let mut line = Line::open(&Endpoint { url: url.to_owned(), headers: Vec::new() }, WATCH).await?;
    let executions = json!({"channel": EXECUTIONS, "token": token, "snap_orders": true, "snap_trades": false, "order_status": true});
    let balances = json!({"channel": BALANCES, "token": token, "snapshot": false});
    for (id, params) in [(1, executions), (2, balances)] {
        line.say(json!({"method": "subscribe", "params": params, "req_id": id}).to_string()).await?;
    }
    listening::listen(line, reader, events).await
}

pub(super) struct Reader {
    tag: Tag,
    clock: Clock,
    is_listening: bool,
    /// By channel: each counts its messages.
    sequences: HashMap<&'static str, u64>,
    /// Open orders by Kraken's name of them: later messages tell only what changed.
    orders: HashMap<String, Known>,
    /// Frames that say nothing to us.
    passed_over: u64,
}

impl listening::Reader for Reader {
    fn is_listening(&self) -> bool {
        self.is_listening
    }

    fn read(&mut self, frame: &[u8]) -> Result<Vec<VenueEvent>, StreamEnd> {
        let Ok(message) = serde_json::from_slice::<wire::Message<'_>>(frame) else {
            self.pass_over();
            return Ok(vec![VenueEvent::Gap]);
        };
        if message.method.as_deref() == Some("subscribe") {
            return self.confirm(&message).map(|event| event.into_iter().collect());
        }
        match (message.channel.as_deref(), message.data) {
            (Some("heartbeat"), _) => Ok(vec![VenueEvent::Heartbeat]),
            (Some(EXECUTIONS), Some(data)) => {
                let mut events = self.count(EXECUTIONS, message.sequence);
                events.extend(self.executions(data, self.clock.now()));
                Ok(events)
            }
            (Some(BALANCES), Some(data)) => {
                let mut events = self.count(BALANCES, message.sequence);
                events.extend(is_transfer(data).then_some(VenueEvent::Holdings));
                Ok(events)
            }
            (_, _) => {
                self.pass_over();
                Ok(Vec::new())
            }
        }
    }
}

impl Reader {
    pub(super) fn new(tag: Tag, clock: Clock) -> Self {
        Self { tag, clock, is_listening: false, sequences: HashMap::new(), orders: HashMap::new(), passed_over: 0 }
    }

    fn confirm(&mut self, message: &wire::Message<'_>) -> Result<Option<VenueEvent>, StreamEnd> {
        if message.success == Some(false) {
            let detail = format!("Kraken says: {}", said(message.error.as_deref().unwrap_or("no")));
            let is_passing = ["EService", "Rate", "Throttled", "busy"].iter().any(|word| detail.contains(word));
            return Err(if is_passing { StreamEnd::Dropped { detail } } else { StreamEnd::Refused { detail } });
        }
        let channel = message.result.as_ref().and_then(|result| result.channel.as_deref());
        let is_first = !self.is_listening && channel == Some(EXECUTIONS);
        self.is_listening |= is_first;
        Ok(is_first.then_some(VenueEvent::Listening))
    }

    fn count(&mut self, channel: &'static str, sequence: Option<u64>) -> Vec<VenueEvent> {
        let Some(number) = sequence else { return Vec::new() };
        let is_gap = self.sequences.insert(channel, number).is_some_and(|last| number != last.wrapping_add(1));
        is_gap.then_some(VenueEvent::Gap).into_iter().collect()
    }

    fn executions(&mut self, data: &RawValue, now: Timestamp) -> Vec<VenueEvent> {
        match serde_json::from_str::<Vec<wire::Execution>>(data.get()) {
            Ok(executions) => executions.into_iter().flat_map(|execution| self.execution(&execution, now)).collect(),
            Err(_) => vec![VenueEvent::Gap],
        }
    }

    /// What can't be told, because its beginning was not heard, is a gap.
    fn execution(&mut self, told: &wire::Execution, now: Timestamp) -> Vec<VenueEvent> {
        if self.orders.len() >= KNOWN_MAX && !self.orders.contains_key(&told.order_id) {
            self.orders.clear();
            return vec![VenueEvent::Gap];
        }
        let known = self.orders.entry(told.order_id.clone()).or_default();
        known.learn(told, &self.tag, now);
        let mut events = Vec::new();
        if told.exec_type == "trade" {
            let execution = known.execution(told, now);
            events.push(execution.map_or(VenueEvent::Gap, |execution| VenueEvent::Execution(Box::new(execution))));
        }
        let report = known.report(told, now);
        // The last trade may end an order before its end is told.
        if report.is_none() || matches!(told.exec_type.as_str(), "filled" | "canceled" | "expired") {
            self.orders.remove(&told.order_id);
        }
        events.push(report.map_or(VenueEvent::Gap, |report| VenueEvent::Order(Box::new(report))));
        events
    }

    fn pass_over(&mut self) {
        self.passed_over += 1;
        tracing::debug!(count = self.passed_over, "frames of Kraken's account stream that say nothing to us");
    }
}

/// Trades move balances, too; those are told as executions.
fn is_transfer(data: &RawValue) -> bool {
    let changes: Result<Vec<wire::BalanceChange>, _> = serde_json::from_str(data.get());
    changes.map_or(true, |changes| changes.iter().any(|change| change.kind.as_deref().is_some_and(|kind| kind != "trade")))
}
