//! Numbers and times as people read them. The only place that makes such text; built on exact decimals, never on floats.

use speedtrade::{
    money::{Percent, Price, Qty, Usd},
    order::{OrderStatus, Side},
    time::Timestamp,
};

/// The one or the other word.
pub fn one_of(is_first: bool, first: &str, second: &str) -> String {
    if is_first { first } else { second }.to_owned()
}

/// `$2,143.00`, `-$12.50`: to the cent.
pub fn money(amount: Usd) -> String {
    let text = amount.to_cents().to_string();
    match text.strip_prefix('-') {
        Some(digits) => format!("-${}", grouped(digits)),
        None => format!("${}", grouped(&text)),
    }
}

/// `+$12.50`, `-$3.00`, `$0.00`.
pub fn signed_money(amount: Usd) -> String {
    let text = money(amount);
    if amount.to_cents() > Usd::ZERO { format!("+{text}") } else { text }
}

/// `$270.12`, with every decimal the price has and at least two; four below a dollar.
pub fn price(price: Price) -> String {
    let text = price.to_string();
    let shown = if text.starts_with("0.") { with_decimals(&text, 4) } else { text };
    format!("${}", grouped(&shown))
}

/// The price with as many decimals as its tick, so that it doesn't jump as it moves.
pub fn price_on(price: Price, tick: Price) -> String {
    format!("${}", grouped(&with_decimals(&price.to_string(), decimals(&tick.to_string()))))
}

/// What an input shows: no sign, no separators, the decimals of the tick.
pub fn price_input(price: Price, tick: Price) -> String {
    with_decimals(&price.to_tick(tick).to_string(), decimals(&tick.to_string()))
}

/// `+1.25 %`, `-0.40 %`, `0.00 %`.
pub fn percent(value: Percent) -> String {
    let rounded = value.decimal().round_dp(2);
    let text = with_decimals(&rounded.abs().to_string(), 2);
    let sign = if rounded.is_zero() {
        ""
    } else if rounded.is_sign_negative() {
        "-"
    } else {
        "+"
    };
    format!("{sign}{} %", grouped(&text))
}

/// `12.50 %` of a whole: no sign.
pub fn share(value: Percent) -> String {
    format!("{} %", grouped(&with_decimals(&value.decimal().round_dp(2).abs().to_string(), 2)))
}

/// `1,234.5`.
pub fn qty(qty: Qty) -> String {
    grouped(&qty.to_string())
}

/// What others offer or traded. The largest quantity stands for all that is more.
pub fn size(amount: Qty) -> String {
    if amount == Qty::MAX { "over 10B".to_owned() } else { qty(amount) }
}

/// `12.3M`: for volumes, where the size counts and not the digits.
pub fn compact(qty: Qty) -> String {
    if qty == Qty::MAX {
        return size(qty);
    }
    let text = qty.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    let (cut, unit) = match whole.len() {
        0..=3 => return grouped(&text),
        4..=6 => (3, "K"),
        7..=9 => (6, "M"),
        _ => (9, "B"),
    };
    let (head, tail) = whole.split_at(whole.len() - cut);
    format!("{}.{}{unit}", grouped(head), tail.get(..1).unwrap_or("0"))
}

/// `2026-11-22 14:30:05`, always UTC.
pub fn time(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} {}", text.get(..10).unwrap_or_default(), text.get(11..19).unwrap_or_default())
}

/// `2026-11-22 15:20:30.123`, UTC.
pub fn time_ms(time: Timestamp) -> String {
    let text = time.to_string();
    format!("{} {}", text.get(..10).unwrap_or_default(), text.get(11..23).unwrap_or_default())
}

/// `2.4 ms`, of microseconds.
pub fn ms(micros: i64) -> String {
    format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100)
}

/// `15:20:30`, UTC.
pub fn clock(time: Timestamp) -> String {
    time.to_string().get(11..19).unwrap_or_default().to_owned()
}

/// `2026-11-22`.
pub fn date(time: Timestamp) -> String {
    time.to_string().get(..10).unwrap_or_default().to_owned()
}

pub const fn side(side: Side) -> &'static str {
    match side {
        Side::Buy => "Buy",
        Side::Sell => "Sell",
    }
}

