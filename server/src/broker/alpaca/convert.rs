//! Alpaca's payloads as reports of ours. What can't be held exactly is an error; must never fill in what was not told.

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Symbol},
    money::{Percent, Price, Qty, Usd},
    order::{OrderKind, Side, TimeInForce, Trail},
};

use super::wire;
use crate::{
    broker::{Executed, ExecutionReport, Fee, Holding, Identity, InstrumentRules, OrderReport, VenueError, VenueStatus, nearest_kind},
    net::exact::Exact,
};

/// Exits of exits there are none.
const LEGS_DEPTH: u8 = 1;

/// Whether it is an order for one instrument, and no combination of options.
pub(super) fn is_plain(order: &wire::Order) -> bool {
    order.order_class.as_deref() != Some("mleg")
}

pub(super) fn order(order: &wire::Order) -> Result<OrderReport, VenueError> {
    order_and_legs(order, LEGS_DEPTH)
}

fn order_and_legs(order: &wire::Order, depth: u8) -> Result<OrderReport, VenueError> {
    let asset_type = if order.asset_class.as_deref() == Some("crypto") { AssetType::Crypto } else { AssetType::Stock };
    let legs = order.legs.as_deref().unwrap_or_default().iter();
    let legs: Result<Vec<_>, _> = if depth > 0 { legs.map(|leg| order_and_legs(leg, depth - 1)).collect() } else { Ok(Vec::new()) };
    Ok(OrderReport {
        client_id: Some(order.client_order_id.clone()),
        symbol: order.symbol.as_deref().and_then(|code| symbol(code, asset_type)),
        kind: kind(order),
        time_in_force: order.time_in_force.parse::<TimeInForce>().ok(),
        qty: order.qty.qty(),
        notional: order.notional.decimal().and_then(Usd::new),
        filled_qty: order.filled_qty.qty().unwrap_or(Qty::ZERO),
        avg_price: order.filled_avg_price.price(),
        fees: commission(order.commission),
        replaced_by: order.replaced_by.clone(),
        created_at: order.submitted_at.or(order.created_at).map(|time| time.0),
        updated_at: order.updated_at.map(|time| time.0),
        legs: legs?,
        ..OrderReport::new(order.id.clone(), asset_type, side(order.side.as_deref().unwrap_or_default())?, status(&order.status)?)
    })
}

/// The order as it stands after an event, with the execution that led to it.
pub(super) fn update(update: &wire::Update) -> Result<OrderReport, VenueError> {
    let last = match update.event.as_str() {
        "fill" | "partial_fill" => Some(Executed {
            qty: update.qty.qty().ok_or_else(|| VenueError::missing("the quantity of an execution"))?,
            price: update.price.price().ok_or_else(|| VenueError::missing("the price of an execution"))?,
            time: update.timestamp.or(update.order.updated_at).ok_or_else(|| VenueError::missing("the time of an execution"))?.0,
        }),
        _ => None,
    };
    Ok(OrderReport { last, ..order(&update.order)? })
}

/// Whose order rested, Alpaca does not tell. It counts as a taker's, as in CCXT and in the fee that we reckon with.
pub(super) fn execution(activity: &wire::Activity) -> Result<ExecutionReport, VenueError> {
    let asset_type = if activity.symbol.contains('/') { AssetType::Crypto } else { AssetType::Stock };
    Ok(ExecutionReport {
        exec_id: activity.id.clone(),
        venue_order_id: activity.order_id.clone(),
        client_id: None,
        symbol: symbol(&activity.symbol, asset_type),
        side: side(&activity.side)?,
        qty: activity.qty.qty().ok_or_else(|| VenueError::missing("qty"))?,
        price: activity.price.price().ok_or_else(|| VenueError::missing("price"))?,
        fees: Vec::new(),
        is_maker: Some(false),
        time: activity.transaction_time.0,
    })
}

/// The cash is told with what open buys hold; how much of it that is, the account does not tell.
pub(super) fn cash(account: &wire::Account) -> Option<Holding> {
    let total = account.cash.decimal().filter(|cash| !cash.is_zero())?;
    Some(Holding { asset: account.currency.clone(), symbol: None, total, locked: Decimal::ZERO, avg_price: None })
}

pub(super) fn position(position: &wire::Position) -> Result<Holding, VenueError> {
    let asset_type = if position.asset_class == "crypto" { AssetType::Crypto } else { AssetType::Stock };
    let symbol = symbol(&position.symbol, asset_type);
    let asset = match (&symbol, asset_type) {
        (Some(symbol), AssetType::Crypto) => symbol.as_str().trim_end_matches("/USD"),
        (Some(_), AssetType::Stock) | (None, _) => &position.symbol,
    };
    let total = position.qty.decimal().ok_or_else(|| VenueError::missing("qty"))?;
    let available = position.qty_available.decimal().unwrap_or(total);
    let locked = (total.abs() - available.abs()).max(Decimal::ZERO);
    Ok(Holding { asset: asset.to_owned(), symbol, total, locked, avg_price: position.avg_entry_price.price() })
}

