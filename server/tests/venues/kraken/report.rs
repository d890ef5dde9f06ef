//! What the channels say of orders, trades and balances: numbers are numbers here.

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    names,
    view::{self, number},
};
use crate::{
    exchange::{
        Exchange,
        order::{Event, Order, Status, Tif, Trade, What},
    },
    write::{micros, plain},
};

const TRADES: usize = 50;

fn numeric(value: Decimal) -> Value {
    number(&plain(value))
}

fn status(order: &Order) -> &'static str {
    match order.status {
        Status::Held => "pending_new",
        Status::New => "new",
        Status::PartiallyFilled => "partially_filled",
        Status::Filled => "filled",
        Status::Canceled | Status::Replaced => "canceled",
        Status::Expired if view::status(order) == "canceled" => "canceled",
        Status::Expired => "expired",
    }
}

fn base(order: &Order, exec_type: &str, order_status: &str, at_us: i64) -> Value {
    let mut base = json!({"order_id": order.venue_id, "exec_type": exec_type, "order_status": order_status,
        "timestamp": micros(at_us), "cum_qty": numeric(order.filled), "cum_cost": numeric(order.cost),
        "avg_price": numeric(order.average().unwrap_or_default()), "fee_usd_equiv": numeric(order.fee)});
    if !order.asked.client_id.is_empty() {
        base["cl_ord_id"] = json!(order.asked.client_id);
    }
    base
}

/// With all that is known of the order.
fn full(order: &Order, exec_type: &str, order_status: &str, at_us: i64) -> Value {
    let mut full = base(order, exec_type, order_status, at_us);
    let tif = match order.asked.tif {
        Tif::Ioc => "IOC",
        Tif::Fok => "FOK",
        Tif::Gtd => "GTD",
        Tif::Day | Tif::Gtc | Tif::Opg | Tif::Cls => "GTC",
    };
    let more = json!({"symbol": order.asked.symbol, "side": order.asked.side.lower(), "order_type": view::kind(order.asked.kind),
        "order_qty": numeric(order.qty), "time_in_force": tif, "post_only": order.asked.post_only, "reduce_only": false,
        "margin": false, "fee_ccy_pref": "fciq", "order_userref": order.asked.extra["userref"].as_i64().unwrap_or(0)});
    for (name, value) in more.as_object().into_iter().flatten() {
        full[name] = value.clone();
    }
    if let Some(limit) = order.asked.limit {
        full["limit_price"] = numeric(limit);
    }
    if let Some(stop) = order.stop {
        full["triggers"] = json!({"reference": "last", "price": numeric(stop), "price_type": "static",
            "status": if order.is_triggered { "triggered" } else { "untriggered" }});
    }
    full
}

fn traded(order: &Order, trade: &Trade) -> Value {
    // Also of the last one: that the order is filled is said apart.
    let mut traded = full(order, "trade", "partially_filled", trade.at_us);
    traded["exec_id"] = json!(names::txid('T', trade.id));
    traded["trade_id"] = json!(trade.id);
    traded["last_qty"] = numeric(trade.qty);
    traded["last_price"] = numeric(trade.price);
    traded["cost"] = numeric(trade.qty * trade.price);
    traded["liquidity_ind"] = json!(if trade.is_maker { "m" } else { "t" });
    traded["fees"] = json!([{"asset": trade.fee_asset, "qty": numeric(trade.fee)}]);
    traded
}

pub fn executions(exchange: &Exchange, event: &Event) -> Vec<Value> {
    let Event::Order { what, order, at_us } = event else { return Vec::new() };
    let ended = |exec_type: &str, reason: &str| {
        let mut ended = base(order, exec_type, status(order), *at_us);
        ended["reason"] = json!(reason);
        ended["cancel_reason"] = json!(reason);
        vec![ended]
    };
    match what {
        What::New => vec![full(order, "pending_new", "pending_new", *at_us), base(order, "new", "new", *at_us)],
        What::Trade(trade) if order.status == Status::Filled => vec![traded(order, trade), base(order, "filled", "filled", *at_us)],
        What::Trade(trade) => vec![traded(order, trade)],
        What::Canceled | What::Replaced => ended("canceled", "User requested"),
        What::Expired => ended(status(order), "Order expired"),
        What::Amended => vec![full(order, "amended", status(order), *at_us)],
        What::Bust(_) => vec![full(order, "restated", status(exchange.order(order.id)), *at_us)],
    }
}

/// Open orders, unless they are not wanted; the newest trades, if they are.
pub fn snapshot(exchange: &Exchange, params: &Value) -> Value {
    let open = exchange.orders.values().filter(|order| order.is_open() && params["snap_orders"] != false);
    let trades = exchange.trades.iter().rev().filter(|trade| !trade.is_busted && params["snap_trades"] == true).take(TRADES);
    let orders = open.map(|order| full(order, if order.filled.is_zero() { "new" } else { "status" }, status(order), order.updated_us));
    orders.chain(trades.map(|trade| traded(exchange.order(trade.order), trade))).collect()
}

fn wallet(exchange: &Exchange, asset: &str) -> Value {
    json!([{"type": "spot", "id": "main", "balance": numeric(exchange.funds.get(asset).total())}])
}

pub fn balances(exchange: &Exchange) -> Value {
    let one = |asset: &String| {
        json!({"asset": asset, "asset_class": "currency", "balance": numeric(exchange.funds.get(asset).total()),
            "wallets": wallet(exchange, asset)})
    };
    exchange.funds.0.keys().map(one).collect()
}

/// One entry for each asset that an event has changed.
pub fn ledger(exchange: &Exchange, event: &Event) -> Vec<Value> {
    let entry = |asset: &str, kind: &str, amount: Decimal, fee: Decimal, at_us: i64| {
        json!({"ledger_id": names::txid('L', u64::try_from(at_us).unwrap_or_default()), "type": kind, "asset": asset,
            "asset_class": "currency", "wallet_type": "spot", "wallet_id": "main", "amount": numeric(amount), "fee": numeric(fee),
            "balance": numeric(exchange.funds.get(asset).total()), "timestamp": micros(at_us)})
    };
    match event {
        Event::Balance { asset, amount, at_us } => {
            let kind = if amount.is_sign_negative() { "withdrawal" } else { "deposit" };
            vec![entry(asset, kind, *amount, Decimal::ZERO, *at_us)]
        }
        Event::Order { what: What::Trade(trade), order, at_us } => {
            let instrument = exchange.instrument_of(order);
            let cost = trade.qty * trade.price;
            let (base, quote) = match trade.side {
                crate::exchange::order::Side::Buy => (trade.qty, -cost),
                crate::exchange::order::Side::Sell => (-trade.qty, cost),
            };
            vec![entry(instrument.base, "trade", base, Decimal::ZERO, *at_us), entry(instrument.quote, "trade", quote, trade.fee, *at_us)]
        }
        Event::Order { .. } => Vec::new(),
    }
}
