//! Bars of the past and the forming one, made from the same path as the live quotes. Stores nothing that must survive.

use speedtrade::{
    market::{Bar, Calendar, Quote, Timeframe},
    time::{SECOND_US, Timestamp},
};

use super::{
    InstrumentId,
    cache::{Bars, Cache},
    sessions::{DAY_S, Session, backward},
    sim::{Detail, Model, TickBar},
};

/// Sessions with minutes, and bars shorter than a day.
pub const INTRADAY_SESSIONS: usize = 5;
/// Days with daily and weekly bars.
pub const DAILY_DAYS: i64 = 730;

/// Which bars are wanted: those that start in `from..=to`, the newest `limit` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub timeframe: Timeframe,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub limit: usize,
}

#[derive(Debug)]
pub(super) struct History {
    /// 1-minute bars of a finished session.
    minutes: Cache<(InstrumentId, i64)>,
    /// Daily bars of finished sessions, oldest first, as of a day.
    days: Cache<(InstrumentId, i64)>,
}

/// One instrument up to its latest quote.
pub(super) struct Subject<'a> {
    pub(super) id: InstrumentId,
    pub(super) model: &'a Model,
    pub(super) calendar: Calendar,
    pub(super) quote: Quote,
}

impl Wanted {
    fn holds(&self, bar: &Bar) -> bool {
        self.from.is_none_or(|from| bar.t >= self.timeframe.bar_start(from)) && self.to.is_none_or(|to| bar.t <= to)
    }

    /// Keeps what is wanted of bars in time order.
    pub(crate) fn newest(&self, bars: Vec<Bar>) -> Vec<Bar> {
        let mut bars: Vec<Bar> = bars.into_iter().filter(|bar| self.holds(bar)).collect();
        bars.drain(..bars.len().saturating_sub(self.limit));
        bars
    }
}

impl History {
    /// About 8 MB and 4 MB when full.
    pub(super) fn new() -> Self {
        Self { minutes: Cache::new(128), days: Cache::new(128) }
    }

    pub(super) fn bars(&self, subject: &Subject, wanted: &Wanted) -> Vec<Bar> {
        let bars = match wanted.timeframe {
            Timeframe::M1 | Timeframe::M5 | Timeframe::M15 | Timeframe::H1 => self.intraday(subject, wanted),
            Timeframe::D1 => self.daily(subject, wanted.limit_before_range()),
            Timeframe::W1 => Bar::fold(&self.daily(subject, wanted.limit_before_range().saturating_mul(7)), Timeframe::W1),
        };
        wanted.newest(bars)
    }

    fn intraday(&self, subject: &Subject, wanted: &Wanted) -> Vec<Bar> {
        let through = subject.quote.time.seconds();
        let mut newest_first: Vec<Vec<Bar>> = Vec::new();
        let mut found = 0;
        for session in backward(subject.calendar, through).take(INTRADAY_SESSIONS) {
            let minutes: Vec<Bar> = self.session(subject, &session, through, wanted).iter().map(|bar| subject.model.bar(bar)).collect();
            let bars = wanted.newest(Bar::fold(&minutes, wanted.timeframe));
            found += bars.len();
            newest_first.push(bars);
            if found >= wanted.limit {
                break;
            }
        }
        newest_first.into_iter().rev().flatten().collect()
    }

    /// The minutes of a session; those of a running one are made anew each time, no more of them than are wanted.
    fn session(&self, subject: &Subject, session: &Session, through: i64, wanted: &Wanted) -> Bars {
        let mut seconds = session.seconds(through);
        let make = |seconds| subject.model.minutes(&subject.model.day(session.day()), seconds).into();
        if through < session.close - 1 {
            if let Some(from) = wanted.newest_from(through) {
                seconds.start = seconds.start.max(from - session.day() * DAY_S);
            }
            return make(&seconds);
        }
        self.minutes.get_or((subject.id, session.day()), |_| true, || make(&seconds))
    }

    /// The newest `limit` days; the last is the latest session as its quote has it.
    fn daily(&self, subject: &Subject, limit: usize) -> Vec<Bar> {
        let latest = Session::latest(subject.calendar, subject.quote.time.seconds());
        let span = usize::try_from(DAILY_DAYS).expect("a small constant");
        let past_wanted = limit.clamp(1, span) - 1;
        let is_enough = |bars: &Bars| bars.len() >= past_wanted || bars.len() == finished(subject.calendar, &latest).count();
        let past = self.days.get_or((subject.id, latest.day()), is_enough, || finished_days(subject, &latest, past_wanted));
        let past = past[past.len().saturating_sub(past_wanted)..].iter();
        let as_day = |bar: Bar| Bar { t: Timeframe::D1.bar_start(bar.t), ..bar };
        past.map(|bar| as_day(subject.model.bar(bar))).chain([as_day(day_of(&subject.quote))]).collect()
    }
}

impl Wanted {
    /// The second with which the newest bars begin, where nothing else than their number says so.
    fn newest_from(&self, through: i64) -> Option<i64> {
        let step = self.timeframe.step_us() / SECOND_US;
        let before = i64::try_from(self.limit.saturating_sub(1)).unwrap_or(i64::MAX).saturating_mul(step);
        (self.from.is_none() && self.to.is_none()).then(|| through.div_euclid(step).saturating_mul(step).saturating_sub(before))
    }

    /// With an end in the past, the newest days may all be dropped: then ask for all.
    fn limit_before_range(&self) -> usize {
        if self.to.is_some() { usize::MAX } else { self.limit }
    }
}

fn day_of(quote: &Quote) -> Bar {
    Bar { t: quote.time, o: quote.open, h: quote.high, l: quote.low, c: quote.price, v: quote.volume }
}

/// The sessions before `latest` that daily bars reach back to, newest first.
fn finished(calendar: Calendar, latest: &Session) -> impl Iterator<Item = Session> {
    let first_day = latest.day() - DAILY_DAYS + 1;
    backward(calendar, latest.open).skip(1).take_while(move |session| session.day() >= first_day)
}

fn finished_days(subject: &Subject, latest: &Session, count: usize) -> Bars {
    let mut sessions: Vec<Session> = finished(subject.calendar, latest).take(count).collect();
    sessions.reverse();
    let Some(first) = sessions.first().map(Session::day) else { return Bars::from([]) };
    let days = subject.model.days(first, latest.day());
    let bar = |session: &Session| -> TickBar {
        let nth = usize::try_from(session.day() - first).expect("sessions are in order");
        subject.model.span(&days[nth], &session.seconds(session.close), Detail::Exact)
    };
    sessions.iter().map(bar).collect()
}
