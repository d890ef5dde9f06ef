//! What the owner of a provider's connection tells the others, as lines of words: a head, then a line for each piece of news.
//!
//! Must never believe what it reads: a line that is not understood makes the message void.

use std::{fmt::Write as _, str::FromStr, str::SplitAsciiWhitespace};

use speedtrade::{
    instrument::Symbol,
    market::{Bar, BookChange, DayStats, Level, MarketEvent, Touch, Trade},
    order::Side,
    time::Timestamp,
};

use crate::market::feeds::{FeedKind, FeedStatus, Wanted};

/// A message is cut here; what is left follows in the next one.
const MESSAGE_BYTES: usize = 64 << 10;
/// Levels of a book that are told, on each side.
pub(super) const LEVELS: usize = 50;
const LEVELS_READ_MAX: usize = 1_000;
const DETAIL_CHARS_MAX: usize = 200;
const WANTED_MAX: usize = 5_000;

/// Who speaks, when, and how its connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) feed: FeedKind,
    pub(super) fence: u64,
    /// Counts the messages of this owner: who misses one knows it.
    pub(super) number: u64,
    pub(super) sent_at: Timestamp,
    /// When the provider was last heard.
    pub(super) heard_at: Timestamp,
    pub(super) status: FeedStatus,
}

pub(super) type News = Vec<(Symbol, MarketEvent)>;

/// One message at least, for a quiet owner is to be heard too. The first has the head's number, the others count on.
pub(super) fn write(head: &Head, news: &[(Symbol, MarketEvent)]) -> Vec<String> {
    let mut messages = vec![write_head(head, 0)];
    for (symbol, event) in news {
        if messages.last().is_some_and(|message| message.len() >= MESSAGE_BYTES) {
            messages.push(write_head(head, messages.len() as u64));
        }
        let text = messages.last_mut().expect("there is one from the start");
        text.push('\n');
        write_event(text, symbol, event);
    }
    messages
}

fn write_head(head: &Head, nth: u64) -> String {
    let Head { feed, fence, number, sent_at, heard_at, status } = head;
    let mut line = format!("{} {fence} {} {} {} ", feed.as_str(), number + nth, sent_at.micros(), heard_at.micros());
    write_status(&mut line, status);
    line
}

fn write_status(text: &mut String, status: &FeedStatus) {
    let plain = |detail: &str| detail.chars().map(|c| if c.is_control() { ' ' } else { c }).take(DETAIL_CHARS_MAX).collect::<String>();
    let written = match status {
        FeedStatus::Idle => text.write_str("idle"),
        FeedStatus::Connecting => text.write_str("connecting"),
        FeedStatus::Live => text.write_str("live"),
        FeedStatus::Silent => text.write_str("silent"),
        FeedStatus::Refused { code, detail } => {
            let code = code.split_whitespace().next().unwrap_or("refused");
            write!(text, "refused {} {}", plain(code), plain(detail))
        }
        FeedStatus::Down { detail } => write!(text, "down {}", plain(detail)),
    };
    written.expect("a text takes everything");
}

fn write_event(text: &mut String, symbol: &Symbol, event: &MarketEvent) {
    let written = match event {
        MarketEvent::Trade(Trade { price, qty, time, taker }) => {
            let taker = match taker {
                Some(Side::Buy) => 'b',
                Some(Side::Sell) => 's',
                None => '-',
            };
            write!(text, "t {symbol} {price} {qty} {} {taker}", time.micros())
        }
        MarketEvent::Touch(Touch { bid, ask, bid_size, ask_size, time }) => {
            write!(text, "q {symbol} {bid} {ask} {bid_size} {ask_size} {}", time.micros())
        }
        MarketEvent::Day(DayStats { last, prev_close, open, high, low, volume, time }) => {
            let prev_close = prev_close.map_or("-".to_owned(), |price| price.to_string());
            write!(text, "d {symbol} {last} {prev_close} {open} {high} {low} {volume} {}", time.micros())
        }
        MarketEvent::Minute(Bar { t, o, h, l, c, v }) => write!(text, "m {symbol} {} {o} {h} {l} {c} {v}", t.micros()),
        MarketEvent::Book(BookChange::Lost) => write!(text, "x {symbol}"),
        MarketEvent::Book(BookChange::Snapshot { bids, asks }) => write_levels(text, 'b', symbol, bids, asks),
        MarketEvent::Book(BookChange::Levels { bids, asks }) => write_levels(text, 'l', symbol, bids, asks),
    };
    written.expect("a text takes everything");
}

fn write_levels(text: &mut String, tag: char, symbol: &Symbol, bids: &[Level], asks: &[Level]) -> std::fmt::Result {
    write!(text, "{tag} {symbol} {}", bids.len())?;
    bids.iter().chain(asks).try_for_each(|level| write!(text, " {} {}", level.price, level.qty))
}

/// The head alone, to see whether the rest is worth reading.
pub(super) fn read_head(text: &str) -> Option<Head> {
    let line = text.lines().next()?;
    let mut words = line.splitn(6, ' ');
    let feed = words.next()?.parse().ok()?;
    let [fence, number] = [words.next()?, words.next()?].map(|word| word.parse().ok());
    let [sent_at, heard_at] = [words.next()?, words.next()?].map(|word| word.parse().ok().map(Timestamp::from_micros));
    Some(Head { feed, fence: fence?, number: number?, sent_at: sent_at?, heard_at: heard_at?, status: read_status(words.next()?)? })
}

