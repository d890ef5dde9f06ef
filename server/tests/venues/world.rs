//! One venue at work: records what comes, meets the ordered faults, lets the protocol answer, tells the streams.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::watch;

use crate::{
    exchange::Exchange,
    faults::{Fault, Faults},
    http::{Reply, Request},
    record::{Record, Submission},
    streams::Streams,
    venue::{Venue, canonical},
};

#[derive(Clone)]
pub struct World(Arc<Shared>);

struct Shared {
    inner: Mutex<Inner>,
    frozen: watch::Sender<Option<Frozen>>,
}

/// What becomes of the questions that came while nobody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frozen {
    Kept,
    Lost,
}

pub struct Inner {
    pub venue: Box<dyn Venue>,
    pub exchange: Exchange,
    pub faults: Faults,
    pub record: Record,
    pub streams: Streams,
    pub is_limit_enforced: bool,
    /// The minute, and how many questions it has seen.
    used: (i64, u64),
}

/// How an answer reaches the client, if it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    Whole,
    Late(u64),
    Never,
    Reset,
    Half,
}

struct Begun {
    submission: Option<usize>,
    fault: Option<Fault>,
}

impl World {
    pub fn new(venue: Box<dyn Venue>) -> Self {
        let exchange = Exchange::new(venue.profile(), first_id());
        let inner = Inner {
            venue,
            exchange,
            faults: Faults::default(),
            record: Record::default(),
            streams: Streams::default(),
            is_limit_enforced: false,
            used: (0, 0),
        };
        Self(Arc::new(Shared { inner: Mutex::new(inner), frozen: watch::Sender::new(None) }))
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.inner.lock().expect("no thread of the fake panics")
    }

    pub fn freeze(&self, frozen: Option<Frozen>) {
        self.0.frozen.send_replace(frozen);
    }

    /// Waits while the venue is a black hole; false for what the hole keeps for good.
    pub async fn thawed(&self) -> bool {
        let mut frozen = self.0.frozen.subscribe();
        let now = *frozen.borrow();
        match now {
            None => return true,
            Some(Frozen::Lost) => return false,
            Some(Frozen::Kept) => {}
        }
        frozen.wait_for(Option::is_none).await.is_ok()
    }

    /// A question, from its arrival to its answer. Goes on when the client has hung up, as a real venue does.
    pub async fn handle(&self, request: &Request) -> (Reply, Delivery) {
        if !self.thawed().await {
            return (Reply::empty(500), Delivery::Never);
        }
        let begun = self.lock().begin(request);
        if let Some(Fault::DelayBefore(ms)) = begun.fault {
            tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
        }
        self.lock().finish(&begun, request)
    }

    pub fn beat(&self) {
        let mut inner = self.lock();
        let inner = &mut *inner;
        inner.exchange.expire_due();
        inner.publish();
        for id in inner.streams.ids() {
            let says = inner.venue.heartbeat(&inner.exchange, id);
            inner.streams.answer(id, says);
        }
    }
}

impl Inner {
    fn begin(&mut self, request: &Request) -> Begun {
        let call = self.venue.call(request);
        *self.record.calls.entry(call).or_default() += 1;
        let met = self.faults.meet(call);
        let (fault, name) = met.map_or((None, None), |(fault, name)| (Some(fault), Some(name)));
        let submission = call.is_submission().then(|| {
            self.record.submissions.push(Submission {
                call,
                client_id: self.venue.client_id(request),
                body: canonical(request),
                at_ms: self.exchange.now_ms(),
                fault: name,
                processed: false,
                status: None,
                answer: None,
            });
            self.record.submissions.len() - 1
        });
        Begun { submission, fault }
    }

