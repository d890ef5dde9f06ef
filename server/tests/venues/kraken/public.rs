//! What anybody may ask: the time, the state, assets, pairs, prices.

use chrono::DateTime;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{Trouble, names};
use crate::{
    exchange::{Exchange, instrument::Instrument},
    http::Request,
    write::plain,
};

pub fn answer(exchange: &Exchange, name: &str, request: &Request) -> Result<Value, Trouble> {
    let now_s = exchange.now_ms() / 1000;
    let now = DateTime::from_timestamp(now_s, 0).unwrap_or_default();
    match name {
        "Time" => Ok(json!({"unixtime": now_s, "rfc1123": now.format("%a, %d %b %y %H:%M:%S +0000").to_string()})),
        "SystemStatus" => Ok(json!({"status": "online", "timestamp": now.format("%Y-%m-%dT%H:%M:%SZ").to_string()})),
        "Assets" => Ok(assets(exchange)),
        "AssetPairs" => each(exchange, request, |_, one| pair(one)),
        "Ticker" => each(exchange, request, ticker),
        _ => Err("EGeneral:Unknown method"),
    }
}

/// Of the pairs that are named, or of all.
fn each(exchange: &Exchange, request: &Request, show: fn(&Exchange, &Instrument) -> Value) -> Result<Value, Trouble> {
    let wanted: Vec<&Instrument> = match request.param("pair") {
        None => exchange.profile.instruments.iter().collect(),
        Some(list) => {
            let found: Option<Vec<_>> = list.split(',').map(|name| names::find(exchange, name)).collect();
            found.ok_or("EQuery:Unknown asset pair")?
        }
    };
    Ok(Value::Object(wanted.into_iter().map(|one| (names::pair(one), show(exchange, one))).collect()))
}

fn assets(exchange: &Exchange) -> Value {
    let bases = exchange.profile.instruments.iter().map(|one| (one.base, 10, 8));
    let all = bases.chain([("USD", 4, 2)]);
    let one = |(code, decimals, display): (&str, u32, u32)| {
        let shown = json!({"aclass": "currency", "altname": names::altname(code), "decimals": decimals,
            "display_decimals": display, "status": "enabled"});
        (names::asset(code).to_owned(), shown)
    };
    Value::Object(all.map(one).collect::<Map<_, _>>())
}

fn pair(one: &Instrument) -> Value {
    json!({
        "altname": names::pair_altname(one), "wsname": names::wsname(one), "aclass_base": "currency",
        "base": names::asset(one.base), "aclass_quote": "currency", "quote": names::asset(one.quote), "lot": "unit",
        "cost_decimals": 5, "pair_decimals": one.tick.scale(), "lot_decimals": one.step.scale(), "lot_multiplier": 1,
        "leverage_buy": [], "leverage_sell": [], "fees": [[0, 0.4]], "fees_maker": [[0, 0.25]], "fee_volume_currency": "ZUSD",
        "margin_call": 80, "margin_stop": 40, "ordermin": plain(one.min_qty), "costmin": plain(one.min_notional),
        "tick_size": plain(one.tick), "status": "online",
    })
}

fn ticker(exchange: &Exchange, one: &Instrument) -> Value {
    let touch = exchange.touch(&one.symbol);
    let depth = touch.depth.unwrap_or(Decimal::ONE_THOUSAND);
    let (bid, ask) = (plain(touch.bid), plain(touch.ask));
    let both = |value: &str| json!([value, value]);
    json!({"a": [ask, "1", plain(depth)], "b": [bid, "1", plain(depth)], "c": [ask, "1"], "v": both("1000"), "p": both(&ask),
        "t": [1, 1], "l": both(&bid), "h": both(&ask), "o": bid})
}
