//! Quantities and prices that keys and quick buttons make: always on the instrument's grid.

use speedtrade::{
    fee::FeeSchedule,
    instrument::{AssetType, Instrument},
    market::Quote,
    money::{Price, Qty, Usd},
    order::Side,
    paper,
};

use crate::format;

/// One share, or a hundredth of a coin.
fn step_of(instrument: &Instrument) -> Option<Qty> {
    match instrument.asset_type {
        AssetType::Stock => Some(Qty::ONE),
        AssetType::Crypto => Qty::from_atoms(Qty::ONE.to_atoms() / 100),
    }
}

/// `text` one step up or down; a step up from nothing is one step. Dollars go by one.
pub(super) fn stepped_amount(text: &str, instrument: &Instrument, is_in_dollars: bool, up: bool) -> Option<String> {
    let step = if is_in_dollars { Some(Qty::ONE) } else { step_of(instrument) }?;
    let now = text.parse::<Qty>().unwrap_or(Qty::ZERO);
    let next = if up { now.checked_add(step).ok()? } else { now.checked_sub(step)? };
    (!next.is_zero()).then(|| next.to_string())
}

/// `text` one tick up or down; from nothing it starts at `reference`.
pub(super) fn stepped_price(text: &str, instrument: &Instrument, reference: Price, up: bool) -> Option<String> {
    let Ok(now) = text.parse::<Price>() else { return Some(format::price_input(reference, instrument.tick)) };
    let tick = instrument.tick.decimal();
    let next = Price::new(if up { now.decimal() + tick } else { now.decimal() - tick })?;
    Some(format::price_input(next, instrument.tick))
}

/// `percent` of what can be bought with `power` or of what is held. Stocks in whole shares, unless all of a holding is sold.
/// `quote` is given for an order that trades now, at what the market offers.
pub(super) fn part(
    percent: u32,
    side: Side,
    instrument: &Instrument,
    (price, quote): (Price, Option<&Quote>),
    power: Usd,
    held: Qty,
) -> Option<String> {
    let fees = FeeSchedule::paper(instrument.asset_type);
    let lot = match instrument.asset_type {
        AssetType::Stock => step_of(instrument)?,
        AssetType::Crypto => instrument.lot,
    };
    let qty = match side {
        Side::Buy => {
            let most = match quote {
                Some(quote) => paper::affordable(power, quote, Qty::ZERO, &fees, instrument),
                None => Qty::affordable(power, price.shifted_bps(fees.taker_bps)?, lot),
            };
            most.percent_of(percent.into(), lot)
        }
        Side::Sell if percent == 100 => held,
        Side::Sell => held.percent_of(percent.into(), lot),
    };
    (!qty.is_zero()).then(|| qty.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stock() -> Instrument {
        Instrument {
            symbol: "AAPL".parse().expect("valid"),
            name: String::new(),
            asset_type: AssetType::Stock,
            exchange: String::new(),
            sector: String::new(),
            tick: "0.01".parse().expect("valid"),
            lot: "0.000001".parse().expect("valid"),
            notional_min: "1".parse().expect("valid"),
        }
    }

    #[test]
    fn arrows_step_by_one_share_and_one_tick() {
        let at = |text: &str| text.parse::<Price>().expect("valid");
        assert_eq!(stepped_amount("", &stock(), false, true).as_deref(), Some("1"));
        assert_eq!(stepped_amount("1.5", &stock(), false, true).as_deref(), Some("2.5"));
        assert_eq!(stepped_amount("1", &stock(), false, false), None);
        assert_eq!(stepped_amount("99.5", &stock(), true, true).as_deref(), Some("100.5"));
        assert_eq!(stepped_price("", &stock(), at("10.126"), true).as_deref(), Some("10.13"));
        assert_eq!(stepped_price("10.13", &stock(), at("1"), false).as_deref(), Some("10.12"));
        assert_eq!(stepped_price("0.01", &stock(), at("1"), false), None);
    }

    #[test]
    fn parts_are_whole_shares_and_a_full_sale_is_everything() {
        let (price, power) = ("30".parse().expect("valid"), "1000".parse().expect("valid"));
        let held = "7.5".parse().expect("valid");
        assert_eq!(part(100, Side::Buy, &stock(), (price, None), power, Qty::ZERO).as_deref(), Some("33"));
        assert_eq!(part(50, Side::Buy, &stock(), (price, None), power, Qty::ZERO).as_deref(), Some("16"));
        assert_eq!(part(100, Side::Sell, &stock(), (price, None), power, held).as_deref(), Some("7.5"));
        assert_eq!(part(50, Side::Sell, &stock(), (price, None), power, held).as_deref(), Some("3"));
        assert_eq!(part(25, Side::Sell, &stock(), (price, None), power, Qty::ZERO), None);
    }
}
