//! Coinbase's payloads in our words. Must never end an order on a status that it does not know.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use speedtrade::{
    instrument::{AssetType, Symbol},
    money::{ATOM_SCALE, Price, Qty, Usd},
    order::{OrderKind, Side, TimeInForce},
    time::Timestamp,
};

use super::{
    super::{ExecutionReport, Fee, Frozen, Holding, Identity, InstrumentRules, OrderReport, VenueStatus, nearest_kind},
    wire,
};
use crate::net::exact::Exact;

const CASH: &str = "USD";

/// `BTC/USD` is `BTC-USD`. `None` for what is no pair against the dollar.
pub(super) fn product(symbol: &Symbol) -> Option<String> {
    symbol.as_str().ends_with("/USD").then(|| symbol.slug())
}

pub(super) fn symbol(product: &str) -> Option<Symbol> {
    let base = product.strip_suffix("-USD").filter(|base| !base.is_empty() && !base.contains('-'))?;
    format!("{base}/USD").parse().ok()
}

pub(super) const fn side_word(side: Side) -> &'static str {
    match side {
        Side::Buy => "BUY",
        Side::Sell => "SELL",
    }
}

fn side(word: &str) -> Option<Side> {
    match word {
        "BUY" => Some(Side::Buy),
        "SELL" => Some(Side::Sell),
        _ => None,
    }
}

/// A word that is not listed ends nothing.
fn status(word: &str) -> VenueStatus {
    match word {
        "OPEN" | "EDIT_QUEUED" => VenueStatus::Open,
        "CANCEL_QUEUED" => VenueStatus::Canceling,
        "FILLED" => VenueStatus::Filled,
        "CANCELLED" => VenueStatus::Canceled,
        "EXPIRED" => VenueStatus::Expired,
        "FAILED" => VenueStatus::Rejected,
        _ => VenueStatus::Pending,
    }
}

fn moment(text: Option<&str>) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(text?).ok()
}

fn words(texts: &[&Option<String>]) -> Option<String> {
    let said = texts.iter().filter_map(|text| text.as_deref()).find(|text| !text.is_empty())?;
    Some(said.chars().take(200).collect())
}

/// Fees are charged in what the pair is quoted in.
fn fees(product: &str, amount: Exact) -> Vec<Fee> {
    let asset = product.rsplit_once('-').map_or(CASH, |(_, quote)| quote).to_owned();
    amount.decimal().filter(|amount| !amount.is_zero()).map(|amount| Fee { asset, amount }).into_iter().collect()
}

#[derive(Default)]
struct Asked {
    kind: Option<OrderKind>,
    time_in_force: Option<TimeInForce>,
    qty: Option<Qty>,
    notional: Option<Usd>,
}

fn terms_of_another_kind(told: &serde_json::Value) -> Option<wire::Terms> {
    serde_json::from_str(&told.to_string()).ok()
}

fn asked(configuration: &wire::Configuration) -> Asked {
    let of = |terms: &Option<wire::Terms>, time| terms.map(|terms| (terms, time));
    let market = of(&configuration.market_market_ioc, TimeInForce::Ioc).or(of(&configuration.market_market_fok, TimeInForce::Fok));
    let limit = of(&configuration.limit_limit_gtc, TimeInForce::Gtc)
        .or(of(&configuration.sor_limit_ioc, TimeInForce::Ioc))
        .or(of(&configuration.limit_limit_fok, TimeInForce::Fok));
    // Ours never end by a date; of those that do, the time in force is none of ours.
    let dated = configuration.limit_limit_gtd;
    let stop = configuration.stop_limit_stop_limit_gtc.or(configuration.stop_limit_stop_limit_gtd);
    let limit_kind = |terms: &wire::Terms| terms.limit_price.price().map(|limit_price| OrderKind::Limit { limit_price });
    let stop_kind =
        |terms: &wire::Terms| Some(OrderKind::StopLimit { stop_price: terms.stop_price.price()?, limit_price: terms.limit_price.price()? });
    let (terms, kind, time_in_force) = if let Some((terms, time)) = market {
        (terms, Some(OrderKind::Market), Some(time))
    } else if let Some((terms, time)) = limit {
        (terms, limit_kind(&terms), Some(time))
    } else if let Some(terms) = dated {
        (terms, limit_kind(&terms), None)
    } else if let Some(terms) = stop {
        (terms, stop_kind(&terms), configuration.stop_limit_stop_limit_gtc.map(|_| TimeInForce::Gtc))
    } else if let Some(terms) = configuration.others.values().find_map(terms_of_another_kind) {
        (terms, nearest_kind(terms.limit_price.price(), terms.stop_price.price()), None)
    } else {
        return Asked::default();
    };
    let qty = terms.base_size.qty().filter(|qty| !qty.is_zero());
    let notional = terms.quote_size.decimal().filter(|usd| !usd.is_zero() && qty.is_none()).and_then(Usd::new);
    Asked { kind, time_in_force, qty, notional }
}

