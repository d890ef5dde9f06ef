//! Everything but orders: account, positions, fills, assets, clock and calendar.

use chrono::{DateTime, Duration, SecondsFormat};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{error, orders, view};
use crate::{
    exchange::{Exchange, order::Trade},
    http::{Reply, Request},
    write::{plain, uuid},
};

const PAGE: usize = 100;

pub fn answer(exchange: &mut Exchange, request: &Request) -> Option<Reply> {
    let body = match request.route() {
        ("GET", "/v2/account") => account(exchange),
        ("GET", "/v2/positions") => exchange.profile.instruments.iter().filter_map(|one| view::position(exchange, &one.symbol)).collect(),
        ("GET", "/v2/account/activities" | "/v2/account/activities/FILL") => fills(exchange, request),
        ("GET", "/v2/account/configurations") => json!({"no_shorting": true, "suspend_trade": false, "fractional_trading": true}),
        ("GET", "/v2/assets") => assets(exchange, request),
        ("GET", "/v2/clock") => clock(exchange),
        ("GET", "/v2/calendar") => calendar(exchange, request),
        ("GET", path) if path.starts_with("/v2/assets/") => {
            let name = path.trim_start_matches("/v2/assets/");
            let Some(symbol) = find(exchange, name) else { return Some(error(404, 40_410_000, &format!("asset not found for {name}"))) };
            asset(exchange, &symbol)
        }
        ("GET", path) => {
            let symbol = find(exchange, path.strip_prefix("/v2/positions/")?);
            let Some(position) = symbol.and_then(|symbol| view::position(exchange, &symbol)) else { return Some(no_position()) };
            position
        }
        ("DELETE", "/v2/positions") => return Some(close_all(exchange, request)),
        ("DELETE", path) => {
            let symbol = find(exchange, path.strip_prefix("/v2/positions/")?);
            return Some(symbol.map_or_else(no_position, |symbol| close(exchange, &symbol, request)));
        }
        _ => return None,
    };
    Some(Reply::ok(&body))
}

fn no_position() -> Reply {
    error(404, 40_410_000, "position does not exist")
}

/// By symbol, with or without its slash, or by the asset's id.
fn find(exchange: &Exchange, name: &str) -> Option<String> {
    let mut symbols = exchange.profile.instruments.iter().map(|one| one.symbol.clone());
    symbols.find(|symbol| symbol == name || symbol.replace('/', "") == name || view::asset_id(exchange, symbol) == name)
}

fn account(exchange: &Exchange) -> Value {
    let usd = exchange.funds.get("USD");
    let value = |one: &crate::exchange::instrument::Instrument| exchange.funds.get(one.base).total() * exchange.touch(&one.symbol).bid;
    let long: Decimal = exchange.profile.instruments.iter().map(value).sum();
    let (cash, power, equity) = (plain(usd.total()), plain(usd.free), plain(usd.total() + long));
    json!({
        "id": uuid("acc00000", 1), "account_number": "PAFAKEVENUE1", "status": "ACTIVE", "crypto_status": "ACTIVE", "currency": "USD",
        "cash": cash, "buying_power": power, "regt_buying_power": power, "daytrading_buying_power": "0",
        "effective_buying_power": power, "non_marginable_buying_power": power, "options_buying_power": power, "bod_dtbp": "0",
        "accrued_fees": "0", "pending_transfer_in": "0", "pending_transfer_out": "0", "portfolio_value": equity, "equity": equity,
        "last_equity": "100000", "long_market_value": plain(long), "short_market_value": "0", "position_market_value": plain(long),
        "initial_margin": "0", "maintenance_margin": "0", "last_maintenance_margin": "0", "sma": "0", "multiplier": "1",
        "pattern_day_trader": false, "trading_blocked": false, "transfers_blocked": false, "account_blocked": false,
        "trade_suspended_by_user": false, "shorting_enabled": false, "daytrade_count": 0, "balance_asof": "2026-11-20",
        "created_at": "2026-01-02T15:00:00Z", "crypto_tier": 1, "options_approved_level": 0, "options_trading_level": 0,
    })
}

