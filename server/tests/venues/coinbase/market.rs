//! What anybody may ask: the time and the products.

use serde_json::{Value, json};

use super::trouble;
use crate::{
    exchange::{Exchange, instrument::Instrument},
    http::{Reply, Request},
    write::{micros, plain},
};

/// `None` for what is not public.
pub fn public(exchange: &Exchange, path: &str, request: &Request) -> Option<Reply> {
    if path == "/time" {
        let (us, ms) = (exchange.now_us(), exchange.now_ms());
        return Some(Reply::ok(&json!({"iso": micros(us), "epochSeconds": (ms / 1000).to_string(), "epochMillis": ms.to_string()})));
    }
    products(exchange, path.strip_prefix("/market")?, request)
}

/// `None` for what is no question about products.
pub fn products(exchange: &Exchange, path: &str, request: &Request) -> Option<Reply> {
    if path == "/products" {
        let is_spot = request.param("product_type").is_none_or(|kind| kind == "SPOT");
        let all: Vec<Value> = exchange.profile.instruments.iter().filter(|_| is_spot).map(|one| product(exchange, one)).collect();
        return Some(Reply::ok(&json!({"num_products": all.len(), "products": all})));
    }
    if path == "/product_book" {
        let wanted = request.param("product_id").and_then(|id| exchange.instrument(id));
        return Some(found(wanted.map(|one| json!({"pricebook": book(exchange, one)}))));
    }
    let id = path.strip_prefix("/products/")?;
    Some(found(exchange.instrument(id).map(|one| product(exchange, one))))
}

fn found(body: Option<Value>) -> Reply {
    body.map_or_else(|| trouble(404, "NOT_FOUND", "valid product_id is required"), |body| Reply::ok(&body))
}

pub fn best_bid_ask(exchange: &Exchange, request: &Request) -> Value {
    let named: Vec<&str> = request.pairs.iter().filter(|(name, _)| name == "product_ids").map(|(_, value)| value.as_str()).collect();
    let wanted = exchange.profile.instruments.iter().filter(|one| named.is_empty() || named.contains(&one.symbol.as_str()));
    json!({"pricebooks": wanted.map(|one| book(exchange, one)).collect::<Vec<_>>()})
}

fn book(exchange: &Exchange, one: &Instrument) -> Value {
    let touch = exchange.touch(&one.symbol);
    let size = touch.depth.map_or_else(|| "1000".to_owned(), plain);
    let level = |price| json!([{"price": plain(price), "size": size}]);
    json!({"product_id": one.symbol, "bids": level(touch.bid), "asks": level(touch.ask), "time": micros(exchange.now_us())})
}

fn product(exchange: &Exchange, one: &Instrument) -> Value {
    let (tick, step, least) = (plain(one.tick), plain(one.step), plain(one.min_qty));
    json!({
        "product_id": one.symbol, "price": plain(exchange.touch(&one.symbol).ask), "price_percentage_change_24h": "0",
        "volume_24h": "1000", "volume_percentage_change_24h": "0", "base_increment": step, "quote_increment": tick,
        "price_increment": tick, "base_min_size": least, "base_max_size": "3400", "quote_min_size": plain(one.min_notional),
        "quote_max_size": "50000000", "base_name": one.name, "quote_name": "US Dollar", "watched": false, "is_disabled": false,
        "new": false, "status": "online", "cancel_only": false, "limit_only": false, "post_only": false,
        "trading_disabled": false, "auction_mode": false, "product_type": "SPOT", "quote_currency_id": one.quote,
        "base_currency_id": one.base, "fcm_trading_session_details": null, "mid_market_price": "", "alias": "", "alias_to": [],
        "base_display_symbol": one.base, "quote_display_symbol": one.quote, "view_only": false, "product_venue": "CBE",
        "display_name": one.symbol.replace('-', "/"), "approximate_quote_24h_volume": "65000000",
    })
}
