//! The commands a venue obeys, from standard input or over HTTP. The language is told in the head of main.rs.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    exchange::{
        Exchange, Touch,
        order::{Kind, NewOrder, OrderId, Side, Tif},
    },
    faults::Ordered,
    world::{Frozen, Inner, World},
};

#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Command {
    Fault(Ordered),
    ClearFaults,
    Price {
        symbol: String,
        bid: Decimal,
        ask: Decimal,
        depth: Option<Decimal>,
    },
    Fill {
        #[serde(flatten)]
        order: Named,
        qty: Option<Decimal>,
        price: Option<Decimal>,
    },
    Bust {
        trade_id: Option<u64>,
        #[serde(flatten)]
        order: Named,
    },
    Cancel(Named),
    Expire(Named),
    External(External),
    Balance {
        asset: String,
        amount: Decimal,
    },
    Set(Settings),
    Stream {
        kind: String,
        #[serde(default = "once")]
        times: u64,
    },
    Freeze {
        #[serde(default)]
        lose: bool,
    },
    Thaw,
    Report,
    Reset,
}

#[derive(Debug, Default, Deserialize)]
struct Named {
    client_id: Option<String>,
    order_id: Option<String>,
}

#[derive(Debug, Deserialize)]
struct External {
    symbol: String,
    side: String,
    #[serde(rename = "type")]
    kind: String,
    qty: Decimal,
    limit: Option<Decimal>,
    client_id: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    auto_fill: Option<bool>,
    withdraw_permission: Option<bool>,
    clock_offset_ms: Option<i64>,
    lookup_lag_ms: Option<i64>,
    enforce_limit: Option<bool>,
}

fn once() -> u64 {
    1
}

/// Whether it was done, and what there is to tell.
pub fn carry_out(world: &World, line: &str) -> (bool, Value) {
    let word = serde_json::from_str::<Value>(line).map(|value| value["do"].clone()).unwrap_or_default();
    let told = serde_json::from_str::<Command>(line).map_err(|error| error.to_string()).and_then(|command| obey(world, command));
    match told {
        Ok(Value::Object(mut answer)) => {
            answer.insert("event".to_owned(), json!("done"));
            answer.insert("do".to_owned(), word);
            (true, Value::Object(answer))
        }
        Ok(_) => (true, json!({"event": "done", "do": word})),
        Err(error) => (false, json!({"event": "failed", "do": word, "error": error})),
    }
}

fn obey(world: &World, command: Command) -> Result<Value, String> {
    match command {
        Command::Freeze { lose } => world.freeze(Some(if lose { Frozen::Lost } else { Frozen::Kept })),
        Command::Thaw => world.freeze(None),
        Command::Report => {
            let inner = world.lock();
            return Ok(inner.record.report(&inner.exchange));
        }
        Command::Reset => {
            world.freeze(None);
            world.lock().reset();
        }
        Command::Fault(ordered) => world.lock().faults.order(ordered)?,
        Command::ClearFaults => world.lock().faults.clear(),
        Command::Stream { kind, times } => world.lock().streams.fail(&kind, times)?,
        Command::Set(settings) => set(&mut world.lock(), &settings),
        Command::Price { .. } | Command::Fill { .. } | Command::Bust { .. } | Command::Balance { .. } => {
            return trade(&mut world.lock(), command);
        }
        Command::Cancel(_) | Command::Expire(_) | Command::External(_) => return trade(&mut world.lock(), command),
    }
    Ok(Value::Null)
}

