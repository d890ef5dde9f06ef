//! Binance's payloads as they stand in its documents, read without copying text. Must never leave this folder.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;
use speedtrade::{
    market::Level,
    money::{Price, Qty},
};

use crate::{market::feeds::Undecodable, net::exact};

/// One frame of a combined stream.
#[derive(Debug)]
pub(super) enum Frame<'a> {
    Touch(BookTicker<'a>),
    Trade(Trade<'a>),
    Day(Ticker<'a>),
    Depth(Depth<'a>),
    /// A request of ours was carried out.
    Done {
        id: u64,
    },
    Failed {
        id: Option<u64>,
        code: i64,
        message: String,
    },
    /// The server will end the connection soon.
    Shutdown,
    Unknown,
}

#[derive(Debug, Deserialize)]
pub(super) struct BookTicker<'a> {
    #[serde(rename = "s")]
    pub(super) code: &'a str,
    #[serde(rename = "b", deserialize_with = "price_or_none")]
    pub(super) bid: Option<Price>,
    #[serde(rename = "B", deserialize_with = "qty")]
    pub(super) bid_size: Qty,
    #[serde(rename = "a", deserialize_with = "price_or_none")]
    pub(super) ask: Option<Price>,
    #[serde(rename = "A", deserialize_with = "qty")]
    pub(super) ask_size: Qty,
}

#[derive(Debug, Deserialize)]
pub(super) struct Trade<'a> {
    #[serde(rename = "s")]
    pub(super) code: &'a str,
    #[serde(rename = "p", deserialize_with = "price")]
    pub(super) price: Price,
    #[serde(rename = "q", deserialize_with = "qty")]
    pub(super) qty: Qty,
    #[serde(rename = "T")]
    pub(super) time_ms: i64,
    #[serde(rename = "m")]
    pub(super) is_buyer_maker: bool,
}

/// Both `24hrTicker` and `24hrMiniTicker`; the latter lacks the price before.
#[derive(Debug, Deserialize)]
pub(super) struct Ticker<'a> {
    #[serde(rename = "s")]
    pub(super) code: &'a str,
    #[serde(rename = "E")]
    pub(super) time_ms: i64,
    #[serde(rename = "c", deserialize_with = "price_or_none")]
    pub(super) last: Option<Price>,
    #[serde(rename = "x", default, deserialize_with = "price_or_none")]
    pub(super) before: Option<Price>,
    #[serde(rename = "o", deserialize_with = "price_or_none")]
    pub(super) open: Option<Price>,
    #[serde(rename = "h", deserialize_with = "price_or_none")]
    pub(super) high: Option<Price>,
    #[serde(rename = "l", deserialize_with = "price_or_none")]
    pub(super) low: Option<Price>,
    #[serde(rename = "v", deserialize_with = "qty")]
    pub(super) volume: Qty,
}

#[derive(Debug, Deserialize)]
pub(super) struct Depth<'a> {
    #[serde(rename = "s")]
    pub(super) code: &'a str,
    #[serde(rename = "U")]
    pub(super) first_id: u64,
    #[serde(rename = "u")]
    pub(super) last_id: u64,
    #[serde(rename = "b", deserialize_with = "levels")]
    pub(super) bids: Vec<Level>,
    #[serde(rename = "a", deserialize_with = "levels")]
    pub(super) asks: Vec<Level>,
}

/// REST `/api/v3/depth`.
#[derive(Debug, Deserialize)]
pub(super) struct Snapshot {
    #[serde(rename = "lastUpdateId")]
    pub(super) last_id: u64,
    #[serde(deserialize_with = "levels")]
    pub(super) bids: Vec<Level>,
    #[serde(deserialize_with = "levels")]
    pub(super) asks: Vec<Level>,
}

/// REST `/api/v3/klines`: an array whose first six are the start, open, high, low, close and volume.
#[derive(Debug)]
pub(super) struct Kline {
    pub(super) start_ms: i64,
    pub(super) prices: [Price; 4],
    pub(super) volume: Qty,
}

/// REST `/api/v3/ticker/24hr`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DayTicker {
    pub(super) symbol: String,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) last_price: Option<Price>,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) prev_close_price: Option<Price>,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) open_price: Option<Price>,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) high_price: Option<Price>,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) low_price: Option<Price>,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) bid_price: Option<Price>,
    #[serde(deserialize_with = "qty")]
    pub(super) bid_qty: Qty,
    #[serde(deserialize_with = "price_or_none")]
    pub(super) ask_price: Option<Price>,
    #[serde(deserialize_with = "qty")]
    pub(super) ask_qty: Qty,
    #[serde(deserialize_with = "qty")]
    pub(super) volume: Qty,
    pub(super) close_time: i64,
}