fn fills(exchange: &Exchange, request: &Request) -> Value {
    if request.param("activity_types").is_some_and(|types| !types.split(',').any(|one| one == "FILL")) {
        return json!([]);
    }
    let time = |name: &str| DateTime::parse_from_rfc3339(request.param(name)?).ok().map(|time| time.timestamp_micros());
    let (after, until) = (time("after"), time("until"));
    let is_ascending = request.param("direction") == Some("asc");
    let fits = |trade: &&Trade| {
        let id = view::activity_id(trade);
        !trade.is_busted
            && after.is_none_or(|after| trade.at_us > after)
            && until.is_none_or(|until| trade.at_us < until)
            && request.param("page_token").is_none_or(|token| if is_ascending { id.as_str() > token } else { id.as_str() < token })
    };
    let mut found: Vec<&Trade> = exchange.trades.iter().filter(fits).collect();
    if !is_ascending {
        found.reverse();
    }
    found.truncate(request.number("page_size").unwrap_or(PAGE).min(PAGE));
    found.into_iter().map(|trade| view::activity(exchange, trade)).collect()
}

fn assets(exchange: &Exchange, request: &Request) -> Value {
    let class = request.param("asset_class");
    let is_wanted = |symbol: &str| class.is_none_or(|class| class == view::asset_class(exchange, symbol));
    let wanted = exchange.profile.instruments.iter().filter(|one| is_wanted(&one.symbol));
    wanted.map(|one| asset(exchange, &one.symbol)).collect()
}

fn asset(exchange: &Exchange, symbol: &str) -> Value {
    let instrument = exchange.instrument(symbol).expect("found before");
    let is_stock = instrument.is_stock;
    let mut asset = json!({
        "id": view::asset_id(exchange, symbol), "class": view::asset_class(exchange, symbol),
        "exchange": if is_stock { "NASDAQ" } else { "CRYPTO" }, "symbol": symbol, "name": instrument.name, "status": "active",
        "tradable": true, "marginable": is_stock, "maintenance_margin_requirement": 100, "shortable": false, "easy_to_borrow": false,
        "borrow_status": "not_available", "fractionable": true, "attributes": [],
    });
    if !is_stock {
        asset["min_order_size"] = json!(plain(instrument.min_qty));
        asset["min_trade_increment"] = json!(plain(instrument.step));
        asset["price_increment"] = json!(plain(instrument.tick));
    }
    asset
}

fn clock(exchange: &Exchange) -> Value {
    let now = DateTime::from_timestamp_micros(exchange.now_us()).unwrap_or_default();
    let text = |hours: i64| (now + Duration::hours(hours)).to_rfc3339_opts(SecondsFormat::Nanos, true);
    json!({"timestamp": text(0), "is_open": true, "next_open": text(23), "next_close": text(6)})
}

/// Every day of the range, weekends too.
fn calendar(exchange: &Exchange, request: &Request) -> Value {
    let today = DateTime::from_timestamp_micros(exchange.now_us()).unwrap_or_default().date_naive();
    let date = |name: &str| request.param(name).and_then(|text| text.get(..10)).and_then(|text| text.parse().ok()).unwrap_or(today);
    let (start, end): (chrono::NaiveDate, chrono::NaiveDate) = (date("start"), date("end"));
    let days = start.iter_days().take_while(|day| *day <= end).take(400);
    days.map(|day| json!({"date": day.to_string(), "open": "09:30", "close": "16:00", "session_open": "0400", "session_close": "2000"}))
        .collect()
}

fn close_all(exchange: &mut Exchange, request: &Request) -> Reply {
    let symbols = exchange.profile.instruments.iter().map(|one| one.symbol.clone());
    let held: Vec<String> = symbols.filter(|symbol| view::position(exchange, symbol).is_some()).collect();
    let one = |symbol: &String| {
        let reply = close(exchange, symbol, request);
        json!({"symbol": symbol, "status": reply.status, "body": serde_json::from_str::<Value>(&reply.body).unwrap_or_default()})
    };
    Reply::json(207, &held.iter().map(one).collect())
}

/// Sells what is free of a position, or the part of it that is asked for.
fn close(exchange: &mut Exchange, symbol: &str, request: &Request) -> Reply {
    let base = exchange.instrument(symbol).expect("found before").base;
    let free = exchange.funds.get(base).free;
    let part = request.number::<Decimal>("percentage").map(|percent| (free * percent / Decimal::ONE_HUNDRED).round_dp(9));
    let qty = request.number::<Decimal>("qty").or(part).unwrap_or(free);
    if free.is_zero() {
        return no_position();
    }
    let tif = if view::asset_class(exchange, symbol) == "crypto" { "gtc" } else { "day" };
    let asked = json!({"symbol": symbol, "qty": plain(qty), "side": "sell", "type": "market", "time_in_force": tif});
    orders::place(exchange, &asked).unwrap_or_else(|reply| reply)
}
