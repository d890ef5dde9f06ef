//! The columns answer what a plain look at each quote would.

use proptest::{collection::vec, prelude::*};
use rust_decimal::Decimal;

use super::*;
use crate::{
    instrument::Instrument,
    market::Quote,
    money::{Price, Qty, Usd},
    screener::{Listed, ScreenQuery},
    time::Timestamp,
};

#[derive(Debug, Clone)]
struct Row {
    instrument: Instrument,
    usual_volume: Qty,
    volatility_pct: Percent,
    quote: Quote,
}

fn cents(cents: i64) -> Price {
    Price::new(Decimal::new(cents, 2)).expect("positive")
}

fn row(nth: usize, (low, price_up, range, volume): (i64, i64, i64, i64), is_crypto: bool) -> Row {
    let whole = Qty::from_atoms(100_000_000).expect("valid");
    let instrument = Instrument {
        symbol: format!("S{nth}").parse().expect("valid"),
        name: format!("Company {}", nth % 7),
        asset_type: if is_crypto { AssetType::Crypto } else { AssetType::Stock },
        exchange: ["NYSE", "NASDAQ"][nth % 2].to_owned(),
        sector: ["Energy", "Health Care", "Utilities"][nth % 3].to_owned(),
        tick: cents(1),
        lot: if is_crypto { Qty::from_atoms(1).expect("valid") } else { whole },
        notional_min: Usd::ZERO,
    };
    let price = cents(low + price_up.min(range));
    let quote = Quote {
        price,
        bid: price,
        ask: price,
        bid_size: whole,
        ask_size: whole,
        prev_close: cents(low),
        open: price,
        high: cents(low + range),
        low: cents(low),
        volume: Qty::from_atoms(volume * 100_000_000).expect("valid"),
        time: Timestamp::EPOCH,
        touched_at: Timestamp::EPOCH,
    };
    let volatility_pct = Percent::ratio(Decimal::from(nth % 90), Decimal::ONE_HUNDRED);
    Row { instrument, usual_volume: Qty::from_atoms(50_000 * 100_000_000).expect("valid"), volatility_pct, quote }
}

fn table(rows: &[Row]) -> Table {
    let listed: Vec<_> = rows
        .iter()
        .map(|row| Listed { instrument: &row.instrument, usual_volume: row.usual_volume, volatility_pct: row.volatility_pct })
        .collect();
    let mut table = Table::new(&listed);
    for (nth, row) in rows.iter().enumerate() {
        table.set(nth, &row.quote);
    }
    table
}

fn plainly(query: &ScreenQuery, row: &Row) -> bool {
    let number = |text: &Option<String>| text.as_deref().map(|text| text.parse::<Decimal>().expect("a number"));
    let within = |value: Option<Decimal>, min: &Option<String>, max: &Option<String>| {
        let (min, max) = (number(min), number(max));
        (min.is_none() && max.is_none()) || value.is_some_and(|v| min.is_none_or(|min| v >= min) && max.is_none_or(|max| v <= max))
    };
    let (instrument, quote) = (&row.instrument, &row.quote);
    let max_price = number(&query.max_price).unwrap_or(Decimal::ONE_HUNDRED);
    let said = |asked: &Option<String>, is: &str| asked.as_deref().is_none_or(|asked| asked.eq_ignore_ascii_case(is));
    quote.price.decimal() <= number(&query.cash).map_or(max_price, |cash| max_price.min(cash))
        && within(Some(quote.price.decimal()), &query.min_price, &None)
        && within(Some(quote.volume.decimal()), &query.min_volume, &None)
        && within(Some(quote.change_pct().decimal()), &query.change_pct_min, &query.change_pct_max)
        && within(quote.rel_volume_pct(row.usual_volume).map(Percent::decimal), &query.rel_volume_pct_min, &None)
        && within(quote.range_pct().map(Percent::decimal), &query.range_pct_min, &query.range_pct_max)
        && within(Some(row.volatility_pct.decimal()), &query.volatility_pct_min, &query.volatility_pct_max)
        && said(&query.sector, &instrument.sector)
        && said(&query.exchange, &instrument.exchange)
        && said(&query.asset_type, instrument.asset_type.as_str())
        && said(&query.fractionable, if instrument.is_fractionable() { "true" } else { "false" })
        && query.q.as_deref().is_none_or(|q| format!("{} {}", instrument.symbol, instrument.name).to_lowercase().contains(q))
}

