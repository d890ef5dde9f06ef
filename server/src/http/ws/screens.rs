//! A window on a screen that one connection follows: told when rows enter, leave or change places, at most once a second.
//! The prices of the rows are followed like all prices.

use std::time::Duration;

use speedtrade::{
    instrument::Symbol,
    screener::ScreenQuery,
    wire::{ScreenUpdate, ServerFrame},
};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;

use super::frame;
use crate::services::{ServiceError, quotes::Quotes};

const ROWS_DEFAULT: usize = 50;
pub(super) const ROWS_MAX: usize = 200;
const EVERY: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Screen {
    query: ScreenQuery,
    offset: usize,
    limit: usize,
    told: Option<(usize, Vec<Symbol>)>,
    due: Instant,
}

impl Screen {
    /// Checks the query by asking it once.
    pub(super) fn follow(quotes: &Quotes, query: ScreenQuery, offset: usize, limit: Option<usize>) -> Result<Self, ServiceError> {
        quotes.found(&query, 0, 0)?;
        let limit = limit.unwrap_or(ROWS_DEFAULT).clamp(1, ROWS_MAX);
        Ok(Self { query, offset, limit, told: None, due: Instant::now() })
    }

    pub(super) fn take_changed(&mut self, quotes: &Quotes) -> Option<Message> {
        let now = Instant::now();
        if now < self.due {
            return None;
        }
        self.due = now + EVERY;
        let update = quotes.found(&self.query, self.offset, self.limit).ok()?;
        let told = Some(told(&update));
        if self.told == told {
            return None;
        }
        self.told = told;
        frame(&ServerFrame::ScreenUpdate(update))
    }
}

fn told(update: &ScreenUpdate) -> (usize, Vec<Symbol>) {
    (update.total, update.rows.iter().map(|row| row.symbol.clone()).collect())
}