/// What is filled, and what an open sell keeps for the rest: so much was asked for, where the terms do not tell.
fn filled_and_held(order: &wire::Order, side: Side, filled: Qty) -> Option<Qty> {
    let held = order.outstanding_hold_amount.qty().filter(|held| !held.is_zero() && side == Side::Sell)?;
    held.checked_add(filled).ok()
}

/// `None` when the side is none of ours.
pub(super) fn order(order: &wire::Order) -> Option<OrderReport> {
    let asked = order.order_configuration.as_ref().map_or_else(Asked::default, asked);
    let (side, filled_qty) = (side(&order.side)?, order.filled_size.qty().unwrap_or(Qty::ZERO));
    Some(OrderReport {
        client_id: order.client_order_id.clone().filter(|id| !id.is_empty()),
        symbol: symbol(&order.product_id),
        kind: asked.kind,
        time_in_force: asked.time_in_force,
        qty: asked.qty.or_else(|| filled_and_held(order, side, filled_qty).filter(|_| asked.notional.is_none())),
        notional: asked.notional,
        filled_qty,
        avg_price: order.average_filled_price.price(),
        fees: fees(&order.product_id, order.total_fees),
        reason: words(&[&order.reject_message, &order.cancel_message]),
        created_at: moment(order.created_time.as_deref()),
        updated_at: moment(order.last_fill_time.as_deref()),
        ..OrderReport::new(order.order_id.clone(), AssetType::Crypto, side, status(&order.status))
    })
}

/// What the answer to an order does not tell stands in what was sent.
pub(super) fn accepted(frozen: &Frozen, order_id: &str, at: Timestamp) -> Option<OrderReport> {
    let sent: wire::NewOrder = serde_json::from_str(&frozen.body).ok()?;
    let asked = asked(&sent.order_configuration);
    Some(OrderReport {
        client_id: Some(sent.client_order_id),
        symbol: symbol(&sent.product_id),
        kind: asked.kind,
        time_in_force: asked.time_in_force,
        qty: asked.qty,
        notional: asked.notional,
        created_at: Some(at),
        updated_at: Some(at),
        ..OrderReport::new(order_id.to_owned(), AssetType::Crypto, side(&sent.side)?, VenueStatus::Pending)
    })
}

pub(super) fn user_order(order: &wire::UserOrder) -> Option<OrderReport> {
    let (limit, stop) = (order.limit_price.price(), order.stop_price.price());
    let kind = match order.order_type.as_deref().map(str::to_ascii_uppercase).as_deref() {
        Some("MARKET") => Some(OrderKind::Market),
        Some("LIMIT") => limit.map(|limit_price| OrderKind::Limit { limit_price }),
        Some("STOP_LIMIT" | "STOP LIMIT") => {
            stop.zip(limit).map(|(stop_price, limit_price)| OrderKind::StopLimit { stop_price, limit_price })
        }
        _ => nearest_kind(limit, stop),
    };
    let time_in_force = match order.time_in_force.as_deref() {
        Some("GOOD_UNTIL_CANCELLED") => Some(TimeInForce::Gtc),
        Some("IMMEDIATE_OR_CANCEL") => Some(TimeInForce::Ioc),
        Some("FILL_OR_KILL") => Some(TimeInForce::Fok),
        _ => None,
    };
    let (status, filled_qty) = (status(&order.status), order.cumulative_quantity.qty().unwrap_or(Qty::ZERO));
    // What is left of an order that ended is zero, and of one for dollars it is dollars.
    let is_in_units = kind.is_some_and(|kind| kind != OrderKind::Market) && !status.is_final();
    let leaves = order.leaves_quantity.qty().filter(|_| is_in_units);
    Some(OrderReport {
        client_id: order.client_order_id.clone().filter(|id| !id.is_empty()),
        symbol: symbol(&order.product_id),
        kind,
        time_in_force,
        qty: leaves.and_then(|leaves| leaves.checked_add(filled_qty).ok()),
        filled_qty,
        avg_price: order.avg_price.price(),
        fees: fees(&order.product_id, order.total_fees),
        reason: words(&[&order.reject_reason, &order.cancel_reason]),
        created_at: moment(order.creation_time.as_deref()),
        ..OrderReport::new(order.order_id.clone(), AssetType::Crypto, side(&order.order_side.to_ascii_uppercase())?, status)
    })
}

