//! Kraken's several names of one thing: pairs, assets, and ids of orders and trades.

use crate::exchange::{Exchange, instrument::Instrument};

/// An id like `OABCDE-FGHIJ-KLMNOP`, the number in base 32.
pub fn txid(kind: char, number: u64) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digit = |place: u32| {
        let at = usize::try_from(number >> (5 * place) & 31).expect("below 32");
        char::from(DIGITS[at])
    };
    let digits: String = (0..13).rev().map(digit).collect();
    format!("{kind}FAK{}-{}-{}", &digits[..2], &digits[2..7], &digits[7..])
}

/// `BTC` is `XXBT` in balances.
pub fn asset(code: &str) -> &str {
    match code {
        "USD" => "ZUSD",
        "BTC" => "XXBT",
        "ETH" => "XETH",
        "DOGE" => "XXDG",
        other => other,
    }
}

/// The short name of the same: `XBT`.
pub fn altname(code: &str) -> &str {
    match code {
        "BTC" => "XBT",
        "DOGE" => "XDG",
        other => other,
    }
}

/// `XXBTZUSD`; only the old ones are so long.
pub fn pair(one: &Instrument) -> String {
    match one.base {
        "BTC" | "ETH" => format!("{}{}", asset(one.base), asset(one.quote)),
        base => format!("{}{}", altname(base), one.quote),
    }
}

/// `XBTUSD`.
pub fn pair_altname(one: &Instrument) -> String {
    format!("{}{}", altname(one.base), one.quote)
}

/// `XBT/USD`, of the first WebSocket API.
pub fn wsname(one: &Instrument) -> String {
    format!("{}/{}", altname(one.base), one.quote)
}

/// By whatever name.
pub fn find<'a>(exchange: &'a Exchange, name: &str) -> Option<&'a Instrument> {
    let is_it = |one: &&Instrument| [one.symbol.clone(), pair(one), pair_altname(one), wsname(one)].iter().any(|it| it == name);
    exchange.profile.instruments.iter().find(is_it)
}
