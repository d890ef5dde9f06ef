//! One order as the stream has told it so far: its messages carry only what changed. Must never fill in what was not told.

use speedtrade::{
    instrument::{AssetType, Symbol},
    money::{Price, Qty, Usd},
    order::{Side, TimeInForce},
    time::Timestamp,
};

use super::{
    super::{ExecutionReport, OrderReport, VenueStatus, error::said},
    assets,
    client_id::Tag,
    convert, wire,
};

#[derive(Debug, Default)]
pub(super) struct Known {
    client_id: Option<String>,
    symbol: Option<Symbol>,
    side: Option<Side>,
    order_type: Option<String>,
    limit_price: Option<Price>,
    stop_price: Option<Price>,
    time_in_force: Option<TimeInForce>,
    qty: Option<Qty>,
    notional: Option<Usd>,
    filled_qty: Qty,
    avg_price: Option<Price>,
    status: Option<VenueStatus>,
    first_at: Option<Timestamp>,
}

impl Known {
    pub(super) fn learn(&mut self, told: &wire::Execution, tag: &Tag, now: Timestamp) {
        let at = time(told).unwrap_or(now);
        let first_at = *self.first_at.get_or_insert(at);
        if let Some(id) = told.cl_ord_id.as_deref().filter(|id| !id.is_empty()) {
            self.client_id = Some(tag.ours(id, first_at));
        }
        keep(&mut self.symbol, told.symbol.as_deref().and_then(assets::symbol));
        keep(&mut self.side, told.side.as_deref().and_then(|word| word.parse().ok()));
        keep(&mut self.order_type, told.order_type.clone());
        keep(&mut self.limit_price, told.limit_price.price());
        keep(&mut self.stop_price, told.triggers.and_then(|trigger| trigger.price.price()));
        keep(&mut self.time_in_force, told.time_in_force.as_deref().and_then(convert::time_in_force));
        keep(&mut self.qty, told.order_qty.qty().filter(|qty| !qty.is_zero()));
        keep(&mut self.notional, told.cash_order_qty.decimal().filter(|usd| !usd.is_zero()).and_then(Usd::new));
        keep(&mut self.avg_price, told.avg_price.price());
        // Amendments and the like tell nothing of the state.
        let is_state = matches!(told.exec_type.as_str(), "pending_new" | "new" | "filled" | "canceled" | "expired");
        let word = told.order_status.as_deref().or_else(|| is_state.then_some(told.exec_type.as_str()));
        keep(&mut self.status, word.map(convert::status));
        match (told.cum_qty.qty(), told.last_qty.qty()) {
            (Some(sum), _) => self.filled_qty = sum.max(self.filled_qty),
            (None, Some(last)) if told.exec_type == "trade" => {
                self.filled_qty = self.filled_qty.checked_add(last).unwrap_or(self.filled_qty);
            }
            (None, _) => {}
        }
    }

    /// `None` while its side was not heard.
    pub(super) fn report(&self, told: &wire::Execution, now: Timestamp) -> Option<OrderReport> {
        let is_stop = self.stop_price.is_some();
        let (price, price2) = if is_stop { (self.stop_price, self.limit_price) } else { (self.limit_price, None) };
        Some(OrderReport {
            client_id: self.client_id.clone(),
            symbol: self.symbol.clone(),
            kind: self.order_type.as_deref().and_then(|word| convert::kind(word, price, price2)),
            time_in_force: self.time_in_force,
            qty: self.qty,
            notional: self.notional,
            filled_qty: self.filled_qty,
            avg_price: self.avg_price,
            reason: told.reason.as_deref().filter(|text| !text.is_empty()).map(said),
            created_at: self.first_at,
            updated_at: Some(time(told).unwrap_or(now)),
            ..OrderReport::new(told.order_id.clone(), AssetType::Crypto, self.side?, self.status.unwrap_or(VenueStatus::Pending))
        })
    }

    pub(super) fn execution(&self, told: &wire::Execution, now: Timestamp) -> Option<ExecutionReport> {
        Some(ExecutionReport {
            exec_id: told.exec_id.clone()?,
            venue_order_id: told.order_id.clone(),
            client_id: self.client_id.clone(),
            symbol: self.symbol.clone(),
            side: self.side?,
            qty: told.last_qty.qty()?,
            price: told.last_price.price()?,
            fees: told.fees.iter().filter_map(|fee| convert::fees(&fee.asset, fee.qty)).collect(),
            is_maker: told.liquidity_ind.as_deref().map(|word| word == "m"),
            time: time(told).unwrap_or(now),
        })
    }
}

fn keep<T>(known: &mut Option<T>, told: Option<T>) {
    if told.is_some() {
        *known = told;
    }
}

fn time(told: &wire::Execution) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(told.timestamp.as_deref()?).ok()
}
