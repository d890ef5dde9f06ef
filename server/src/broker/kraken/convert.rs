//! Kraken's payloads in our words. Must never end an order on a status that it does not know.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, prelude::ToPrimitive as _};
use speedtrade::{
    instrument::AssetType,
    money::{Price, Qty, Usd},
    order::{OrderKind, Side, TimeInForce},
    time::{SECOND_US, Timestamp},
};

use super::{
    super::{ExecutionReport, Fee, Frozen, Holding, Identity, InstrumentRules, OrderReport, VenueStatus, error::said, form, nearest_kind},
    assets,
    client_id::Tag,
    wire,
};
use crate::net::exact::{self, Exact};

const CASH: &str = "USD";

/// Seconds with a fraction. Zero is no time.
pub(super) fn seconds(time: Exact) -> Option<Timestamp> {
    let micros = time.decimal()?.checked_mul(Decimal::from(SECOND_US))?.trunc().to_i64()?;
    (micros > 0).then(|| Timestamp::from_micros(micros))
}

/// A word that is not listed ends nothing. `pending_new` and `partially_filled` are the stream's.
pub(super) fn status(word: &str) -> VenueStatus {
    match word {
        "open" | "new" | "partially_filled" => VenueStatus::Open,
        "closed" | "filled" => VenueStatus::Filled,
        "canceled" => VenueStatus::Canceled,
        "expired" => VenueStatus::Expired,
        _ => VenueStatus::Pending,
    }
}

/// `price` is the first price of the order, the trigger of stops; `price2` is the limit behind a trigger.
pub(super) fn kind(word: &str, price: Option<Price>, price2: Option<Price>) -> Option<OrderKind> {
    match word {
        "market" => Some(OrderKind::Market),
        "limit" | "iceberg" => nearest_kind(price, None),
        // Also those that take a profit at a trigger, which are none of ours.
        _ => nearest_kind(price2, price),
    }
}

pub(super) fn time_in_force(word: &str) -> Option<TimeInForce> {
    match word.to_ascii_lowercase().as_str() {
        "gtc" => Some(TimeInForce::Gtc),
        "ioc" => Some(TimeInForce::Ioc),
        _ => None,
    }
}

fn is_in_dollars(flags: Option<&str>) -> bool {
    flags.is_some_and(|flags| flags.split(',').any(|flag| flag == "viqc"))
}

/// Units and dollars: one of them is what was asked for.
fn amount(volume: Option<Decimal>, flags: Option<&str>) -> (Option<Qty>, Option<Usd>) {
    let volume = volume.filter(|volume| !volume.is_zero());
    if is_in_dollars(flags) { (None, volume.and_then(Usd::new)) } else { (volume.and_then(Qty::new), None) }
}

pub(super) fn fees(asset: &str, amount: Exact) -> Option<Fee> {
    amount.decimal().filter(|amount| !amount.is_zero()).map(|amount| Fee { asset: assets::unified(asset), amount })
}

/// `None` when the side is none of ours.
pub(super) fn order(id: &str, order: &wire::Order, tag: &Tag, now: Timestamp) -> Option<OrderReport> {
    let side: Side = order.descr.side.parse().ok()?;
    let opened = seconds(order.opentm);
    let (qty, notional) = amount(order.vol.decimal(), order.oflags.as_deref());
    let is_trailing = order.descr.ordertype.starts_with("trailing");
    let (price, price2) = if is_trailing {
        (order.stopprice.price(), order.limitprice.price())
    } else {
        (order.descr.price.parse().ok(), order.descr.price2.parse().ok())
    };
    let client_id = order.cl_ord_id.as_deref().filter(|id| !id.is_empty());
    Some(OrderReport {
        client_id: client_id.map(|told| tag.ours(told, opened.unwrap_or(now))),
        symbol: assets::symbol(&order.descr.pair),
        kind: kind(&order.descr.ordertype, price, price2),
        time_in_force: order.timeinforce.as_deref().and_then(time_in_force),
        qty,
        notional,
        filled_qty: order.vol_exec.qty().unwrap_or(Qty::ZERO),
        avg_price: order.price.price(),
        fees: fees(CASH, order.fee).into_iter().collect(),
        reason: order.reason.as_deref().filter(|text| !text.is_empty()).map(said),
        created_at: opened,
        updated_at: seconds(order.closetm),
        ..OrderReport::new(id.to_owned(), AssetType::Crypto, side, status(&order.status))
    })
}

