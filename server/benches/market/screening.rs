//! Eight filters over 12,000 instruments, beside a loop over plain columns that does the same and nothing else.

use std::{hint::black_box, time::Instant};

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Instrument},
    market::Quote,
    money::{Percent, Price, Qty, Usd},
    screener::{Listed, Screen, ScreenQuery, Table as Columns},
    time::Timestamp,
};

use crate::table::Table;

const ROWS: i64 = 12_000;
const RUNS: u32 = 2_000;

fn instrument(nth: i64) -> Instrument {
    Instrument {
        symbol: format!("S{nth}").parse().expect("valid"),
        name: format!("Company {nth}"),
        asset_type: if nth % 6 == 0 { AssetType::Crypto } else { AssetType::Stock },
        exchange: ["NYSE", "NASDAQ", "CRYPTO"][usize::try_from(nth % 3).expect("small")].to_owned(),
        sector: format!("Sector {}", nth % 11),
        tick: price(1),
        lot: Qty::from_atoms(1).expect("valid"),
        notional_min: Usd::ZERO,
    }
}

fn price(cents: i64) -> Price {
    Price::new(Decimal::new(cents, 2)).expect("positive")
}

fn quote(nth: i64) -> Quote {
    let (low, height) = (1_000 + nth * 7_919 % 20_000, nth * 104_729 % 500);
    let size = Qty::from_atoms(100_000_000).expect("valid");
    Quote {
        price: price(low + height / 2),
        bid: price(low),
        ask: price(low + 1),
        bid_size: size,
        ask_size: size,
        prev_close: price(low + nth % 300),
        open: price(low),
        high: price(low + height),
        low: price(low),
        volume: Qty::from_atoms((nth * 6_151 % 9_000_000) * 100_000_000).expect("valid"),
        time: Timestamp::EPOCH,
        touched_at: Timestamp::EPOCH,
    }
}

pub fn measure(table: &mut Table) {
    let instruments: Vec<_> = (0..ROWS).map(instrument).collect();
    let percent = |nth: i64| Percent::ratio(Decimal::from(nth % 90), Decimal::ONE_HUNDRED);
    let usual_volume = Qty::from_atoms(1_000_000 * 100_000_000).expect("valid");
    let listed: Vec<_> =
        instruments.iter().zip(0..).map(|(instrument, nth)| Listed { instrument, usual_volume, volatility_pct: percent(nth) }).collect();
    let mut columns = Columns::new(&listed);
    for (row, nth) in (0..ROWS).enumerate() {
        columns.set(row, &quote(nth));
    }
    let text = |value: &str| Some(value.to_owned());
    let query = ScreenQuery {
        asset_type: text("stock"),
        max_price: text("100"),
        min_price: text("20"),
        min_volume: text("500000"),
        change_pct_min: text("-5"),
        change_pct_max: text("50"),
        rel_volume_pct_min: text("20"),
        volatility_pct_max: text("70"),
        exchange: text("NYSE"),
        ..ScreenQuery::default()
    };
    let screen = Screen::parse(&query).expect("a valid screen");
    let ours = micros(|| screen.matches(black_box(&columns)).len());

    let raw: Vec<Vec<i64>> = (1..=6).map(|salt| (0..ROWS).map(|nth| nth * 7_919 * salt % 20_000).collect()).collect();
    let small: Vec<Vec<u16>> = (1..=2).map(|salt| (0..ROWS).map(|nth| u16::try_from(nth * salt % 11).expect("small")).collect()).collect();
    let plain = micros(|| {
        let (raw, small) = (black_box(&raw), black_box(&small));
        let rows = 0..usize::try_from(ROWS).expect("small");
        let passes = |row: &usize| raw.iter().all(|c| (500..=18_000).contains(&c[*row])) && small.iter().all(|c| c[*row] < 9);
        rows.filter(passes).collect::<Vec<_>>().len()
    });
    table.ratio("µs to screen 12,000 instruments with 9 bounds", ours, "the bound", 100.0, 1.0, false);
    table.ratio("µs to screen them", ours, "a plain loop over plain columns", plain, 2.0, false);
}

fn micros(work: impl Fn() -> usize) -> f64 {
    let begun = Instant::now();
    let found: usize = (0..RUNS).map(|_| black_box(work())).sum();
    black_box(found);
    begun.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
}