/// What happens on the market; the streams hear of it.
fn trade(inner: &mut Inner, command: Command) -> Result<Value, String> {
    let exchange = &mut inner.exchange;
    let done = match command {
        Command::Price { symbol, bid, ask, depth } => {
            let symbol = find_symbol(exchange, &symbol)?;
            exchange.set_price(&symbol, Touch { bid, ask, depth });
            Value::Null
        }
        Command::Fill { order, qty, price } => {
            let order = exchange.order(find(exchange, &order)?);
            let (id, qty) = (order.id, qty.unwrap_or(order.remaining()));
            let touch = exchange.touch(&order.asked.symbol);
            let best = if order.asked.side == Side::Buy { touch.ask } else { touch.bid };
            exchange.fill(id, qty, price.or(order.asked.limit).unwrap_or(best), true);
            json!({"trade_id": exchange.trades.last().map(|trade| trade.id)})
        }
        Command::Bust { trade_id, order } => {
            let last = |id: OrderId| exchange.trades_of(id).next_back().map(|trade| trade.id).ok_or("it has no trade");
            let trade_id = trade_id.map_or_else(|| find(exchange, &order).and_then(|id| last(id).map_err(Into::into)), Ok)?;
            exchange.bust(trade_id).map_err(|refusal| format!("{refusal:?}"))?;
            Value::Null
        }
        Command::Cancel(order) => done(find(exchange, &order).map(|id| exchange.cancel(id))?)?,
        Command::Expire(order) => done(find(exchange, &order).map(|id| exchange.expire(id))?)?,
        Command::External(external) => place_elsewhere(exchange, external)?,
        Command::Balance { asset, amount } => {
            exchange.deposit(&asset, amount);
            Value::Null
        }
        other => unreachable!("not of the market: {other:?}"),
    };
    inner.publish();
    Ok(done)
}

fn done(outcome: Result<(), crate::exchange::order::Refusal>) -> Result<Value, String> {
    outcome.map(|()| Value::Null).map_err(|refusal| format!("{refusal:?}"))
}

fn set(inner: &mut Inner, settings: &Settings) {
    let exchange = &mut inner.exchange;
    exchange.is_filling = settings.auto_fill.unwrap_or(exchange.is_filling);
    exchange.is_withdrawal_permitted = settings.withdraw_permission.unwrap_or(exchange.is_withdrawal_permitted);
    exchange.clock_offset_ms = settings.clock_offset_ms.unwrap_or(exchange.clock_offset_ms);
    exchange.lookup_lag_ms = settings.lookup_lag_ms.unwrap_or(exchange.lookup_lag_ms);
    inner.is_limit_enforced = settings.enforce_limit.unwrap_or(inner.is_limit_enforced);
}

/// `BTC/USD`, `BTC-USD` and `BTCUSD` are the same here.
fn find_symbol(exchange: &Exchange, symbol: &str) -> Result<String, String> {
    let plain = |symbol: &str| symbol.replace(['-', '/'], "");
    let found = exchange.profile.instruments.iter().find(|one| plain(&one.symbol) == plain(symbol));
    found.map(|one| one.symbol.clone()).ok_or_else(|| format!("no instrument is called {symbol:?}"))
}

fn find(exchange: &Exchange, named: &Named) -> Result<OrderId, String> {
    let by_client_id = named.client_id.as_deref().and_then(|id| exchange.by_client_id(id));
    let found = by_client_id.or_else(|| named.order_id.as_deref().and_then(|id| exchange.by_venue_id(id)));
    found.map(|order| order.id).ok_or_else(|| format!("no such order: {named:?}"))
}

fn place_elsewhere(exchange: &mut Exchange, external: External) -> Result<Value, String> {
    let symbol = find_symbol(exchange, &external.symbol)?;
    let side = match external.side.as_str() {
        "buy" => Side::Buy,
        "sell" => Side::Sell,
        other => return Err(format!("no side is called {other:?}")),
    };
    let kind = match external.kind.as_str() {
        "market" => Kind::Market,
        "limit" => Kind::Limit,
        other => return Err(format!("elsewhere nobody places {other:?}")),
    };
    let mut asked = NewOrder::new(&symbol, side, kind);
    asked.tif = Tif::Gtc;
    asked.qty = Some(external.qty);
    asked.limit = external.limit;
    asked.client_id = external.client_id.unwrap_or_default();
    asked.is_external = true;
    let id = exchange.submit(asked).map_err(|refusal| format!("{refusal:?}"))?;
    Ok(json!({"order_id": exchange.order(id).venue_id}))
}
