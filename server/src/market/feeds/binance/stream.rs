//! Binance's combined stream: subscriptions within its limits, depth with its snapshots, its good-byes.
//! A book is asked for only after its subscription is confirmed, so that no change can fall between.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use speedtrade::instrument::Symbol;

use super::{
    BinanceConfig, Decoded, Decoder, Names,
    book::TooOld,
    client::{self, read_depth},
};
use crate::market::feeds::{Change, Context, Endpoint, FeedError, FeedKind, Fetched, Habits, Heard, Protocol, Rate, Rest, Undecodable};

const KIND: FeedKind = FeedKind::Binance;
/// Of one connection; what is wanted beyond is not subscribed, and the log says so.
const STREAMS_MAX: usize = 1_024;
/// Snapshots of so many books fit in the weight of one minute.
const BOOKS_MAX: usize = 100;
/// Streams named in one message.
const STREAMS_A_MESSAGE: usize = 100;
/// Until a failed or outdated snapshot is asked for again; doubled each time.
const ASK_AGAIN: Duration = Duration::from_millis(250);
const ASK_AGAIN_MAX: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub struct BinanceStream {
    url: String,
    names: Names,
    rest: Rest,
    decoder: Decoder,
    streams: BTreeSet<String>,
    /// By Binance's name.
    books: HashMap<String, Question>,
    /// Books whose subscription is on its way, by the id of the request.
    unconfirmed: HashMap<u64, Vec<String>>,
    last_id: u64,
}

/// How a book's snapshot is being asked for.
#[derive(Debug, Clone, Copy, Default)]
struct Question {
    ticket: u64,
    tries: u32,
}

impl BinanceStream {
    pub fn new(config: &BinanceConfig) -> Result<Self, FeedError> {
        Ok(Self {
            url: format!("{}/stream", config.ws.trim_end_matches('/')),
            names: config.names.clone(),
            rest: client::rest(config)?,
            decoder: Decoder::new(KIND, config.names.clone()),
            streams: BTreeSet::new(),
            books: HashMap::new(),
            unconfirmed: HashMap::new(),
            last_id: 0,
        })
    }

    fn new_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    fn request(&mut self, method: &str, streams: &[String], context: &mut Context<'_>) {
        for streams in streams.chunks(STREAMS_A_MESSAGE) {
            let id = self.new_id();
            let books: Vec<String> = streams.iter().filter_map(|stream| Some(stream.strip_suffix(DEPTH)?.to_ascii_uppercase())).collect();
            if method == SUBSCRIBE && !books.is_empty() {
                self.unconfirmed.insert(id, books);
            }
            context.out.send(serde_json::json!({"method": method, "params": streams, "id": id}).to_string());
        }
    }

    fn leave(&mut self, change: &Change, context: &mut Context<'_>) {
        let mut gone = Vec::new();
        for code in change.quotes_removed.iter().filter_map(|symbol| self.decoder.code(symbol)) {
            gone.extend(quote_streams(&code));
        }
        for symbol in &change.books_removed {
            let Some(code) = self.decoder.code(symbol) else { continue };
            self.books.remove(&code);
            self.decoder.close_book(&code);
            gone.push(depth_stream(&code));
        }
        gone.retain(|stream| self.streams.remove(stream));
        self.request(UNSUBSCRIBE, &gone, context);
    }

    fn join(&mut self, change: &Change, context: &mut Context<'_>) {
        let (mut new, mut left_out) = (Vec::new(), 0);
        for symbol in &change.quotes_added {
            let Some(code) = self.decoder.follow(symbol) else { continue };
            let streams = quote_streams(&code);
            if self.streams.len() + streams.len() > STREAMS_MAX {
                left_out += 1;
                continue;
            }
            new.extend(streams.into_iter().filter(|stream| self.streams.insert(stream.clone())));
        }
        for symbol in &change.books_added {
            let Some(code) = self.decoder.follow(symbol) else { continue };
            if self.streams.len() >= STREAMS_MAX || self.books.len() >= BOOKS_MAX {
                left_out += 1;
                continue;
            }
            self.books.insert(code.clone(), Question::default());
            self.decoder.open_book(&code);
            let stream = depth_stream(&code);
            self.streams.insert(stream.clone());
            new.push(stream);
        }
        if left_out > 0 {
            tracing::warn!(feed = ?KIND, left_out, "more instruments are looked at than one connection may carry");
        }
        self.request(SUBSCRIBE, &new, context);
    }

    /// Asks for the snapshot of a book that is still looked at.
    fn ask(&mut self, code: &str, wait: Duration, context: &mut Context<'_>) {
        let ticket = self.new_id();
        let (Some(question), Some(symbol)) = (self.books.get_mut(code), self.names.symbol(code)) else { return };
        question.ticket = ticket;
        let (rest, code) = (self.rest.clone(), code.to_owned());
        context.out.fetch(Box::pin(async move {
            tokio::time::sleep(wait).await;
            let answer = client::depth(&rest, &code).await;
            Fetched { symbol, ticket, answer }
        }));
    }

