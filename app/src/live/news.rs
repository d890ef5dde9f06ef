//! What is said aloud about an order that changed.

use speedtrade::{
    order::{OrderStatus, Side},
    wire::{AlertTriggered, OrderUpdate},
};

use crate::{format, state::toasts::ToastKind};

/// `Bought 10 AAPL at $270.12`; `None` for steps nobody needs to hear of.
pub fn of_order(update: &OrderUpdate) -> Option<(ToastKind, String)> {
    let verb = match update.side {
        Side::Buy => "Bought",
        Side::Sell => "Sold",
    };
    let symbol = &update.symbol;
    match (update.status, update.filled_avg_price) {
        (OrderStatus::Filled, Some(price)) => {
            Some((ToastKind::Good, format!("{verb} {} {symbol} at {}", format::qty(update.filled_qty), format::price(price))))
        }
        (OrderStatus::PartiallyFilled, Some(price)) => {
            let (filled, whole) = (format::qty(update.filled_qty), format::qty(update.qty));
            Some((ToastKind::Good, format!("{verb} {filled} of {whole} {symbol} at {}", format::price(price))))
        }
        (OrderStatus::Rejected, _) => {
            let reason = update.reject_reason.as_deref().unwrap_or("no reason was given");
            Some((ToastKind::Bad, format!("Order for {symbol} was rejected: {reason}")))
        }
        (OrderStatus::Expired, _) => Some((ToastKind::Info, format!("Order for {symbol} has expired"))),
        (
            OrderStatus::PendingNew
            | OrderStatus::New
            | OrderStatus::Filled
            | OrderStatus::PartiallyFilled
            | OrderStatus::PendingCancel
            | OrderStatus::Canceled
            | OrderStatus::PendingReplace
            | OrderStatus::Replaced
            | OrderStatus::Held
            | OrderStatus::Unknown,
            _,
        ) => None,
    }
}

/// `AAPL at $178.52: rises to $178.00. Sell some`.
pub fn of_alert(told: &AlertTriggered) -> String {
    let note = if told.note.is_empty() { String::new() } else { [". ", &told.note].concat() };
    [told.symbol.as_str(), " at ", &format::price(told.price), ": ", &told.summary, &note].concat()
}

#[cfg(test)]
pub(super) mod tests {
    use speedtrade::ids::OrderId;

    use super::*;

    pub(in crate::live) fn update(status: OrderStatus) -> OrderUpdate {
        OrderUpdate {
            seq: 1,
            order_id: "019a9c1e-8f00-7000-8000-000000000001".parse::<OrderId>().expect("valid"),
            client_order_id: "x".parse().expect("valid"),
            symbol: "AAPL".parse().expect("valid"),
            side: Side::Buy,
            status,
            qty: "10".parse().expect("valid"),
            filled_qty: "4".parse().expect("valid"),
            filled_avg_price: Some("270.12".parse().expect("valid")),
            reject_reason: Some("too large".to_owned()),
            timestamp: 0,
        }
    }

    pub(in crate::live) fn told(note: &str) -> AlertTriggered {
        AlertTriggered {
            id: "019a9c1e-8f00-7000-8000-000000000001".parse().expect("valid"),
            firing_id: "019a9c1e-8f00-7000-8000-000000000002".parse().expect("valid"),
            symbol: "AAPL".parse().expect("valid"),
            condition: "crosses_up".to_owned(),
            summary: "rises to $178.00".to_owned(),
            target_price: Some("178".parse().expect("valid")),
            price: "178.52".parse().expect("valid"),
            note: note.to_owned(),
            timestamp: 1,
        }
    }

    #[test]
    fn alerts_are_said_with_their_note() {
        assert_eq!(of_alert(&told("Sell some")), "AAPL at $178.52: rises to $178.00. Sell some");
        assert_eq!(of_alert(&told("")), "AAPL at $178.52: rises to $178.00");
    }

    #[test]
    fn fills_and_rejections_are_said_and_the_rest_is_not() {
        let words = |status| of_order(&update(status)).map(|(_, text)| text);
        assert_eq!(words(OrderStatus::Filled).as_deref(), Some("Bought 4 AAPL at $270.12"));
        assert_eq!(words(OrderStatus::PartiallyFilled).as_deref(), Some("Bought 4 of 10 AAPL at $270.12"));
        assert_eq!(words(OrderStatus::Rejected).as_deref(), Some("Order for AAPL was rejected: too large"));
        assert_eq!(words(OrderStatus::New), None);
    }
}
