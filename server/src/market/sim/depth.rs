//! Depth behind the simulated touch: sizes grow away from it, gaps appear now and then. Begins with the touch itself.

use speedtrade::{
    market::{Level, Quote},
    money::{Price, Qty},
};

use super::noise::{key_of, mix};

/// Best first, `levels` a side or as many as there are prices.
pub(in crate::market) fn ladder(instrument: u64, tick: Price, quote: &Quote, levels: usize) -> (Vec<Level>, Vec<Level>) {
    let key = mix(key_of(instrument, "depth"), quote.time.seconds().cast_unsigned());
    let step = step_of(tick, quote);
    let side = |best: Price, size: Qty, sign: i64, salt: u64| -> Vec<Level> {
        let mut at = 0;
        let deeper = (0..levels as u64).map_while(|nth| {
            let draw = mix(key, salt + nth);
            let level = Level { price: best.moved(step, sign * at)?, qty: grown(size, nth, draw)? };
            at += 1 + i64::from(draw.is_multiple_of(5));
            Some(level)
        });
        deeper.collect()
    };
    (side(quote.bid, quote.bid_size, -1, 0), side(quote.ask, quote.ask_size, 1, 1_000_000))
}

/// A tick, or as many ticks as make about half a basis point of the price.
fn step_of(tick: Price, quote: &Quote) -> Price {
    let half_bp = quote.bid.decimal() / rust_decimal::Decimal::from(20_000);
    Price::new(half_bp).map_or(tick, |wide| wide.to_tick(tick)).max(tick)
}

/// The touch is what the quote says; `nth` behind it holds between half and twice as much, and a sixth more with each level.
fn grown(size: Qty, nth: u64, draw: u64) -> Option<Qty> {
    if nth == 0 {
        return Some(size);
    }
    let percent = (50 + i128::from(draw >> 32) % 150) * (100 + i128::from(nth) * 16) / 100;
    let unit = i128::from(unit_of(size));
    let atoms = (i128::from(size.to_atoms()) * percent / 100 / unit).max(1) * unit;
    i64::try_from(atoms).ok().and_then(Qty::from_atoms)
}

/// The decimal place of the size's last digit, in atoms: what is whole stays whole.
fn unit_of(size: Qty) -> i64 {
    let mut unit = 1;
    while unit < 100_000_000 && size.to_atoms() % (unit * 10) == 0 {
        unit *= 10;
    }
    unit
}
