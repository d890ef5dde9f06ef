//! The running session of every instrument: folds second by second what history would compute at once.
//!
//! Whole seconds, four phases: an instrument publishes at most once a second, a quarter of them in each 250 ms slot.

use speedtrade::{
    market::{Calendar, Quote},
    time::{SECOND_US, Timestamp},
};

use super::{
    InstrumentId,
    sessions::Session,
    sim::{Day, Detail, Minute, Model, TickBar, Touch},
};

const PHASES_US: [i64; 4] = [0, 250_000, 500_000, 750_000];
/// A gap up to this is folded second by second; after a longer one the session is computed anew.
const FOLD_S_MAX: i64 = 60;

/// Where in a second an instrument publishes.
pub(super) fn phase_us(id: InstrumentId) -> i64 {
    PHASES_US[id.index() % PHASES_US.len()]
}

/// The second that the market shows for an instrument at this time.
pub(super) fn second_at(id: InstrumentId, now: Timestamp) -> i64 {
    now.plus_micros(-phase_us(id)).seconds()
}

/// The latest session of a calendar and the one before it; asks the calendar only when a session ends.
#[derive(Debug, Clone)]
pub(super) struct SessionClock {
    calendar: Calendar,
    latest: Session,
    before: Session,
}

impl SessionClock {
    pub(super) fn new(calendar: Calendar, second: i64) -> Self {
        let latest = Session::latest(calendar, second);
        Self { calendar, latest, before: latest.before(calendar) }
    }

    pub(super) fn at(&mut self, second: i64) -> (Session, Session) {
        if !self.latest.is_latest_at(second) {
            *self = Self::new(self.calendar, second);
        }
        (self.latest, self.before)
    }
}

#[derive(Debug)]
pub(super) struct Running {
    session: Session,
    day: Day,
    /// The session so far.
    bar: TickBar,
    prev_close: i64,
    /// Last folded second, what it showed, and the minute that it is in.
    second: i64,
    touch: Touch,
    minute: Option<Minute>,
    /// False until high and low of the seconds before the start are exact too.
    is_exact: bool,
}

impl Running {
    pub(super) fn new(model: &Model, sessions: &mut SessionClock, second: i64) -> Self {
        let (session, before) = sessions.at(second);
        let day = model.day(session.day());
        let second = second.min(session.close - 1);
        let bar = model.span(&day, &session.seconds(second), Detail::Coarse);
        let prev_close = model.touch(&model.day(before.day()), before.close - 1).price;
        Self { session, day, bar, prev_close, second, touch: model.touch(&day, second), minute: None, is_exact: false }
    }

    /// Folds up to `second`. False when there is nothing new: the clock stood still or the market is closed.
    pub(super) fn advance(&mut self, model: &Model, sessions: &mut SessionClock, second: i64) -> bool {
        let until = second.min(self.session.close - 1);
        if second >= self.session.next_open || until - self.second > FOLD_S_MAX {
            *self = Self::new(model, sessions, second);
            return true;
        }
        let is_new = until > self.second;
        for second in self.second + 1..=until {
            self.touch = model.extend(&mut self.bar, &self.day, &mut self.minute, second);
            self.second = second;
        }
        is_new
    }

    /// Makes high and low exact; false when they are so already.
    pub(super) fn refine(&mut self, model: &Model) -> bool {
        let is_rough = !std::mem::replace(&mut self.is_exact, true);
        if is_rough {
            self.bar = model.span(&self.day, &self.session.seconds(self.second), Detail::Exact);
        }
        is_rough
    }

    pub(super) fn quote(&self, model: &Model, id: InstrumentId) -> Quote {
        let touch = self.touch;
        let [bid_size, ask_size] = model.sizes(self.second);
        let time = Timestamp::from_micros(self.second * SECOND_US + phase_us(id));
        Quote {
            price: model.price(touch.price),
            bid: model.price(touch.bid),
            ask: model.price(touch.ask),
            bid_size,
            ask_size,
            prev_close: model.price(self.prev_close),
            open: model.price(self.bar.open),
            high: model.price(self.bar.high),
            low: model.price(self.bar.low),
            volume: model.qty(self.bar.volume),
            time,
            touched_at: time,
        }
    }
}
