//! An order as a row of primitives, and back into the domain.

use speedtrade::{
    ids::FillId,
    instrument::AssetType,
    money::{Percent, Price, Qty, Usd},
    order::{AtVenue, Group, Order, OrderKind, Trail},
    time::Timestamp,
};

use crate::store::StoreError;

row! {
    pub(super) struct OrderRow {
        id: String,
        account_id: String,
        client_order_id: String,
        symbol: String,
        asset_type: String,
        side: String,
        kind: String,
        limit_price: Option<String>,
        stop_price: Option<String>,
        trail_amount: Option<i64>,
        trail_percent: Option<String>,
        time_in_force: String,
        extended_hours: bool,
        group_id: Option<String>,
        group_class: Option<String>,
        role: Option<String>,
        qty: i64,
        notional: Option<i64>,
        filled_qty: i64,
        filled_value: i64,
        fees: i64,
        reserve: i64,
        hold: i64,
        hold_qty: i64,
        status: String,
        reject_reason: Option<String>,
        triggered_at: Option<i64>,
        watermark: Option<String>,
        lot_method: String,
        chosen_lots: String,
        replaces: Option<String>,
        replaced_by: Option<String>,
        created_at: i64,
        updated_at: i64,
        filled_at: Option<i64>,
        canceled_at: Option<i64>,
        eligible_at: i64,
        expires_at: Option<i64>,
        held_by: Option<String>,
        venue_order_id: Option<String>,
        cancel_state: Option<String>,
        is_external: bool,
        sent_at: Option<i64>,
        acknowledged_at: Option<i64>,
        unknown_since: Option<i64>,
        needs_attention: bool,
    }
}

fn bad(what: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt("orders", what)
}

/// Ids with commas between.
pub(super) fn joined(ids: &[FillId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// And back.
pub(in crate::store) fn chosen(ids: &str) -> Result<Vec<FillId>, StoreError> {
    ids.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().map_err(bad)).collect()
}

impl OrderRow {
    fn kind(&self) -> Result<OrderKind, StoreError> {
        let price = |text: &Option<String>| -> Result<Price, StoreError> {
            text.as_deref().ok_or_else(|| bad("a price is missing"))?.parse().map_err(bad)
        };
        Ok(match self.kind.as_str() {
            "market" => OrderKind::Market,
            "limit" => OrderKind::Limit { limit_price: price(&self.limit_price)? },
            "stop" => OrderKind::Stop { stop_price: price(&self.stop_price)? },
            "stop_limit" => OrderKind::StopLimit { stop_price: price(&self.stop_price)?, limit_price: price(&self.limit_price)? },
            "trailing_stop" => OrderKind::TrailingStop { trail: self.trail()? },
            other => return Err(bad(other)),
        })
    }

    fn trail(&self) -> Result<Trail, StoreError> {
        let trail = match (self.trail_amount, self.trail_percent.as_deref()) {
            (Some(atoms), None) => Trail::amount(Usd::from_atoms(atoms)),
            (None, Some(percent)) => Trail::percent(percent.parse::<Percent>().map_err(bad)?),
            _ => None,
        };
        trail.ok_or_else(|| bad("a trail is missing"))
    }

    fn group(&self) -> Result<Option<Group>, StoreError> {
        let (Some(id), Some(class), Some(role)) = (&self.group_id, &self.group_class, &self.role) else { return Ok(None) };
        Ok(Some(Group { id: id.parse().map_err(bad)?, class: class.parse().map_err(bad)?, role: role.parse().map_err(bad)? }))
    }

    fn venue(&self) -> Result<Option<AtVenue>, StoreError> {
        let (Some(holder), Some(cancel)) = (&self.held_by, &self.cancel_state) else { return Ok(None) };
        Ok(Some(AtVenue {
            holder: holder.parse().map_err(bad)?,
            venue_id: self.venue_order_id.clone(),
            cancel: cancel.parse().map_err(bad)?,
            is_external: self.is_external,
            sent_at: self.sent_at.map(Timestamp::from_micros),
            acknowledged_at: self.acknowledged_at.map(Timestamp::from_micros),
            unknown_since: self.unknown_since.map(Timestamp::from_micros),
            needs_attention: self.needs_attention,
        }))
    }
}

impl TryFrom<OrderRow> for Order {
    type Error = StoreError;
    fn try_from(row: OrderRow) -> Result<Self, StoreError> {
        let asset_type = match row.asset_type.as_str() {
            "stock" => AssetType::Stock,
            "crypto" => AssetType::Crypto,
            other => return Err(bad(other)),
        };
        let qty = |atoms| Qty::from_atoms(atoms).ok_or_else(|| bad("a negative quantity"));
        let id = |text: Option<&str>| text.map(|id| id.parse().map_err(bad)).transpose();
        Ok(Order {
            id: row.id.parse().map_err(bad)?,
            account_id: row.account_id.parse().map_err(bad)?,
            client_order_id: row.client_order_id.parse().map_err(bad)?,
            symbol: row.symbol.parse().map_err(bad)?,
            asset_type,
            side: row.side.parse().map_err(bad)?,
            kind: row.kind()?,
            time_in_force: row.time_in_force.parse().map_err(bad)?,
            extended_hours: row.extended_hours,
            group: row.group()?,
            qty: qty(row.qty)?,
            notional: row.notional.map(Usd::from_atoms),
            filled_qty: qty(row.filled_qty)?,
            filled_value: Usd::from_atoms(row.filled_value),
            fees: Usd::from_atoms(row.fees),
            reserve: Usd::from_atoms(row.reserve),
            hold: Usd::from_atoms(row.hold),
            hold_qty: qty(row.hold_qty)?,
            status: row.status.parse().map_err(bad)?,
            triggered_at: row.triggered_at.map(Timestamp::from_micros),
            watermark: row.watermark.as_deref().map(|p| p.parse().map_err(bad)).transpose()?,
            venue: row.venue()?,
            lot_method: row.lot_method.parse().map_err(bad)?,
            chosen_lots: chosen(&row.chosen_lots)?,
            replaces: id(row.replaces.as_deref())?,
            replaced_by: id(row.replaced_by.as_deref())?,
            reject_reason: row.reject_reason,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
            filled_at: row.filled_at.map(Timestamp::from_micros),
            canceled_at: row.canceled_at.map(Timestamp::from_micros),
            eligible_at: Timestamp::from_micros(row.eligible_at),
            expires_at: row.expires_at.map(Timestamp::from_micros),
        })
    }
}