pub const fn status(status: OrderStatus) -> &'static str {
    match status {
        OrderStatus::PendingNew => "Sending",
        OrderStatus::New => "Working",
        OrderStatus::PartiallyFilled => "Partly filled",
        OrderStatus::Filled => "Filled",
        OrderStatus::PendingCancel => "Canceling",
        OrderStatus::Canceled => "Canceled",
        OrderStatus::PendingReplace => "Changing",
        OrderStatus::Replaced => "Replaced",
        OrderStatus::Rejected => "Rejected",
        OrderStatus::Expired => "Expired",
        OrderStatus::Held => "Held",
        OrderStatus::Unknown => "Unconfirmed",
    }
}

/// `Market`, `Limit $12.00`, `Stop $9.50`, day or good till canceled.
pub fn terms(kind: &str, limit: Option<Price>, stop: Option<Price>) -> String {
    match (kind, limit, stop) {
        ("limit", Some(at), _) => format!("Limit {}", price(at)),
        ("stop", _, Some(at)) => format!("Stop {}", price(at)),
        ("stop_limit", Some(limit), Some(at)) => format!("Stop {}, limit {}", price(at), price(limit)),
        ("trailing_stop", _, Some(at)) => format!("Trailing {}", price(at)),
        _ => "Market".to_owned(),
    }
}

fn decimals(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, fraction)| fraction.len())
}

/// Pads with zeros; never cuts, so nothing is rounded here.
fn with_decimals(text: &str, count: usize) -> String {
    let have = decimals(text);
    let dot = if have == 0 && count > 0 { "." } else { "" };
    format!("{text}{dot}{}", "0".repeat(count.saturating_sub(have)))
}

/// Commas between thousands of an unsigned decimal text.
fn grouped(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut shown = String::with_capacity(text.len() + text.len() / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if let Some(fraction) = fraction {
        shown.push('.');
        shown.push_str(fraction);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        text.parse().expect("valid")
    }

    fn at(text: &str) -> Price {
        text.parse().expect("valid")
    }

    #[test]
    fn money_has_cents_and_thousands() {
        assert_eq!(money(usd("2143")), "$2,143.00");
        assert_eq!(money(usd("-1234567.895")), "-$1,234,567.90");
        assert_eq!(money(usd("999.994")), "$999.99");
        assert_eq!(signed_money(usd("12.5")), "+$12.50");
        assert_eq!(signed_money(usd("0.001")), "$0.00");
        assert_eq!(signed_money(usd("-3")), "-$3.00");
    }

    #[test]
    fn prices_keep_their_decimals_and_do_not_jump() {
        assert_eq!(price(at("1270.5")), "$1,270.50");
        assert_eq!(price(at("0.123")), "$0.1230");
        assert_eq!(price(at("0.00001234")), "$0.00001234");
        assert_eq!(price_on(at("0.5"), at("0.0001")), "$0.5000");
        assert_eq!(price_input(at("271.128"), at("0.01")), "271.13");
    }

    #[test]
    fn percents_carry_their_sign() {
        let shown = |text: &str| percent(text.parse().expect("valid"));
        assert_eq!(shown("1.2549"), "+1.25 %");
        assert_eq!(shown("-0.4"), "-0.40 %");
        assert_eq!(shown("-0.001"), "0.00 %");
        assert_eq!(shown("1234.5"), "+1,234.50 %");
    }

    #[test]
    fn quantities_and_volumes() {
        let units = |text: &str| text.parse::<Qty>().expect("valid");
        assert_eq!(qty(units("1234.5")), "1,234.5");
        assert_eq!(qty(units("10")), "10");
        assert_eq!(compact(units("999.5")), "999.5");
        assert_eq!(compact(units("49601930")), "49.6M");
        assert_eq!(compact(units("1500")), "1.5K");
        assert_eq!(compact(units("7300000000")), "7.3B");
        assert_eq!(compact(units("9999999999.5")), "9.9B");
        assert_eq!((compact(Qty::MAX), size(Qty::MAX), size(units("20"))), ("over 10B".to_owned(), "over 10B".to_owned(), "20".to_owned()));
    }

    #[test]
    fn times_are_utc_to_the_second() {
        let moment = Timestamp::parse_rfc3339("2026-11-22T14:30:05.250Z").expect("valid");
        assert_eq!(time(moment), "2026-11-22 14:30:05");
        assert_eq!(date(moment), "2026-11-22");
    }
}