fn maybe<S: Strategy<Value = String>>(value: S) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(value)
}

fn number(range: std::ops::Range<i64>) -> impl Strategy<Value = Option<String>> {
    maybe(range.prop_map(|hundredths| Decimal::new(hundredths, 2).to_string()))
}

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    maybe(proptest::sample::select(words).prop_map(str::to_owned))
}

prop_compose! {
    fn prices()(max_price in number(1_000..30_000), min_price in number(1..20_000), cash in number(1..30_000), min_volume in number(0..1_000_000)) -> ScreenQuery {
        ScreenQuery { max_price, min_price, min_volume, cash, ..ScreenQuery::default() }
    }
}

prop_compose! {
    fn screens()(
        prices in prices(),
        change_pct_min in number(-1_000..5_000), change_pct_max in number(0..9_000),
        rel_volume_pct_min in number(0..20_000),
        range_pct_min in number(0..9_000), range_pct_max in number(1_000..10_000),
        volatility_pct_max in number(0..9_000),
        sector in word(&["energy", "Utilities", "none such"]), exchange in word(&["NYSE", "nasdaq"]),
        asset_type in word(&["stock", "crypto"]), fractionable in word(&["true", "false"]), q in word(&["s1", "company 3"]),
        sort in word(&["symbol", "-symbol", "name", "price", "-price", "-change_pct", "volume", "rel_volume_pct", "-range_pct", "volatility_pct"]),
    ) -> ScreenQuery {
        ScreenQuery {
            asset_type, sector, change_pct_min, change_pct_max, exchange, rel_volume_pct_min, range_pct_min, range_pct_max,
            volatility_pct_max, fractionable, q, sort, ..prices
        }
    }
}

proptest! {
    #[test]
    fn columns_answer_as_a_plain_look_would(
        figures in vec(((1..20_000_i64, 0..3_000_i64, 0..3_000_i64, 0..20_000_i64), any::<bool>()), 0..60),
        query in screens(),
    ) {
        let rows: Vec<_> = figures.iter().enumerate().map(|(nth, (figures, is_crypto))| row(nth, *figures, *is_crypto)).collect();
        let (table, screen) = (table(&rows), Screen::parse(&query).expect("a valid screen"));
        let plain: Vec<u32> = (0..).zip(&rows).filter(|(_, row)| plainly(&query, row)).map(|(nth, _)| nth).collect();
        prop_assert_eq!(screen.matches(&table), plain.clone());
        let mut selected = screen.select(&table);
        prop_assert_eq!(selected.len(), plain.len());
        if query.sort.as_deref() == Some("-price") {
            prop_assert!(selected.windows(2).all(|w| rows[w[0] as usize].quote.price >= rows[w[1] as usize].quote.price));
        }
        selected.sort_unstable();
        prop_assert_eq!(selected, plain);
    }
}

#[test]
fn equal_keys_fall_back_to_the_symbol() {
    let rows: Vec<_> = (0..4).map(|nth| row(nth, (500, 0, 0, 1), false)).collect();
    for sort in ["price", "-price", "range_pct"] {
        let screen = Screen::parse(&ScreenQuery { sort: Some(sort.to_owned()), ..ScreenQuery::default() }).expect("valid");
        assert_eq!(screen.select(&table(&rows)), [0, 1, 2, 3], "{sort}");
    }
}

#[test]
fn what_is_unknown_passes_no_filter_on_it() {
    let rows = [row(0, (500, 0, 0, 1), false)];
    let with = |query: ScreenQuery| Screen::parse(&query).expect("valid").matches(&table(&rows)).len();
    assert_eq!(with(ScreenQuery::default()), 1);
    assert_eq!(with(ScreenQuery { range_pct_max: Some("100".to_owned()), ..ScreenQuery::default() }), 0);
}
