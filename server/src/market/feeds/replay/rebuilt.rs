//! Depth rebuilt from the frames' text in the plainest way, to check the books made by the decoder. Shares no code with it.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;
use serde_json::Value;
use speedtrade::market::Level;

/// The best price and its size, of each side.
pub(super) type Best = (Option<(Decimal, Decimal)>, Option<(Decimal, Decimal)>);

#[derive(Debug, Default)]
pub(super) struct Rebuilt {
    books: HashMap<String, Depth>,
}

/// Both sides of a pair, and the last touch that the venue told.
#[derive(Debug, Default)]
pub(super) struct Depth {
    last_id: Option<u64>,
    bids: BTreeMap<Decimal, Decimal>,
    asks: BTreeMap<Decimal, Decimal>,
    touch: Option<(u64, Best)>,
}

fn decimal(value: &Value) -> Option<Decimal> {
    value.as_str()?.parse().ok()
}

fn set(side: &mut BTreeMap<Decimal, Decimal>, levels: &Value) -> Option<()> {
    for level in levels.as_array()? {
        let (price, qty) = (decimal(&level[0])?, decimal(&level[1])?);
        if qty.is_zero() {
            side.remove(&price);
        } else {
            side.insert(price, qty);
        }
    }
    Some(())
}

impl Rebuilt {
    /// Reads one frame. The pair whose depth it changed, if it did.
    pub(super) fn frame(&mut self, text: &str) -> Option<String> {
        let frame: Value = serde_json::from_str(text).ok()?;
        let (stream, data) = (frame["stream"].as_str()?, &frame["data"]);
        let code = data["s"].as_str()?.to_owned();
        let book = self.books.entry(code.clone()).or_default();
        let last_id = data["u"].as_u64()?;
        if stream.ends_with("@bookTicker") {
            let side = |price: &str, qty: &str| Some((decimal(&data[price])?, decimal(&data[qty])?));
            book.touch = Some((last_id, (side("b", "B"), side("a", "A"))));
            return None;
        }
        let first_id = data["U"].as_u64()?;
        if book.last_id.is_some_and(|before| first_id > before + 1) {
            *book = Depth::default();
            return None;
        }
        book.last_id = Some(last_id);
        set(&mut book.bids, &data["b"])?;
        set(&mut book.asks, &data["a"])?;
        Some(code)
    }

    pub(super) fn book(&self, code: &str) -> Option<&Depth> {
        self.books.get(code)
    }
}

impl Depth {
    pub(super) fn equals(&self, bids: &[Level], asks: &[Level]) -> bool {
        let same = |side: &[Level], rebuilt: &mut dyn Iterator<Item = (&Decimal, &Decimal)>| {
            side.iter().all(|level| rebuilt.next() == Some((&level.price.decimal(), &level.qty.decimal()))) && rebuilt.next().is_none()
        };
        same(bids, &mut self.bids.iter().rev()) && same(asks, &mut self.asks.iter())
    }

    /// The touch that the venue told at the very change the book stands at, if it told one.
    pub(super) fn told_touch(&self) -> Option<&Best> {
        let (id, best) = self.touch.as_ref()?;
        (Some(*id) == self.last_id).then_some(best)
    }
}