    fn finish(&mut self, begun: &Begun, request: &Request) -> (Reply, Delivery) {
        let early = self.fail_before(begun.fault.as_ref());
        let processed = early.is_none();
        let (mut reply, delivery) = early.unwrap_or_else(|| {
            let reply = self.venue.answer(&mut self.exchange, request);
            fail_after(begun.fault.as_ref(), reply)
        });
        reply.headers.extend(self.venue.limit_headers(self.used.1, self.exchange.now_ms()));
        if let Some(submission) = begun.submission.and_then(|at| self.record.submissions.get_mut(at)) {
            submission.processed = processed;
            let is_answered = matches!(delivery, Delivery::Whole | Delivery::Late(_));
            submission.status = is_answered.then_some(reply.status);
            submission.answer = is_answered.then(|| reply.body.clone());
        }
        self.publish();
        (reply, delivery)
    }

    /// What comes instead of an answer when nothing happens at the venue.
    fn fail_before(&mut self, fault: Option<&Fault>) -> Option<(Reply, Delivery)> {
        let retry_after = self.count();
        let reply = match fault {
            Some(Fault::DropBefore) => return Some((Reply::empty(500), Delivery::Reset)),
            Some(Fault::Forget) => Reply::empty(204),
            Some(Fault::Http503Before) => text(503, "Service Unavailable"),
            Some(Fault::Limited { status, retry_after }) => self.venue.limited(*status, *retry_after),
            Some(Fault::Reject(code)) => self.venue.refuse(code),
            None
            | Some(
                Fault::Delay(_)
                | Fault::DelayBefore(_)
                | Fault::TimeoutAfter
                | Fault::Http500After
                | Fault::ResetAfter
                | Fault::BadJsonAfter
                | Fault::HalfBodyAfter,
            ) => self.venue.limited(429, retry_after?),
        };
        Some((reply, Delivery::Whole))
    }

    /// Seconds to wait, where the minute's questions are used up and the limit is enforced.
    fn count(&mut self) -> Option<u64> {
        let now = self.exchange.now_ms() / 1000;
        if self.used.0 != now / 60 {
            self.used = (now / 60, 0);
        }
        self.used.1 += 1;
        let is_over = self.is_limit_enforced && self.used.1 > self.venue.per_minute();
        is_over.then(|| 60 - u64::try_from(now % 60).unwrap_or_default())
    }

    /// Tells every stream what has happened since the last time.
    pub fn publish(&mut self) {
        for event in std::mem::take(&mut self.exchange.events) {
            for id in self.streams.ids() {
                let says = self.venue.publish(&self.exchange, id, &event);
                self.streams.publish(id, says);
            }
        }
    }

    /// Forgets everything but the open streams.
    pub fn reset(&mut self) {
        self.exchange = Exchange::new(self.venue.profile(), self.exchange.next_id);
        self.faults.clear();
        self.record = Record::default();
        self.is_limit_enforced = false;
        self.streams.fail("ok", 0).expect("a kind it knows");
    }
}

/// What becomes of an answer when all has happened at the venue.
fn fail_after(fault: Option<&Fault>, reply: Reply) -> (Reply, Delivery) {
    match fault {
        Some(Fault::Delay(ms)) => (reply, Delivery::Late(*ms)),
        Some(Fault::TimeoutAfter) => (reply, Delivery::Never),
        Some(Fault::Http500After) => (text(500, "Internal Server Error"), Delivery::Whole),
        Some(Fault::ResetAfter) => (reply, Delivery::Reset),
        Some(Fault::HalfBodyAfter) => (reply, Delivery::Half),
        Some(Fault::BadJsonAfter) => {
            let middle = reply.body.len() / 2;
            let body = format!("{}<oops", reply.body.get(..middle).unwrap_or_default());
            (Reply { body, ..reply }, Delivery::Whole)
        }
        None
        | Some(
            Fault::DelayBefore(_) | Fault::DropBefore | Fault::Forget | Fault::Http503Before | Fault::Limited { .. } | Fault::Reject(_),
        ) => (reply, Delivery::Whole),
    }
}

fn text(status: u16, body: &str) -> Reply {
    Reply { status, headers: vec![("content-type", "text/plain".to_owned())], body: body.to_owned() }
}

fn first_id() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    u64::try_from(since.as_millis()).expect("before the year 500000000")
}
