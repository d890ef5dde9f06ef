//! The open sockets: who is told what, and how a stream that was ordered to fail fails.
//!
//! A connection's queue is bounded; one that does not read is hung up on.

use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::venue::Say;

const QUEUE_MAX: usize = 10_000;

pub enum Order {
    Say(Say),
    /// Hang up without a word.
    Drop,
    /// Neither read nor say anything any more, the socket stays open.
    HalfOpen,
}

struct Connection {
    id: u64,
    orders: Sender<Order>,
    /// Overtaken by the next message.
    overtaken: Option<Say>,
}

#[derive(Default)]
pub struct Streams {
    connections: Vec<Connection>,
    next_id: u64,
    is_silent: bool,
    duplicates: u64,
    reorders: u64,
    gaps: u64,
}

impl Streams {
    pub fn open(&mut self) -> (u64, Receiver<Order>) {
        let (orders, ordered) = channel(QUEUE_MAX);
        self.next_id += 1;
        self.connections.push(Connection { id: self.next_id, orders, overtaken: None });
        (self.next_id, ordered)
    }

    pub fn close(&mut self, id: u64) {
        self.connections.retain(|one| one.id != id);
    }

    pub fn ids(&self) -> Vec<u64> {
        self.connections.iter().map(|one| one.id).collect()
    }

    /// `times` counts messages, for the kinds that count.
    pub fn fail(&mut self, kind: &str, times: u64) -> Result<(), String> {
        match kind {
            "drop" => self.order_all(|| Order::Drop),
            "half_open" => self.order_all(|| Order::HalfOpen),
            "silence" => self.is_silent = true,
            "duplicate" => self.duplicates += times,
            "reorder" => self.reorders += times,
            "gap" => self.gaps += times,
            "ok" => (self.is_silent, self.duplicates, self.reorders, self.gaps) = (false, 0, 0, 0),
            _ => return Err(format!("no fault of a stream is called {kind:?}")),
        }
        Ok(())
    }

    fn order_all(&mut self, order: impl Fn() -> Order) {
        self.connections.retain(|one| one.orders.try_send(order()).is_ok());
    }

    /// An answer: faults of the stream do not touch it.
    pub fn answer(&mut self, id: u64, says: Vec<Say>) {
        let Some(connection) = self.connections.iter().find(|one| one.id == id) else { return };
        let is_heard = says.into_iter().all(|say| connection.orders.try_send(Order::Say(say)).is_ok());
        if !is_heard {
            self.close(id);
        }
    }

    /// What happened, as far as the ordered faults let it through.
    pub fn publish(&mut self, id: u64, says: Vec<Say>) {
        for say in says {
            if self.is_silent {
                continue;
            }
            if self.gaps > 0 {
                self.gaps -= 1;
                continue;
            }
            let Some(connection) = self.connections.iter_mut().find(|one| one.id == id) else { return };
            if self.reorders > 0 && connection.overtaken.is_none() {
                self.reorders -= 1;
                connection.overtaken = Some(say);
                continue;
            }
            let mut told = vec![say];
            if self.duplicates > 0 {
                self.duplicates -= 1;
                told.extend(told.clone());
            }
            told.extend(connection.overtaken.take());
            self.answer(id, told);
        }
    }
}
