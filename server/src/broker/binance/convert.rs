//! Binance's payloads as reports of ours. What can't be held exactly is an error; must never fill in what was not told.

use rust_decimal::Decimal;
use speedtrade::{
    instrument::AssetType,
    money::{Price, Qty, Usd},
    order::{OrderKind, Side, TimeInForce},
};

use super::wire;
use crate::{
    broker::{ExecutionReport, Fee, Holding, Identity, InstrumentRules, OrderReport, VenueError, VenueStatus, nearest_kind},
    net::{Names, exact::Exact},
};

pub(super) fn order(order: &wire::Order, names: &Names) -> Result<OrderReport, VenueError> {
    let side = side(&order.side)?;
    let filled_qty = qty(order.executed_qty, "executedQty")?;
    let symbol = names.symbol(&order.symbol);
    let venue_id = order.order_id.to_string();
    let updated_at = order.update_time.or(order.transact_time).map(|time| time.0);
    let mut executions = Vec::with_capacity(order.fills.len());
    for fill in &order.fills {
        executions.push(ExecutionReport {
            exec_id: exec_id(&order.symbol, fill.trade_id),
            venue_order_id: venue_id.clone(),
            client_id: Some(order.client_order_id.clone()),
            symbol: symbol.clone(),
            side,
            qty: qty(fill.qty, "fills.qty")?,
            price: fill.price.price().ok_or_else(|| VenueError::missing("fills.price"))?,
            fees: fee(Some(&fill.commission_asset), fill.commission),
            is_maker: None,
            time: updated_at.ok_or_else(|| VenueError::missing("transactTime"))?,
        });
    }
    Ok(OrderReport {
        client_id: Some(order.client_order_id.clone()),
        symbol,
        kind: kind(&order.kind, order.price.price(), order.stop_price.price()),
        time_in_force: time_in_force(&order.time_in_force),
        qty: order.orig_qty.qty().filter(|qty| !qty.is_zero()),
        notional: notional(order.orig_quote_order_qty),
        filled_qty,
        avg_price: average(order.exchanged, filled_qty),
        created_at: order.time.or(order.transact_time).map(|time| time.0),
        updated_at,
        executions,
        ..OrderReport::new(venue_id, AssetType::Crypto, side, status(&order.status)?)
    })
}

pub(super) fn report(report: &wire::Report, names: &Names) -> Result<OrderReport, VenueError> {
    let filled_qty = qty(report.filled_qty, "z")?;
    let (side, status) = (side(&report.side)?, status(&report.status)?);
    Ok(OrderReport {
        client_id: Some(client_id(report).to_owned()),
        symbol: names.symbol(&report.symbol),
        kind: kind(&report.kind, report.price.price(), report.stop_price.price()),
        time_in_force: time_in_force(&report.time_in_force),
        qty: report.qty.qty().filter(|qty| !qty.is_zero()),
        notional: notional(report.notional),
        filled_qty,
        avg_price: average(report.exchanged, filled_qty),
        reason: Some(report.reason.clone()).filter(|reason| !matches!(reason.as_str(), "" | "NONE")),
        created_at: report.created.map(|time| time.0),
        updated_at: Some(report.time.0),
        ..OrderReport::new(report.order_id.to_string(), AssetType::Crypto, side, status)
    })
}

/// `None`: this report is not about an execution.
pub(super) fn executed(report: &wire::Report, names: &Names) -> Result<Option<ExecutionReport>, VenueError> {
    if report.execution != "TRADE" {
        return Ok(None);
    }
    Ok(Some(ExecutionReport {
        exec_id: exec_id(&report.symbol, report.trade_id),
        venue_order_id: report.order_id.to_string(),
        client_id: Some(client_id(report).to_owned()),
        symbol: names.symbol(&report.symbol),
        side: side(&report.side)?,
        qty: qty(report.last_qty, "l")?,
        price: report.last_price.price().ok_or_else(|| VenueError::missing("L"))?,
        fees: fee(report.commission_asset.as_deref(), report.commission),
        is_maker: Some(report.is_maker),
        time: report.time.0,
    }))
}

pub(super) fn trade(trade: &wire::Trade, names: &Names) -> Result<ExecutionReport, VenueError> {
    Ok(ExecutionReport {
        exec_id: exec_id(&trade.symbol, trade.id),
        venue_order_id: trade.order_id.to_string(),
        client_id: None,
        symbol: names.symbol(&trade.symbol),
        side: if trade.is_buyer { Side::Buy } else { Side::Sell },
        qty: qty(trade.qty, "qty")?,
        price: trade.price.price().ok_or_else(|| VenueError::missing("price"))?,
        fees: fee(Some(&trade.commission_asset), trade.commission),
        is_maker: Some(trade.is_maker),
        time: trade.time.0,
    })
}