/// A cent is the step of stocks from a dollar up, and a fraction of a share is worth a dollar at least.
pub(super) fn stock_rules(asset: &wire::Asset) -> Option<InstrumentRules> {
    let lot = if asset.fractionable { Qty::from_atoms(1)? } else { Qty::ONE };
    Some(InstrumentRules {
        symbol: symbol(&asset.symbol, AssetType::Stock)?,
        code: asset.symbol.clone(),
        tick: Price::new(Decimal::new(1, 2))?,
        lot,
        qty_min: lot,
        qty_max: None,
        notional_min: if asset.fractionable { Usd::new(Decimal::ONE)? } else { Usd::ZERO },
        is_tradable: asset.tradable && asset.status == "active",
    })
}

/// `None`: not a pair against dollars. The least worth is the venue's ten dollars.
pub(super) fn crypto_rules(asset: &wire::Asset) -> Option<InstrumentRules> {
    // Alpaca counts in steps of 10⁻⁹, the desk in atoms of ten of them.
    let on_grid = |told: Exact| told.qty().map(|qty| if qty.is_zero() { Qty::from_atoms(1).unwrap_or(qty) } else { qty });
    Some(InstrumentRules {
        symbol: symbol(&asset.symbol, AssetType::Crypto)?,
        code: asset.symbol.clone(),
        tick: asset.price_increment.price()?,
        lot: on_grid(asset.min_trade_increment)?,
        qty_min: on_grid(asset.min_order_size)?,
        qty_max: None,
        notional_min: Usd::new(Decimal::TEN)?,
        is_tradable: asset.tradable && asset.status == "active",
    })
}

/// No key of Alpaca's trading API can move money out.
pub(super) fn identity(account: &wire::Account) -> Identity {
    let mut notes = Vec::new();
    if account.status != "ACTIVE" {
        notes.push(format!("the account is {}", account.status.to_lowercase().replace('_', " ")));
    }
    if account.trade_suspended_by_user {
        notes.push("trading was suspended in the settings of the account".to_owned());
    }
    let is_blocked = account.trading_blocked || account.account_blocked || account.trade_suspended_by_user;
    Identity {
        account: account.account_number.clone(),
        may_trade: account.status == "ACTIVE" && !is_blocked,
        may_withdraw: Some(false),
        notes,
    }
}

/// Crypto comes as `BTC/USD` in orders and as `BTCUSD` in positions. `None`: not against dollars.
fn symbol(code: &str, asset_type: AssetType) -> Option<Symbol> {
    match asset_type {
        AssetType::Stock => code.parse().ok(),
        AssetType::Crypto => {
            let base = code.strip_suffix("USD").map(|base| base.trim_end_matches('/')).filter(|base| !base.is_empty())?;
            if base.contains('/') { None } else { format!("{base}/USD").parse().ok() }
        }
    }
}

fn side(word: &str) -> Result<Side, VenueError> {
    match word {
        "buy" => Ok(Side::Buy),
        "sell" | "sell_short" => Ok(Side::Sell),
        _ => Err(VenueError::missing("a side that we know")),
    }
}

fn kind(order: &wire::Order) -> Option<OrderKind> {
    let (limit, stop) = (order.limit_price.price(), order.stop_price.price());
    match order.kind.as_str() {
        "market" => Some(OrderKind::Market),
        "trailing_stop" => {
            let by_amount = order.trail_price.decimal().and_then(Usd::new).and_then(Trail::amount);
            let by_percent = || order.trail_percent.decimal()?.to_string().parse::<Percent>().ok().and_then(Trail::percent);
            Some(OrderKind::TrailingStop { trail: by_amount.or_else(by_percent)? })
        }
        _ => nearest_kind(limit, stop),
    }
}

fn status(word: &str) -> Result<VenueStatus, VenueError> {
    match word {
        "pending_new" | "accepted" | "accepted_for_bidding" | "held" => Ok(VenueStatus::Pending),
        // Nothing more will trade today, and the order is not over: `suspended`, `stopped` and `done_for_day`.
        "new" | "partially_filled" | "pending_replace" | "stopped" | "suspended" | "done_for_day" => Ok(VenueStatus::Open),
        "pending_cancel" => Ok(VenueStatus::Canceling),
        "filled" | "calculated" => Ok(VenueStatus::Filled),
        "canceled" => Ok(VenueStatus::Canceled),
        "expired" => Ok(VenueStatus::Expired),
        "rejected" => Ok(VenueStatus::Rejected),
        "replaced" => Ok(VenueStatus::Replaced),
        _ => Err(VenueError::missing("a status that we know")),
    }
}

fn commission(told: Exact) -> Vec<Fee> {
    let amount = told.decimal().filter(|amount| !amount.is_zero());
    amount.map(|amount| Fee { asset: "USD".to_owned(), amount }).into_iter().collect()
}
