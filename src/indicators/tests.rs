//! Against reference values, and the running form against the definitions.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::{
    instrument::AssetType,
    market::{Bar, Calendar},
    time::{DAY_US, MINUTE_US, Timestamp},
};

/// Highs, lows and closes of `QQQQ` in April 2010, which the school of `StockCharts` publishes with its ATR (0.55 at the 14th
/// day to 1.32 at the last). In cents.
const HIGHS: [i64; 30] = [
    4870, 4872, 4890, 4887, 4882, 4905, 4920, 4935, 4992, 5019, 5012, 4966, 4988, 5019, 5036, 5057, 5065, 5043, 4963, 5033, 5029, 5017,
    4932, 4850, 4832, 4680, 4780, 4839, 4866, 4879,
];
const LOWS: [i64; 30] = [
    4779, 4814, 4839, 4837, 4824, 4864, 4894, 4886, 4950, 4987, 4920, 4890, 4943, 4973, 4926, 5009, 5030, 4921, 4898, 4961, 4920, 4943,
    4808, 4764, 4155, 4428, 4731, 4720, 4790, 4773,
];
const CLOSES: [i64; 30] = [
    4816, 4861, 4875, 4863, 4874, 4903, 4907, 4932, 4991, 5013, 4953, 4950, 4975, 5003, 5031, 5052, 5041, 4934, 4937, 5023, 4924, 4993,
    4843, 4818, 4657, 4541, 4777, 4772, 4862, 4785,
];

fn bar(t: Timestamp, [high, low, close]: [i64; 3], volume: i64) -> Bar {
    let price = |cents: i64| rust_decimal::Decimal::new(cents, 2).to_string().parse().expect("a price");
    Bar { t, o: price(close), h: price(high), l: price(low), c: price(close), v: volume.to_string().parse().expect("a volume") }
}

/// Thirteen bars a day.
fn at(i: i64) -> Timestamp {
    Timestamp::from_micros(i / 13 * DAY_US + (10 * 60 + i % 13 * 30) * MINUTE_US)
}

/// The published days, with volumes of ours: 1,000, 1,037, 1,074 and so on.
fn published() -> Vec<Bar> {
    let rows = HIGHS.into_iter().zip(LOWS).zip(CLOSES);
    (0..).zip(rows).map(|(i, ((high, low), close))| bar(at(i), [high, low, close], 1_000 + 37 * i)).collect()
}

/// 200 bars of a linear congruential generator (1103515245, 12345, 2^31, its upper bits): a walk from 100.00.
fn made() -> Vec<Bar> {
    let (mut state, mut price) = (12_345_i64, 10_000);
    let mut next = |below: i64| {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        (state >> 16) % below
    };
    let step = |i| {
        let (change, up, down, volume) = (next(400) - 200, next(150), next(150), next(5_000));
        let close = price + change;
        let (high, low) = (price.max(close) + up, price.min(close) - down);
        price = close;
        bar(at(i), [high, low, close], volume)
    };
    (0..200).map(step).collect()
}

fn assert_close(found: Values, expected: Values) {
    for (found, expected) in found.into_iter().zip(expected) {
        let is_close = match (found, expected) {
            (Some(found), Some(expected)) => near(found, expected),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        assert!(is_close, "{found:?} is not {expected:?}");
    }
}

#[expect(clippy::float_arithmetic, reason = "a comparison of statistics")]
fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9
}

// The numbers below are of a Python script that knows the definitions alone (sums over windows, averages as weighted
// sums, 60 decimal digits) and was run once.

#[rstest]
#[case("sma:10", 8, [None, None, None])]
#[case("sma:10", 9, [Some(49.035), None, None])]
#[case("sma:10", 20, [Some(49.87), None, None])]
#[case("sma:10", 29, [Some(47.972), None, None])]
#[case("ema:10", 8, [None, None, None])]
#[case("ema:10", 9, [Some(49.035), None, None])]
#[case("ema:10", 20, [Some(49.698_254_877_778), None, None])]
#[case("ema:10", 29, [Some(48.080_125_462_883), None, None])]
#[case("bb:20:2", 18, [None, None, None])]
#[case("bb:20:2", 19, [Some(49.467), Some(50.801_947_189_967), Some(48.132_052_810_033)])]
#[case("bb:20:2", 29, [Some(48.935_5), Some(51.588_124_926_37), Some(46.282_875_073_63)])]
#[case("bb:5:1.5", 4, [Some(48.578), Some(48.902_693_701_818), Some(48.253_306_298_182)])]
#[case("bb:5:1.5", 24, [Some(48.47), Some(50.169_732_331_869), Some(46.770_267_668_131)])]
#[case("vwap", 0, [Some(48.216_666_666_667), None, None])]
#[case("vwap", 1, [Some(48.355_815_742_104), None, None])]
#[case("vwap", 12, [Some(49.152_417_642_369), None, None])]
#[case("vwap", 13, [Some(49.983_333_333_333), None, None])]
#[case("vwap", 29, [Some(47.983_178_025_609), None, None])]
#[case("rsi:14", 13, [None, None, None])]
#[case("rsi:14", 14, [Some(79.452_054_794_521), None, None])]
#[case("rsi:14", 20, [Some(54.001_628_275_831), None, None])]
#[case("rsi:14", 29, [Some(47.310_049_621_171), None, None])]
#[case("macd:5:13:4", 11, [None, None, None])]
#[case("macd:5:13:4", 12, [Some(0.447_520_710_961), None, None])]
#[case("macd:5:13:4", 15, [Some(0.542_680_046_194), Some(0.489_290_418_175), Some(0.053_389_628_019)])]
#[case("macd:5:13:4", 29, [Some(-0.357_197_053_339), Some(-0.515_525_134_408), Some(0.158_328_081_069)])]
#[case("atr:14", 12, [None, None, None])]
#[case("atr:14", 13, [Some(0.554_285_714_286), None, None])]
#[case("atr:14", 14, [Some(0.593_265_306_122), None, None])]
#[case("atr:14", 29, [Some(1.316_342_790_691), None, None])]
fn published_days_give_the_reference_values(#[case] spec: &str, #[case] day: usize, #[case] expected: Values) {
    let spec = spec.parse().expect("valid");
    assert_close(series(spec, VwapDay::Utc, &published())[day], expected);
}

