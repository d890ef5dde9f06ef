//! What anybody may ask: the time, the rules of the instruments, prices.

use serde_json::{Value, json};

use super::{NO_SYMBOL, view};
use crate::{
    exchange::{Exchange, instrument::Instrument},
    http::{Reply, Request},
};

pub fn answer(exchange: &Exchange, request: &Request) -> Option<Reply> {
    let ("GET", path) = request.route() else { return None };
    Some(match path {
        "/api/v3/ping" => Reply::ok(&json!({})),
        "/api/v3/time" => Reply::ok(&json!({"serverTime": exchange.now_ms()})),
        "/api/v3/exchangeInfo" => exchange_info(exchange, request),
        "/api/v3/ticker/price" => {
            each(exchange, request, |exchange, one| json!({"symbol": one.symbol, "price": view::text(exchange.touch(&one.symbol).ask)}))
        }
        "/api/v3/ticker/bookTicker" => each(exchange, request, |exchange, one| {
            let touch = exchange.touch(&one.symbol);
            let depth = touch.depth.map_or_else(|| "1000.00000000".to_owned(), view::text);
            json!({"symbol": one.symbol, "bidPrice": view::text(touch.bid), "bidQty": depth, "askPrice": view::text(touch.ask),
                "askQty": depth})
        }),
        _ => return None,
    })
}

fn wanted<'a>(exchange: &'a Exchange, request: &Request) -> Option<Vec<&'a Instrument>> {
    let list = request.param("symbols").and_then(|text| serde_json::from_str::<Vec<String>>(text).ok());
    let named = request.param("symbol").map(|symbol| vec![symbol.to_owned()]).or(list);
    match named {
        Some(named) => named.iter().map(|symbol| exchange.instrument(symbol)).collect(),
        None => Some(exchange.profile.instruments.iter().collect()),
    }
}

/// One where one is named, else a list.
fn each(exchange: &Exchange, request: &Request, show: fn(&Exchange, &Instrument) -> Value) -> Reply {
    let Some(wanted) = wanted(exchange, request) else { return NO_SYMBOL.into() };
    match (request.param("symbol"), wanted.as_slice()) {
        (Some(_), [one]) => Reply::ok(&show(exchange, one)),
        _ => Reply::ok(&wanted.into_iter().map(|one| show(exchange, one)).collect()),
    }
}

fn exchange_info(exchange: &Exchange, request: &Request) -> Reply {
    let Some(wanted) = wanted(exchange, request) else { return NO_SYMBOL.into() };
    let limit = |kind: &str, interval: &str, num: u32, limit: u32| json!({"rateLimitType": kind, "interval": interval, "intervalNum": num, "limit": limit});
    Reply::ok(&json!({
        "timezone": "UTC", "serverTime": exchange.now_ms(), "exchangeFilters": [],
        "rateLimits": [limit("REQUEST_WEIGHT", "MINUTE", 1, 6_000), limit("ORDERS", "SECOND", 10, 100),
            limit("ORDERS", "DAY", 1, 200_000), limit("RAW_REQUESTS", "MINUTE", 5, 61_000)],
        "symbols": wanted.into_iter().map(symbol).collect::<Vec<_>>(),
    }))
}

fn symbol(one: &Instrument) -> Value {
    let (tick, step, least) = (view::text(one.tick), view::text(one.step), view::text(one.min_qty));
    let none = "0.00000000";
    json!({
        "symbol": one.symbol, "status": "TRADING", "baseAsset": one.base, "baseAssetPrecision": 8, "quoteAsset": one.quote,
        "quotePrecision": 8, "quoteAssetPrecision": 8, "baseCommissionPrecision": 8, "quoteCommissionPrecision": 8,
        "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT"],
        "icebergAllowed": true, "ocoAllowed": false, "otoAllowed": false, "quoteOrderQtyMarketAllowed": true,
        "allowTrailingStop": true, "cancelReplaceAllowed": true, "amendAllowed": true, "isSpotTradingAllowed": true,
        "isMarginTradingAllowed": false, "permissions": [], "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "EXPIRE_MAKER", "allowedSelfTradePreventionModes": ["EXPIRE_MAKER"],
        "filters": [
            {"filterType": "PRICE_FILTER", "minPrice": tick, "maxPrice": "1000000.00000000", "tickSize": tick},
            {"filterType": "LOT_SIZE", "minQty": least, "maxQty": "9000000.00000000", "stepSize": step},
            {"filterType": "ICEBERG_PARTS", "limit": 10},
            {"filterType": "MARKET_LOT_SIZE", "minQty": none, "maxQty": "9000000.00000000", "stepSize": none},
            {"filterType": "TRAILING_DELTA", "minTrailingAboveDelta": 10, "maxTrailingAboveDelta": 2000,
                "minTrailingBelowDelta": 10, "maxTrailingBelowDelta": 2000},
            {"filterType": "PERCENT_PRICE_BY_SIDE", "bidMultiplierUp": "5", "bidMultiplierDown": "0.2", "askMultiplierUp": "5",
                "askMultiplierDown": "0.2", "avgPriceMins": 5},
            {"filterType": "NOTIONAL", "minNotional": view::text(one.min_notional), "applyMinToMarket": true,
                "maxNotional": "9000000.00000000", "applyMaxToMarket": false, "avgPriceMins": 5},
            {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
            {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
        ],
    })
}
