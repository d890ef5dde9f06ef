//! Prices in 88 bytes each, for our own client: the subprotocol `speedtrade.prices.v2`. Little endian throughout.
//!
//! A message is any number of records. `symbol` is the number that `subscribed` gave it on this connection.

use rust_decimal::Decimal;

use crate::money::{Price, Qty};

pub const PRICES_PROTOCOL: &str = "speedtrade.prices.v2";

/// Who is meant, the prices as whole numbers of one power of ten, and the quantities in atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriceRecord {
    pub symbol: u32,
    pub price: Price,
    pub bid: Price,
    pub ask: Price,
    /// Changes are counted from it.
    pub prev_close: Price,
    /// Of the day, as the volume is.
    pub high: Price,
    pub low: Price,
    pub bid_size: Qty,
    pub ask_size: Qty,
    pub volume: Qty,
    /// It holds, however old, until the feed is in trouble: the feed tells every change and has told none since.
    pub is_confirmed: bool,
    /// Unix milliseconds.
    pub timestamp: i64,
}

impl PriceRecord {
    pub const LEN: usize = 88;

    /// `None` for prices that do not fit: more than eighteen digits at the finest of their scales.
    pub fn encode(&self) -> Option<[u8; Self::LEN]> {
        let prices = [self.price, self.bid, self.ask, self.prev_close, self.high, self.low];
        let scale = prices.iter().map(|price| price.decimal().scale()).max()?;
        let mut record = [0; Self::LEN];
        record[0..4].copy_from_slice(&self.symbol.to_le_bytes());
        record[4] = u8::try_from(scale).ok()?;
        record[5] = u8::from(self.is_confirmed);
        record[8..16].copy_from_slice(&self.timestamp.to_le_bytes());
        for (slot, price) in record[16..64].chunks_exact_mut(8).zip(prices) {
            let decimal = price.decimal();
            let grown = decimal.mantissa().checked_mul(10_i128.checked_pow(scale - decimal.scale())?)?;
            slot.copy_from_slice(&i64::try_from(grown).ok()?.to_le_bytes());
        }
        for (slot, qty) in record[64..].chunks_exact_mut(8).zip([self.bid_size, self.ask_size, self.volume]) {
            slot.copy_from_slice(&qty.to_atoms().to_le_bytes());
        }
        Some(record)
    }

    /// `None` for what no `encode` has written.
    pub fn decode(record: &[u8; Self::LEN]) -> Option<Self> {
        let number = |at: usize| i64::from_le_bytes(std::array::from_fn(|nth| record[at + nth]));
        let scale = u32::from(record[4]);
        let price = |at: usize| Price::new(Decimal::try_new(number(at), scale).ok()?);
        Some(Self {
            symbol: u32::from_le_bytes(std::array::from_fn(|nth| record[nth])),
            timestamp: number(8),
            price: price(16)?,
            bid: price(24)?,
            ask: price(32)?,
            prev_close: price(40)?,
            high: price(48)?,
            low: price(56)?,
            bid_size: Qty::from_atoms(number(64))?,
            ask_size: Qty::from_atoms(number(72))?,
            volume: Qty::from_atoms(number(80))?,
            is_confirmed: record[5] != 0,
        })
    }

    /// The records of a message; what can't be read is left out.
    pub fn decode_all(message: &[u8]) -> impl Iterator<Item = Self> + '_ {
        message.chunks_exact(Self::LEN).filter_map(|record| Self::decode(record.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn qty() -> impl Strategy<Value = Qty> {
        (0..=Qty::MAX.to_atoms()).prop_map(|atoms| Qty::from_atoms(atoms).expect("in range"))
    }

    fn price() -> impl Strategy<Value = Price> {
        (1..1_000_000_000_i64, 0..9_u32).prop_map(|(mantissa, scale)| Price::new(Decimal::new(mantissa, scale)).expect("in range"))
    }

    proptest! {
        #[test]
        fn a_record_comes_back_as_it_was(
            symbol: u32, timestamp: i64, is_confirmed: bool,
            prices in [price(), price(), price(), price(), price(), price()],
            sizes in [qty(), qty(), qty()],
        ) {
            let ([price, bid, ask, prev_close, high, low], [bid_size, ask_size, volume]) = (prices, sizes);
            let record = PriceRecord {
                symbol, price, bid, ask, prev_close, high, low, bid_size, ask_size, volume, is_confirmed, timestamp,
            };
            prop_assert_eq!(PriceRecord::decode(&record.encode().expect("fits")), Some(record));
        }

        #[test]
        fn garbage_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(PriceRecord::decode_all(&bytes).count() <= bytes.len() / PriceRecord::LEN);
        }
    }

    #[test]
    fn prices_too_far_apart_do_not_fit() {
        let (large, fine) = ("10000000000".parse().expect("valid"), "0.0000000001".parse().expect("valid"));
        let (bid, ask, prev_close, high, low) = (fine, fine, fine, large, fine);
        let (bid_size, ask_size, volume) = (Qty::ZERO, Qty::ZERO, Qty::MAX);
        let record = PriceRecord {
            symbol: 1,
            price: large,
            bid,
            ask,
            prev_close,
            high,
            low,
            bid_size,
            ask_size,
            volume,
            is_confirmed: false,
            timestamp: 0,
        };
        assert_eq!(record.encode(), None);
    }
}