#[rstest]
#[case("sma:50", 49, [Some(106.391_6), None, None])]
#[case("sma:50", 199, [Some(114.838), None, None])]
#[case("ema:50", 49, [Some(106.391_6), None, None])]
#[case("ema:50", 199, [Some(115.671_317_733_728), None, None])]
#[case("bb:20:2", 199, [Some(116.904), Some(119.096_727_981_305), Some(114.711_272_018_695)])]
#[case("rsi:14", 100, [Some(49.990_573_752_937), None, None])]
#[case("rsi:14", 199, [Some(54.821_312_349_948), None, None])]
#[case("macd:12:26:9", 25, [Some(2.845_061_836_557), None, None])]
#[case("macd:12:26:9", 32, [Some(3.115_313_881_93), None, None])]
#[case("macd:12:26:9", 33, [Some(3.134_951_061_53), Some(3.030_926_901_915), Some(0.104_024_159_614)])]
#[case("macd:12:26:9", 199, [Some(0.987_314_474_757), Some(0.888_818_936_288), Some(0.098_495_538_469)])]
#[case("atr:14", 100, [Some(2.728_099_363_807), None, None])]
#[case("atr:14", 199, [Some(2.488_879_708_943), None, None])]
#[case("vwap", 100, [Some(111.787_496_603_892), None, None])]
#[case("vwap", 199, [Some(118.377_166_723_725), None, None])]
fn long_series_give_the_reference_values(#[case] spec: &str, #[case] nth: usize, #[case] expected: Values) {
    let spec = spec.parse().expect("valid");
    assert_close(series(spec, VwapDay::Utc, &made())[nth], expected);
}

#[test]
fn what_only_rises_has_an_rsi_of_100_and_no_volume_has_no_vwap() {
    let rising: Vec<Bar> = (0..20).map(|i| bar(at(i), [100 + i, 100 + i, 100 + i], 0)).collect();
    let last = |spec: &str| series(spec.parse().expect("valid"), VwapDay::Utc, &rising)[19];
    assert_close(last("rsi:14"), [Some(100.0), None, None]);
    assert_close(last("vwap"), [None; LINES_MAX]);
}

const SPECS: [&str; 8] = ["sma:7", "ema:5", "bb:9:2.5", "vwap", "rsi:6", "macd:3:8:4", "atr:5", "sma:1"];

proptest! {
    #[test]
    fn a_bar_at_a_time_equals_the_whole(
        rows in proptest::collection::vec((1_i64..1_000_000, 0_i64..5_000, 0_i64..5_000, 0_i64..100_000), 1..120),
        cut in 0_usize..120,
    ) {
        let bar_of = |(i, (low, up, more, volume)): (i64, &(i64, i64, i64, i64))| bar(at(i), [low + up + more, *low, low + up], *volume);
        let bars: Vec<Bar> = (0..).zip(&rows).map(bar_of).collect();
        let cut = cut.min(bars.len() - 1);
        for spec in SPECS {
            let spec = spec.parse().expect("valid");
            let whole = series(spec, VwapDay::NewYork, &bars);
            let mut running = Indicator::new(spec, VwapDay::NewYork);
            for bar in &bars[..cut] {
                running.push(bar);
            }
            // The forming bar changes many times before it is folded.
            running.peek(&bar(bars[cut].t, [5, 4, 4], 9));
            prop_assert_eq!(running.peek(&bars[cut]), whole[cut]);
            prop_assert_eq!(running.push(&bars[cut]), whole[cut]);
        }
    }

    #[test]
    fn a_vwap_of_stocks_begins_with_the_session_of_the_exchange(days in 0_i64..1_500, minutes in 0_i64..200) {
        // From 2023 on.
        let open = Calendar::Nyse.next_open(Timestamp::from_micros((19_358 + days) * DAY_US));
        let (now, spec) = (open.plus_micros(minutes * MINUTE_US), "vwap".parse().expect("valid"));
        // The end of the day before, this day's first bar of 4:00, its opening and now.
        let pre = open.plus_micros(-330 * MINUTE_US);
        let bars = [bar(pre.plus_micros(-9 * 60 * MINUTE_US), [900; 3], 1_000), bar(pre, [300; 3], 1), bar(open, [300; 3], 1), bar(now, [300; 3], 1)];
        let last = series(spec, VwapDay::of(AssetType::Stock), &bars)[3];
        prop_assert!(last[0].is_some_and(|vwap| near(vwap, 3.0)), "{last:?}");
    }
}
