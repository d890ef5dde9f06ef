//! What the fake venues trade, with ticks, steps and minimums as the real ones have them.

use rust_decimal::Decimal;

#[derive(Debug, Clone)]
pub struct Instrument {
    pub symbol: String,
    pub base: &'static str,
    pub quote: &'static str,
    pub name: &'static str,
    pub tick: Decimal,
    pub step: Decimal,
    pub min_qty: Decimal,
    pub min_notional: Decimal,
    pub is_stock: bool,
    pub bid: Decimal,
    pub ask: Decimal,
}

pub fn decimal(text: &str) -> Decimal {
    text.parse().expect("a number written in this program")
}

type Coin = (&'static str, &'static str, [&'static str; 4], [&'static str; 2]);

/// Base, name, (tick, step, least quantity, least notional), (bid, ask).
pub const BINANCE: [Coin; 4] = [
    ("BTC", "Bitcoin", ["0.01", "0.00001", "0.00001", "5"], ["64999.99", "65000"]),
    ("ETH", "Ethereum", ["0.01", "0.0001", "0.0001", "5"], ["3499.99", "3500"]),
    ("SOL", "Solana", ["0.01", "0.001", "0.001", "5"], ["149.99", "150"]),
    ("DOGE", "Dogecoin", ["0.00001", "1", "1", "1"], ["0.19999", "0.2"]),
];
pub const ALPACA: [Coin; 4] = [
    ("BTC", "Bitcoin", ["0.01", "0.000000001", "0.000000001", "1"], ["64990", "65000"]),
    ("ETH", "Ethereum", ["0.01", "0.000000001", "0.000000001", "1"], ["3499", "3500"]),
    ("SOL", "Solana", ["0.0025", "0.000000001", "0.000000001", "1"], ["149.9", "150"]),
    ("DOGE", "Dogecoin", ["0.0000001", "0.000000001", "0.000000001", "1"], ["0.1998", "0.2"]),
];
pub const COINBASE: [Coin; 4] = [
    ("BTC", "Bitcoin", ["0.01", "0.00000001", "0.00000001", "1"], ["64999.99", "65000"]),
    ("ETH", "Ethereum", ["0.01", "0.00000001", "0.00000001", "1"], ["3499.99", "3500"]),
    ("SOL", "Solana", ["0.01", "0.00000001", "0.00000001", "1"], ["149.99", "150"]),
    ("DOGE", "Dogecoin", ["0.00001", "0.1", "0.1", "1"], ["0.19999", "0.2"]),
];
pub const KRAKEN: [Coin; 4] = [
    ("BTC", "Bitcoin", ["0.1", "0.00000001", "0.00005", "0.5"], ["64999.9", "65000"]),
    ("ETH", "Ethereum", ["0.01", "0.00000001", "0.001", "0.5"], ["3499.99", "3500"]),
    ("SOL", "Solana", ["0.01", "0.00000001", "0.02", "0.5"], ["149.99", "150"]),
    ("DOGE", "Dogecoin", ["0.0000001", "0.00000001", "13", "0.5"], ["0.1999999", "0.2"]),
];

/// Coins against one quote; `symbol` joins the two names as the venue does.
pub fn coins(coins: [Coin; 4], quote: &'static str, symbol: fn(&str, &str) -> String) -> Vec<Instrument> {
    let one = |(base, name, rules, prices): Coin| {
        let [tick, step, min_qty, min_notional] = rules.map(decimal);
        let [bid, ask] = prices.map(decimal);
        Instrument { symbol: symbol(base, quote), base, quote, name, tick, step, min_qty, min_notional, is_stock: false, bid, ask }
    };
    coins.into_iter().map(one).collect()
}

pub fn stocks() -> Vec<Instrument> {
    let one = |(symbol, name, bid, ask): (&'static str, &'static str, &str, &str)| Instrument {
        symbol: symbol.to_owned(),
        base: symbol,
        quote: "USD",
        name,
        tick: decimal("0.01"),
        step: decimal("0.000000001"),
        min_qty: decimal("0.000000001"),
        min_notional: Decimal::ZERO,
        is_stock: true,
        bid: decimal(bid),
        ask: decimal(ask),
    };
    [
        ("AAPL", "Apple Inc. Common Stock", "229.98", "230"),
        ("MSFT", "Microsoft Corporation Common Stock", "419.97", "420"),
        ("SPY", "SPDR S&P 500 ETF Trust", "599.99", "600"),
    ]
    .map(one)
    .into()
}