/// `None` for corrections. The units of an execution told in dollars are their quotient, cut to atoms: the order's own sum counts.
pub(super) fn fill(fill: &wire::Fill) -> Option<ExecutionReport> {
    if fill.trade_type.as_deref().is_some_and(|kind| kind != "FILL") {
        return None;
    }
    let price = fill.price.price()?;
    let size = fill.size.decimal()?;
    let size = if fill.size_in_quote { size.checked_div(price.decimal())? } else { size };
    Some(ExecutionReport {
        exec_id: fill.trade_id.clone(),
        venue_order_id: fill.order_id.clone(),
        client_id: None,
        symbol: symbol(&fill.product_id),
        side: side(&fill.side)?,
        qty: Qty::new(size.trunc_with_scale(ATOM_SCALE))?,
        price,
        fees: fees(&fill.product_id, fill.commission),
        is_maker: fill.liquidity_indicator.as_deref().and_then(|word| match word {
            "MAKER" => Some(true),
            "TAKER" => Some(false),
            _ => None,
        }),
        time: Timestamp::parse_rfc3339(&fill.trade_time).ok()?,
    })
}

/// An asset may lie in several wallets; vaults don't trade.
pub(super) fn holdings(accounts: &[wire::Account]) -> Vec<Holding> {
    let mut sums: BTreeMap<&str, (Decimal, Decimal)> = BTreeMap::new();
    for account in accounts.iter().filter(|account| account.kind.as_deref() != Some("ACCOUNT_TYPE_VAULT")) {
        let free = account.available_balance.value.decimal().unwrap_or_default();
        let hold = account.hold.and_then(|hold| hold.value.decimal()).unwrap_or_default();
        let (total, locked) = sums.entry(&account.currency).or_default();
        (*total, *locked) = (total.saturating_add(free).saturating_add(hold), locked.saturating_add(hold));
    }
    let kept = sums.into_iter().filter(|(_, (total, _))| !total.is_zero());
    kept.map(|(asset, (total, locked))| {
        let symbol = (asset != CASH).then(|| format!("{asset}/USD").parse().ok()).flatten();
        Holding { asset: asset.to_owned(), symbol, total: total.normalize(), locked: locked.normalize(), avg_price: None }
    })
    .collect()
}

/// `None` for pairs with other than dollars, and where the steps are missing.
pub(super) fn rules(product: &wire::Product) -> Option<InstrumentRules> {
    let tick: Price = product.price_increment.price().or_else(|| product.quote_increment.price())?;
    Some(InstrumentRules {
        symbol: symbol(&product.product_id)?,
        code: product.product_id.clone(),
        tick,
        lot: product.base_increment.qty().filter(|lot| !lot.is_zero())?,
        qty_min: product.base_min_size.qty().unwrap_or(Qty::ZERO),
        qty_max: product.base_max_size.qty().filter(|max| !max.is_zero()),
        notional_min: product.quote_min_size.decimal().and_then(Usd::new).unwrap_or(Usd::ZERO),
        is_tradable: !(product.is_disabled || product.trading_disabled || product.cancel_only || product.view_only),
    })
}

pub(super) fn identity(permissions: wire::KeyPermissions) -> Identity {
    let kind = permissions.portfolio_type.filter(|kind| !kind.is_empty() && kind != "DEFAULT");
    Identity {
        account: permissions.portfolio_uuid,
        may_trade: permissions.can_trade,
        may_withdraw: Some(permissions.can_transfer),
        notes: kind.map(|kind| format!("portfolio of the type {}", kind.to_ascii_lowercase())).into_iter().collect(),
    }
}