    fn ask_again(&mut self, code: &str, at_least: Duration, context: &mut Context<'_>) {
        let Some(question) = self.books.get_mut(code) else { return };
        let wait = ASK_AGAIN.saturating_mul(1 << question.tries.min(10)).min(ASK_AGAIN_MAX);
        question.tries += 1;
        self.ask(code, wait.max(at_least), context);
    }

    fn snapshot(&mut self, symbol: &Symbol, code: &str, body: &[u8], context: &mut Context<'_>) -> Result<(), FeedError> {
        let snapshot = read_depth(body)?;
        let Some(book) = self.decoder.book(code) else { return Ok(()) };
        match book.snapshot(snapshot.last_id, snapshot.bids, snapshot.asks) {
            Ok(changes) => {
                for change in changes {
                    context.event(KIND, symbol, speedtrade::market::MarketEvent::Book(change));
                }
                self.books.insert(code.to_owned(), Question::default());
            }
            Err(TooOld) => self.ask_again(code, Duration::ZERO, context),
        }
        Ok(())
    }

    fn failed(id: Option<u64>, code: i64, message: &str) -> Result<Heard, Undecodable> {
        match code {
            -1003 => Ok(Heard::Reconnect { detail: format!("too many requests: {message}") }),
            _ => Err(Undecodable { reason: format!("request {id:?} was refused: {message} ({code})") }),
        }
    }
}

const SUBSCRIBE: &str = "SUBSCRIBE";
const UNSUBSCRIBE: &str = "UNSUBSCRIBE";
const DEPTH: &str = "@depth@100ms";

fn quote_streams(code: &str) -> [String; 3] {
    let code = code.to_ascii_lowercase();
    [format!("{code}@bookTicker"), format!("{code}@trade"), format!("{code}@ticker")]
}

fn depth_stream(code: &str) -> String {
    format!("{}{DEPTH}", code.to_ascii_lowercase())
}

impl Protocol for BinanceStream {
    fn kind(&self) -> FeedKind {
        KIND
    }

    fn endpoint(&self, _: speedtrade::time::Timestamp) -> Endpoint {
        Endpoint { url: self.url.clone(), headers: Vec::new() }
    }

    fn habits(&self) -> Habits {
        Habits {
            // Five are allowed; one is left for the answer to a ping.
            rate: Rate::per_second(4),
            frame_max: 4 << 20,
            speaks_every: Some(Duration::from_mins(1)),
            age_max: Duration::from_hours(23),
        }
    }

    fn opened(&mut self, _: &mut Context<'_>) -> Heard {
        self.decoder.forget_all();
        self.streams.clear();
        self.books.clear();
        self.unconfirmed.clear();
        Heard::Ready
    }

    fn subscribe(&mut self, change: &Change, context: &mut Context<'_>) {
        self.leave(change, context);
        self.join(change, context);
    }

    fn decode(&mut self, frame: &str, context: &mut Context<'_>) -> Result<Heard, Undecodable> {
        match self.decoder.decode(frame, context.now, context.sink)? {
            Decoded::Data | Decoded::Ignored => Ok(Heard::Fine),
            Decoded::Unknown => Ok(Heard::Unknown),
            Decoded::Shutdown => Ok(Heard::Reconnect { detail: "the server is going to shut down".to_owned() }),
            Decoded::Failed { id, code, message } => Self::failed(id, code, &message),
            Decoded::Gap(code) => {
                self.ask(&code, Duration::ZERO, context);
                Ok(Heard::Fine)
            }
            Decoded::Done { id } => {
                for code in self.unconfirmed.remove(&id).unwrap_or_default() {
                    self.ask(&code, Duration::ZERO, context);
                }
                Ok(Heard::Fine)
            }
        }
    }

    fn fetched(&mut self, fetched: Fetched, context: &mut Context<'_>) -> Heard {
        let Some(code) = self.decoder.code(&fetched.symbol) else { return Heard::Fine };
        if self.books.get(&code).is_none_or(|question| question.ticket != fetched.ticket) {
            return Heard::Fine;
        }
        let outcome = fetched.answer.and_then(|body| self.snapshot(&fetched.symbol, &code, &body, context));
        match outcome {
            Ok(()) => {}
            Err(FeedError::RateLimited { retry_after }) => self.ask_again(&code, retry_after.unwrap_or(ASK_AGAIN_MAX), context),
            Err(error @ (FeedError::Unavailable { .. } | FeedError::Decode { .. })) => {
                tracing::warn!(feed = ?KIND, code, %error, "no depth snapshot yet");
                self.ask_again(&code, Duration::ZERO, context);
            }
            Err(error @ (FeedError::Unauthorized { .. } | FeedError::PlanTooSmall { .. } | FeedError::Refused { .. })) => {
                tracing::warn!(feed = ?KIND, code, %error, "there is no depth of it");
            }
        }
        Heard::Fine
    }
}
