//! The commands a venue obeys, from standard input or over HTTP. The language is told in the head of main.rs.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    exchange::{
        Exchange, Touch,
        order::{Class, Kind, NewOrder, OrderId, Refusal, Side},
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
    stop: Option<Decimal>,
    /// With both it is a bracket.
    take_profit: Option<Decimal>,
    stop_loss: Option<Decimal>,
    client_id: Option<String>,
    /// What only the protocol knows.
    #[serde(default)]
    extra: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    auto_fill: Option<bool>,
    withdraw_permission: Option<bool>,
    hide_trades: Option<bool>,
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
    let mut inner = world.lock();
    let inner = &mut *inner;
    let exchange = &mut inner.exchange;
    let mut told = Value::Null;
    match command {
        Command::Freeze { lose } => world.freeze(Some(if lose { Frozen::Lost } else { Frozen::Kept })),
        Command::Thaw => world.freeze(None),
        Command::Reset => {
            world.freeze(None);
            inner.reset();
        }
        Command::Report => told = inner.record.report(exchange),
        Command::Fault(ordered) => inner.faults.order(ordered)?,
        Command::ClearFaults => inner.faults.clear(),
        Command::Stream { kind, times } => inner.streams.fail(&kind, times)?,
        Command::Set(settings) => set(inner, &settings),
        Command::Price { symbol, bid, ask, depth } => {
            let symbol = find_symbol(exchange, &symbol)?;
            exchange.set_price(&symbol, Touch { bid, ask, depth });
        }
        Command::Fill { order, qty, price } => told = fill(exchange, &order, qty, price)?,
        Command::Bust { trade_id, order } => bust(exchange, trade_id, &order)?,
        Command::Cancel(order) => exchange.cancel(find(exchange, &order)?)?,
        Command::Expire(order) => exchange.expire(find(exchange, &order)?)?,
        Command::External(external) => told = place_elsewhere(exchange, external)?,
        Command::Balance { asset, amount } => exchange.deposit(&asset, amount),
    }
    inner.publish();
    Ok(told)
}

impl From<Refusal> for String {
    fn from(refusal: Refusal) -> Self {
        format!("{refusal:?}")
    }
}

/// The rest at the limit, where nothing else is said.
fn fill(exchange: &mut Exchange, order: &Named, qty: Option<Decimal>, price: Option<Decimal>) -> Result<Value, String> {
    let order = exchange.order(find(exchange, order)?);
    let (id, qty) = (order.id, qty.unwrap_or(order.remaining()));
    let touch = exchange.touch(&order.asked.symbol);
    let best = if order.asked.side == Side::Buy { touch.ask } else { touch.bid };
    exchange.fill(id, qty, price.or(order.asked.limit).unwrap_or(best), true);
    Ok(json!({"trade_id": exchange.trades.last().map(|trade| trade.id)}))
}

fn bust(exchange: &mut Exchange, trade_id: Option<u64>, order: &Named) -> Result<(), String> {
    let trade_id = match trade_id {
        Some(trade_id) => trade_id,
        None => exchange.trades_of(find(exchange, order)?).next_back().ok_or("it has no trade")?.id,
    };
    Ok(exchange.bust(trade_id)?)
}

fn set(inner: &mut Inner, settings: &Settings) {
    let exchange = &mut inner.exchange;
    exchange.is_filling = settings.auto_fill.unwrap_or(exchange.is_filling);
    exchange.is_withdrawal_permitted = settings.withdraw_permission.unwrap_or(exchange.is_withdrawal_permitted);
    exchange.is_hiding_trades = settings.hide_trades.unwrap_or(exchange.is_hiding_trades);
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
        "stop" => Kind::Stop,
        "stop_limit" => Kind::StopLimit,
        "take_profit_limit" => Kind::TakeProfitLimit,
        other => return Err(format!("elsewhere nobody places {other:?}")),
    };
    let mut asked = NewOrder::new(&symbol, side, kind);
    asked.qty = Some(external.qty);
    asked.limit = external.limit;
    asked.stop = external.stop;
    asked.client_id = external.client_id.unwrap_or_default();
    asked.is_external = true;
    asked.extra = external.extra;
    let mut legs = Vec::new();
    if let (Some(profit), Some(loss)) = (external.take_profit, external.stop_loss) {
        asked.class = Class::Bracket;
        let other = if side == Side::Buy { Side::Sell } else { Side::Buy };
        let leg = |kind| NewOrder { qty: asked.qty, is_external: true, ..NewOrder::new(&symbol, other, kind) };
        legs = vec![NewOrder { limit: Some(profit), ..leg(Kind::Limit) }, NewOrder { stop: Some(loss), ..leg(Kind::Stop) }];
    }
    let id = exchange.submit_family(asked, legs)?;
    Ok(json!({"order_id": exchange.order(id).venue_id}))
}
