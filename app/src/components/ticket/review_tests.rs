use speedtrade::{instrument::AssetType, money::Percent, time::Timestamp};

use super::*;

fn instrument() -> Instrument {
    Instrument {
        symbol: "AAPL".parse().expect("valid"),
        name: "Apple".to_owned(),
        asset_type: AssetType::Stock,
        exchange: "NASDAQ".to_owned(),
        sector: "Technology".to_owned(),
        tick: "0.01".parse().expect("valid"),
        lot: "0.000001".parse().expect("valid"),
        notional_min: "1".parse().expect("valid"),
    }
}

fn quote() -> Quote {
    let at = |text: &str| text.parse().expect("valid");
    let units = |text: &str| text.parse().expect("valid");
    Quote {
        price: at("214.29"),
        bid: at("214.28"),
        ask: at("214.30"),
        bid_size: units("100"),
        ask_size: units("100"),
        prev_close: at("210"),
        open: at("211"),
        high: at("215"),
        low: at("209"),
        volume: units("1000"),
        time: Timestamp::EPOCH,
        touched_at: Timestamp::EPOCH,
    }
}

fn funds(cash: &str, power: &str) -> PortfolioView {
    let usd = |text: &str| text.parse::<Usd>().expect("valid");
    PortfolioView {
        cash: usd(cash),
        buying_power: usd(power),
        equity: usd(cash),
        market_value: Usd::ZERO,
        day_pl: Usd::ZERO,
        day_pl_pct: Percent::ZERO,
        total_pl: Usd::ZERO,
        total_pl_pct: Percent::ZERO,
        deposits: usd(cash),
        day_base: Usd::ZERO,
        as_of: Timestamp::EPOCH,
    }
}

fn ticket(side: &str, qty: &str) -> OrderTicket {
    OrderTicket {
        symbol: "AAPL".to_owned(),
        side: side.to_owned(),
        kind: "market".to_owned(),
        qty: Some(qty.to_owned()),
        ..OrderTicket::default()
    }
}

fn reviewed(ticket: &OrderTicket, funds: Option<&PortfolioView>) -> Review {
    review(ticket, &Circumstances { instrument: &instrument(), quote: &quote(), funds, held: None })
}

#[test]
fn a_buy_says_its_cost_and_what_is_left() {
    let review = reviewed(&ticket("buy", "10"), Some(&funds("100000", "100000")));
    assert_eq!(review.words(Side::Buy), "Estimated cost $2,143.00 · Buying power after $97,857.00");
    assert_eq!(review.button(Side::Buy, "AAPL"), "Buy 10 AAPL · $2,143.00");
    assert_eq!((review.denied, review.errors), (None, vec![]));
}

#[test]
fn dollars_are_said_as_dollars_and_only_of_market_orders() {
    let dollars = OrderTicket { notional: Some("500".to_owned()), qty: None, ..ticket("buy", "") };
    let review = reviewed(&dollars, Some(&funds("100000", "100000")));
    assert_eq!((review.button(Side::Buy, "AAPL"), review.errors.clone()), ("Buy $500.00 of AAPL".to_owned(), vec![]));
    assert!(review.estimate.is_some_and(|cost| cost <= "500".parse().expect("valid")), "{review:?}");
    let limit = OrderTicket { kind: "limit".to_owned(), limit_price: Some("214.30".to_owned()), ..dollars };
    assert!(reviewed(&limit, None).error("notional").is_some());
}

#[test]
fn a_buy_beyond_the_buying_power_is_denied_in_words() {
    let review = reviewed(&ticket("buy", "10"), Some(&funds("100000", "2142.99")));
    assert!(review.denied.expect("denied").contains("$2142.99 of buying power is free"));
}

#[test]
fn a_sell_of_what_is_not_held_is_denied() {
    let review = reviewed(&ticket("sell", "1"), Some(&funds("100000", "100000")));
    assert!(review.denied.expect("denied").contains("at most 0"));
    assert_eq!(review.power_after, Some("100214.27".parse().expect("valid")));
}

#[test]
fn a_visitor_sees_the_cost_but_is_not_judged() {
    let review = reviewed(&ticket("buy", "10"), None);
    assert_eq!(review.words(Side::Buy), "Estimated cost $2,143.00");
    assert_eq!(review.denied, None);
}

#[test]
fn mistakes_stand_at_their_fields() {
    let limit = OrderTicket { kind: "limit".to_owned(), limit_price: Some("214.305".to_owned()), ..ticket("buy", "ten") };
    let review = reviewed(&limit, None);
    assert_eq!(review.error("qty").as_deref(), Some("this is not a plain decimal number"));
    assert_eq!(review.error("limit_price").as_deref(), Some("must be a multiple of 0.01"));
    assert_eq!(review.words(Side::Buy), "Enter an amount to see what it comes to.");
}