/// `{"code":-1121,"msg":"Invalid symbol."}`
#[derive(Debug, Deserialize)]
pub(super) struct Failure {
    pub(super) code: i64,
    #[serde(default)]
    pub(super) msg: String,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    stream: Option<&'a str>,
    #[serde(default, borrow)]
    data: Option<&'a RawValue>,
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    error: Option<Failure>,
    #[serde(default)]
    code: Option<i64>,
    #[serde(default)]
    msg: String,
    #[serde(default, rename = "e")]
    event: Option<&'a str>,
}

pub(super) fn read(text: &str) -> Result<Frame<'_>, Undecodable> {
    // Nearly every frame is laid out like this; the others are read twice.
    if let Some((stream, data)) = split(text)
        && let Ok(frame) = payload(stream, data)
    {
        return Ok(frame);
    }
    let envelope: Envelope<'_> = serde_json::from_str(text)?;
    match (envelope.stream, envelope.data) {
        (Some(stream), Some(data)) => payload(stream, data.get()),
        (None, _) | (_, None) => Ok(answer(envelope)),
    }
}

fn split(text: &str) -> Option<(&str, &str)> {
    let (stream, rest) = text.strip_prefix(r#"{"stream":""#)?.split_once('"')?;
    Some((stream, rest.strip_prefix(r#","data":"#)?.strip_suffix('}')?))
}

fn payload<'a>(stream: &str, data: &'a str) -> Result<Frame<'a>, Undecodable> {
    let Some((_, name)) = stream.split_once('@') else { return Ok(Frame::Unknown) };
    Ok(match name {
        "bookTicker" => Frame::Touch(serde_json::from_str(data)?),
        "trade" => Frame::Trade(serde_json::from_str(data)?),
        "ticker" | "miniTicker" => Frame::Day(serde_json::from_str(data)?),
        "depth" | "depth@100ms" => Frame::Depth(serde_json::from_str(data)?),
        _ => Frame::Unknown,
    })
}

fn answer(envelope: Envelope<'_>) -> Frame<'static> {
    let failure = envelope.error.or_else(|| envelope.code.map(|code| Failure { code, msg: envelope.msg }));
    match (failure, envelope.id, envelope.event) {
        (Some(Failure { code, msg }), id, _) => Frame::Failed { id, code, message: msg.chars().take(200).collect() },
        (None, _, Some("serverShutdown")) => Frame::Shutdown,
        (None, Some(id), None) => Frame::Done { id },
        (None, _, _) => Frame::Unknown,
    }
}

fn price<'de, D: Deserializer<'de>>(d: D) -> Result<Price, D::Error> {
    <&str>::deserialize(d)?.parse().map_err(de::Error::custom)
}

/// Zero stands for "there is none".
fn price_or_none<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Price>, D::Error> {
    let text = <&str>::deserialize(d)?;
    match text.parse() {
        Ok(price) => Ok(Some(price)),
        Err(_) if !text.is_empty() && text.bytes().all(|b| matches!(b, b'0' | b'.')) => Ok(None),
        Err(error) => Err(de::Error::custom(error)),
    }
}

fn qty<'de, D: Deserializer<'de>>(d: D) -> Result<Qty, D::Error> {
    read_qty(<&str>::deserialize(d)?)
}

/// PEPE is traded by the trillion: what is more than can be held counts as the largest quantity.
fn read_qty<E: de::Error>(text: &str) -> Result<Qty, E> {
    text.parse().or_else(|error| exact::decimal(text).and_then(exact::capped).ok_or_else(|| E::custom(error)))
}

/// `[["61685.99000000","1.25869000"],…]`
fn levels<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Level>, D::Error> {
    struct Levels;
    impl<'de> de::Visitor<'de> for Levels {
        type Value = Vec<Level>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("pairs of price and quantity")
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut pairs: A) -> Result<Self::Value, A::Error> {
            let mut levels = Vec::new();
            while let Some((price, qty)) = pairs.next_element::<(&str, &str)>()? {
                let price = price.parse().map_err(de::Error::custom)?;
                levels.push(Level { price, qty: read_qty(qty)? });
            }
            Ok(levels)
        }
    }
    d.deserialize_seq(Levels)
}

impl<'de> Deserialize<'de> for Kline {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> de::Visitor<'de> for Fields {
            type Value = Kline;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a start, four prices and a volume")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut fields: A) -> Result<Kline, A::Error> {
                let missing = |at| de::Error::invalid_length(at, &"at least six");
                let start_ms = fields.next_element()?.ok_or_else(|| missing(0))?;
                let mut text = |at| fields.next_element::<&str>()?.ok_or_else(|| missing(at));
                let texts = [text(1)?, text(2)?, text(3)?, text(4)?];
                let volume = read_qty(text(5)?)?;
                let price = |text: &str| text.parse::<Price>().map_err(de::Error::custom);
                let prices = [price(texts[0])?, price(texts[1])?, price(texts[2])?, price(texts[3])?];
                while fields.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Kline { start_ms, prices, volume })
            }
        }
        d.deserialize_seq(Fields)
    }
}