pub(super) fn holdings(account: &wire::Account, names: &Names) -> Vec<Holding> {
    let held = account.balances.iter().filter_map(|balance| {
        let (free, locked) = (balance.free.decimal()?, balance.locked.decimal()?);
        let total = free.checked_add(locked)?;
        let symbol = names.asset(&balance.asset);
        (!total.is_zero()).then(|| Holding { asset: balance.asset.clone(), symbol, total, locked, avg_price: None })
    });
    held.collect()
}

pub(super) fn identity(account: &wire::Account, key: Option<&wire::Restrictions>) -> Identity {
    let mut notes = Vec::new();
    if let Some(key) = key {
        notes.push(if key.ip_restrict { "restricted to addresses that were set at Binance" } else { "may be used from any address" });
        if key.enable_internal_transfer || key.permits_universal_transfer {
            notes.push("may move assets between accounts of the same owner");
        }
    }
    Identity {
        account: account.uid.to_string(),
        may_trade: account.can_trade && key.is_none_or(|key| key.enable_spot_and_margin_trading),
        may_withdraw: key.map(|key| key.enable_withdrawals),
        notes: notes.into_iter().map(str::to_owned).collect(),
    }
}

/// `None`: not a pair against the venue's dollar, or one without the rules that orders need.
pub(super) fn rules(instrument: &wire::Instrument, names: &Names) -> Option<InstrumentRules> {
    let filter = |kinds: &[&str]| instrument.filters.iter().find(|filter| kinds.contains(&filter.kind.as_str()));
    let lot = filter(&["LOT_SIZE"])?;
    let notional_min = filter(&["NOTIONAL", "MIN_NOTIONAL"]).and_then(|filter| filter.min_notional.decimal()).and_then(Usd::new);
    Some(InstrumentRules {
        symbol: names.symbol(&instrument.symbol)?,
        code: instrument.symbol.clone(),
        tick: filter(&["PRICE_FILTER"])?.tick_size.price()?,
        lot: lot.step_size.qty()?,
        qty_min: lot.min_qty.qty()?,
        qty_max: lot.max_qty.qty(),
        notional_min: notional_min.unwrap_or(Usd::ZERO),
        is_tradable: instrument.status == "TRADING" && instrument.is_spot_trading_allowed,
    })
}

fn exec_id(code: &str, trade_id: i64) -> String {
    format!("{code}:{trade_id}")
}

fn client_id(report: &wire::Report) -> &str {
    if report.original_client_id.is_empty() { &report.client_id } else { &report.original_client_id }
}

fn side(word: &str) -> Result<Side, VenueError> {
    match word {
        "BUY" => Ok(Side::Buy),
        "SELL" => Ok(Side::Sell),
        _ => Err(VenueError::missing("a side that we know")),
    }
}

fn kind(word: &str, price: Option<Price>, stop: Option<Price>) -> Option<OrderKind> {
    match word {
        "MARKET" => Some(OrderKind::Market),
        "LIMIT" | "LIMIT_MAKER" => nearest_kind(price, None),
        "STOP_LOSS" | "TAKE_PROFIT" => nearest_kind(None, stop),
        // Also those that take a profit at a trigger, which are none of ours.
        _ => nearest_kind(price, stop),
    }
}

fn time_in_force(word: &str) -> Option<TimeInForce> {
    match word {
        "GTC" => Some(TimeInForce::Gtc),
        "IOC" => Some(TimeInForce::Ioc),
        "FOK" => Some(TimeInForce::Fok),
        _ => None,
    }
}

fn status(word: &str) -> Result<VenueStatus, VenueError> {
    match word {
        "PENDING_NEW" => Ok(VenueStatus::Pending),
        "NEW" | "PARTIALLY_FILLED" => Ok(VenueStatus::Open),
        "PENDING_CANCEL" => Ok(VenueStatus::Canceling),
        "FILLED" => Ok(VenueStatus::Filled),
        "CANCELED" => Ok(VenueStatus::Canceled),
        "EXPIRED" | "EXPIRED_IN_MATCH" => Ok(VenueStatus::Expired),
        "REJECTED" => Ok(VenueStatus::Rejected),
        _ => Err(VenueError::missing("a status that we know")),
    }
}

fn notional(told: Exact) -> Option<Usd> {
    told.decimal().filter(|dollars| !dollars.is_zero()).and_then(Usd::new)
}

/// A quotient, to the last digit that a price holds. The venue tells a negative sum of old orders that it does not know.
fn average(exchanged: Exact, filled: Qty) -> Option<Price> {
    let average = exchanged.decimal()?.checked_div(filled.decimal())?;
    Price::new(average.round_dp(10))
}

fn fee(asset: Option<&str>, amount: Exact) -> Vec<Fee> {
    let amount = amount.decimal().filter(|amount| *amount != Decimal::ZERO);
    asset.zip(amount).map(|(asset, amount)| Fee { asset: asset.to_owned(), amount }).into_iter().collect()
}

fn qty(told: Exact, field: &str) -> Result<Qty, VenueError> {
    told.qty().ok_or_else(|| VenueError::missing(field))
}