/// What the answer to an order does not tell stands in what was sent.
pub(super) fn accepted(frozen: &Frozen, id: &str, tag: &Tag, at: Timestamp) -> Option<OrderReport> {
    let sent: BTreeMap<String, String> = form::decode(&frozen.body).into_iter().collect();
    let told = |name: &str| sent.get(name).map(String::as_str);
    let price = |name: &str| told(name).and_then(|text| text.parse::<Price>().ok());
    let (qty, notional) = amount(told("volume").and_then(exact::decimal), told("oflags"));
    Some(OrderReport {
        client_id: told("cl_ord_id").map(|told| tag.ours(told, at)),
        symbol: told("pair").and_then(assets::symbol),
        kind: kind(told("ordertype")?, price("price"), price("price2")),
        time_in_force: Some(told("timeinforce").and_then(time_in_force).unwrap_or(TimeInForce::Gtc)),
        qty,
        notional,
        created_at: Some(at),
        updated_at: Some(at),
        ..OrderReport::new(id.to_owned(), AssetType::Crypto, told("type")?.parse().ok()?, VenueStatus::Pending)
    })
}

pub(super) fn trade(id: &str, trade: &wire::Trade) -> Option<ExecutionReport> {
    Some(ExecutionReport {
        exec_id: id.to_owned(),
        venue_order_id: trade.ordertxid.clone(),
        client_id: None,
        symbol: assets::symbol(&trade.pair),
        side: trade.side.parse().ok()?,
        qty: trade.vol.qty()?,
        price: trade.price.price()?,
        fees: fees(CASH, trade.fee).into_iter().collect(),
        is_maker: trade.maker,
        time: seconds(trade.time)?,
    })
}

/// One asset may have several names: what earns by itself is part of it.
pub(super) fn holdings(balances: &wire::Balances) -> Vec<Holding> {
    let mut sums: BTreeMap<String, (Decimal, Decimal)> = BTreeMap::new();
    for (asset, told) in balances {
        let (total, locked) = sums.entry(assets::unified(asset)).or_default();
        *total = total.saturating_add(told.balance.decimal().unwrap_or_default());
        *locked = locked.saturating_add(told.hold_trade.decimal().unwrap_or_default());
    }
    let kept = sums.into_iter().filter(|(_, (total, _))| !total.is_zero());
    kept.map(|(asset, (total, locked))| {
        let symbol = assets::listed(&asset);
        Holding { symbol, asset, total: total.normalize(), locked: locked.normalize(), avg_price: None }
    })
    .collect()
}

/// `None` for pairs with other than dollars, and where the steps are missing.
pub(super) fn rules(pair: &wire::Pair) -> Option<InstrumentRules> {
    if assets::unified(&pair.quote) != CASH {
        return None;
    }
    let step = |decimals: u32| (decimals <= Decimal::MAX_SCALE).then(|| Decimal::new(1, decimals));
    Some(InstrumentRules {
        symbol: assets::listed(&assets::unified(&pair.base))?,
        code: pair.altname.clone(),
        tick: pair.tick_size.price().or_else(|| Price::new(step(pair.pair_decimals)?))?,
        lot: Qty::new(step(pair.lot_decimals)?)?,
        qty_min: pair.ordermin.qty().unwrap_or(Qty::ZERO),
        qty_max: None,
        notional_min: pair.costmin.decimal().and_then(Usd::new).unwrap_or(Usd::ZERO),
        is_tradable: pair.status.as_deref().is_none_or(|status| matches!(status, "online" | "limit_only")),
    })
}

/// Kraken names no account: the key stands for it, so another key of the same account looks like another account.
pub(super) fn identity(info: &wire::KeyInfo, key_name: &str) -> Identity {
    let may = |permission: &str| info.permissions.iter().any(|held| held == permission);
    let needed = ["modify-trades", "close-trades", "query-open-trades", "query-closed-trades", "query-funds", "create-ws-token"];
    let missing = needed.into_iter().filter(|permission| !may(permission)).map(|permission| format!("lacks {permission}"));
    let addresses = info.ip_allowlist.join(", ");
    let bound = (!addresses.is_empty()).then(|| format!("restricted to {}", said(&addresses)));
    Identity {
        account: format!("key {key_name}"),
        may_trade: may("modify-trades"),
        may_withdraw: Some(may("withdraw-funds")),
        notes: missing.chain(bound).collect(),
    }
}