fn read_status(text: &str) -> Option<FeedStatus> {
    let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
    let short = |text: &str| text.chars().take(DETAIL_CHARS_MAX).collect::<String>();
    match word {
        "idle" => Some(FeedStatus::Idle),
        "connecting" => Some(FeedStatus::Connecting),
        "live" => Some(FeedStatus::Live),
        "silent" => Some(FeedStatus::Silent),
        "down" => Some(FeedStatus::Down { detail: short(rest) }),
        "refused" => {
            let (code, detail) = rest.split_once(' ').unwrap_or((rest, ""));
            Some(FeedStatus::Refused { code: short(code), detail: short(detail) })
        }
        _ => None,
    }
}

pub(super) fn read_news(text: &str) -> Option<News> {
    text.lines().skip(1).map(read_event).collect()
}

fn read_event(line: &str) -> Option<(Symbol, MarketEvent)> {
    let mut words = line.split_ascii_whitespace();
    let (tag, symbol) = (words.next()?, next(&mut words)?);
    let event = match tag {
        "t" => {
            let (price, qty, time) = (next(&mut words)?, next(&mut words)?, time(&mut words)?);
            let taker = match words.next()? {
                "b" => Some(Side::Buy),
                "s" => Some(Side::Sell),
                _ => None,
            };
            MarketEvent::Trade(Trade { price, qty, time, taker })
        }
        "q" => {
            let [bid, ask] = [next(&mut words)?, next(&mut words)?];
            let [bid_size, ask_size] = [next(&mut words)?, next(&mut words)?];
            MarketEvent::Touch(Touch { bid, ask, bid_size, ask_size, time: time(&mut words)? })
        }
        "d" => {
            let last = next(&mut words)?;
            let prev_close = match words.next()? {
                "-" => None,
                price => Some(price.parse().ok()?),
            };
            let [open, high, low] = [next(&mut words)?, next(&mut words)?, next(&mut words)?];
            MarketEvent::Day(DayStats { last, prev_close, open, high, low, volume: next(&mut words)?, time: time(&mut words)? })
        }
        "m" => {
            let begun = time(&mut words)?;
            let [open, high, low, close] = [next(&mut words)?, next(&mut words)?, next(&mut words)?, next(&mut words)?];
            MarketEvent::Minute(Bar { t: begun, o: open, h: high, l: low, c: close, v: next(&mut words)? })
        }
        "x" => MarketEvent::Book(BookChange::Lost),
        "b" => {
            let (bids, asks) = levels(&mut words)?;
            MarketEvent::Book(BookChange::Snapshot { bids, asks })
        }
        "l" => {
            let (bids, asks) = levels(&mut words)?;
            MarketEvent::Book(BookChange::Levels { bids, asks })
        }
        _ => return None,
    };
    words.next().is_none().then_some((symbol, event))
}

fn next<T: FromStr>(words: &mut SplitAsciiWhitespace<'_>) -> Option<T> {
    words.next()?.parse().ok()
}

fn time(words: &mut SplitAsciiWhitespace<'_>) -> Option<Timestamp> {
    next(words).map(Timestamp::from_micros)
}

fn levels(words: &mut SplitAsciiWhitespace<'_>) -> Option<(Vec<Level>, Vec<Level>)> {
    let count: usize = next(words)?;
    let mut bids = Vec::new();
    while let Some(price) = words.next() {
        bids.push(Level { price: price.parse().ok()?, qty: next(words)? });
    }
    if count > bids.len() || bids.len() > LEVELS_READ_MAX {
        return None;
    }
    let asks = bids.split_off(count);
    Some((bids, asks))
}

/// What a host's clients look at of one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Looking {
    pub(super) feed: FeedKind,
    /// What was told of these before counts no more: it is to be told again.
    pub(super) is_anew: bool,
    pub(super) wanted: Wanted,
}

/// A symbol a word, those with depth marked.
pub(super) fn write_looking(looking: &Looking) -> String {
    let Looking { feed, is_anew, wanted } = looking;
    let word = |symbol: &Symbol| if wanted.books.contains(symbol) { format!("+{symbol}") } else { symbol.to_string() };
    let head = [feed.as_str(), if *is_anew { "anew" } else { "still" }].map(str::to_owned);
    let words: Vec<_> = head.into_iter().chain(wanted.quotes.iter().map(word)).collect();
    words.join(" ")
}

pub(super) fn read_looking(text: &str) -> Option<Looking> {
    let mut words = text.split_ascii_whitespace();
    let feed = next(&mut words)?;
    let is_anew = match words.next()? {
        "anew" => true,
        "still" => false,
        _ => return None,
    };
    let mut wanted = Wanted::default();
    for word in words.take(WANTED_MAX) {
        let symbol: Symbol = word.trim_start_matches('+').parse().ok()?;
        if word.starts_with('+') {
            wanted.books.insert(symbol.clone());
        }
        wanted.quotes.insert(symbol);
    }
    Some(Looking { feed, is_anew, wanted })
}

#[cfg(test)]
mod tests;
