//! The built-in market at work: steps every instrument through its seconds and answers for its past.
//!
//! Knows nothing of real feeds. A panic in here would be a bug of one instrument; the others go on.

use std::sync::{Mutex, MutexGuard, PoisonError};

use speedtrade::{
    market::{Bar, Book, BookChange, Calendar, Quote, Trade},
    money::Price,
    order::Side,
    time::{SECOND_US, Timestamp},
};
use tokio::sync::Semaphore;

use super::{
    Catalog, InstrumentId,
    history::{History, Subject, Wanted},
    live::{Running, SessionClock, phase_us, second_at},
    sessions::Session,
    sim::{Model, depth},
};

/// Instruments looked at before the thread may be given to others: some 0.2 ms.
const PIECE: usize = 512;

/// Histories made at once; the rest wait their turn, at most one for each request being served.
const HISTORIES_MAX: usize = 2;

#[derive(Debug)]
pub(super) struct Simulated {
    pub(super) models: Vec<Model>,
    state: Mutex<State>,
    history: History,
    pub(super) histories: Semaphore,
}

#[derive(Debug)]
struct State {
    running: Vec<Running>,
    stocks: SessionClock,
    crypto: SessionClock,
}

pub(super) type Changed = Vec<(InstrumentId, Quote)>;

impl Simulated {
    /// `calendar` is that of stocks; crypto always trades.
    pub(super) fn new(seed: u64, catalog: &Catalog, calendar: Calendar, now: Timestamp) -> Self {
        let models: Vec<_> = catalog.ids().map(|id| Model::new(seed, catalog.get(id), catalog.traits(id))).collect();
        let mut stocks = SessionClock::new(calendar, now.seconds());
        let mut crypto = SessionClock::new(Calendar::AlwaysOpen, now.seconds());
        let running = catalog.ids().map(|id| {
            let sessions = if catalog.is_crypto(id) { &mut crypto } else { &mut stocks };
            Running::new(&models[id.index()], sessions, second_at(id, now))
        });
        let running = running.collect();
        let state = Mutex::new(State { running, stocks, crypto });
        Self { models, state, history: History::new(), histories: Semaphore::new(HISTORIES_MAX) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn model(&self, id: InstrumentId) -> &Model {
        &self.models[id.index()]
    }

    pub(super) fn quote(&self, id: InstrumentId) -> Quote {
        self.lock().running[id.index()].quote(self.model(id), id)
    }

    /// The instruments whose second has changed, one piece of the catalog after the other. None of a market that is closed.
    pub(super) fn step<'a>(&'a self, catalog: &'a Catalog, now: Timestamp) -> impl Iterator<Item = Changed> + 'a {
        let starts = (0..catalog.len()).step_by(PIECE);
        starts.map(move |start| self.step_piece(catalog, start, now))
    }

    fn step_piece(&self, catalog: &Catalog, start: usize, now: Timestamp) -> Changed {
        let mut state = self.lock();
        let State { running, stocks, crypto } = &mut *state;
        let piece = running.iter_mut().enumerate().skip(start).take(PIECE);
        let changed = piece.filter_map(|(row, running)| {
            let (id, model) = (InstrumentId::nth(row), &self.models[row]);
            let sessions = if catalog.is_crypto(id) { &mut *crypto } else { &mut *stocks };
            running.advance(model, sessions, second_at(id, now)).then(|| (id, running.quote(model, id)))
        });
        changed.collect()
    }

    /// Makes the day's high and low exact for the first few instruments that started with a rough one.
    pub(super) fn refine(&self, catalog: &Catalog, count: usize) -> Changed {
        let mut state = self.lock();
        let rough = catalog.ids().zip(&mut state.running);
        let refined = rough.filter_map(|(id, running)| {
            let model = self.model(id);
            running.refine(model).then(|| (id, running.quote(model, id)))
        });
        refined.take(count).collect()
    }

    /// The quote with an exact high and low, when it was rough until now.
    pub(super) fn refine_one(&self, id: InstrumentId) -> Option<Quote> {
        let mut state = self.lock();
        let (model, running) = (self.model(id), &mut state.running[id.index()]);
        running.refine(model).then(|| running.quote(model, id))
    }

    pub(super) fn bars(&self, id: InstrumentId, calendar: Calendar, quote: Quote, wanted: &Wanted) -> Vec<Bar> {
        let subject = Subject { id, model: self.model(id), calendar, quote };
        self.history.bars(&subject, wanted)
    }

    /// What the market showed as the price at that time; while closed, the last one before.
    pub(super) fn price_at(&self, id: InstrumentId, calendar: Calendar, at: Timestamp) -> Price {
        let model = self.model(id);
        let second = second_at(id, at);
        let session = Session::latest(calendar, second);
        let ticks = model.touch(&model.day(session.day()), second.min(session.close - 1)).price;
        model.price(ticks)
    }

    /// The prints of the seconds after `after` up to the quote's, oldest first, at most `count`: one a second, none of a
    /// second without volume. Also the last second looked at.
    pub(super) fn tape(&self, id: InstrumentId, calendar: Calendar, quote: &Quote, after: i64, count: usize) -> (i64, Vec<Trade>) {
        let model = self.model(id);
        let last = quote.time.plus_micros(-phase_us(id)).seconds();
        let session = Session::latest(calendar, last);
        let day = model.day(session.day());
        let seconds = session.open.max(after.saturating_add(1))..=last.min(session.close - 1);
        let newest_first = seconds.rev().map(|second| {
            let (touch, units) = (model.touch(&day, second), model.traded(&day, second));
            let taker = if touch.price == touch.ask { Side::Buy } else { Side::Sell };
            let time = Timestamp::from_micros(second * SECOND_US + phase_us(id));
            Trade { price: model.price(touch.price), qty: model.qty(units), time, taker: Some(taker) }
        });
        let mut prints: Vec<_> = newest_first.filter(|print| !print.qty.is_zero()).take(count).collect();
        prints.reverse();
        (last, prints)
    }
}

/// Depth around a simulated quote: a function of its second, like everything here.
pub(super) fn book(id: InstrumentId, tick: Price, quote: &Quote, levels: usize) -> Book {
    let mut book = Book::default();
    let (bids, asks) = depth::ladder(id.index() as u64, tick, quote, levels);
    book.apply(&BookChange::Snapshot { bids, asks });
    book
}
