//! Every order that a connector can be asked for: more than the desk asks, which holds most exits itself.

use server::broker::{OrderName, VenueOrder};
use speedtrade::{
    ids::OrderId,
    instrument::AssetType,
    order::{Amount, Exits, OrderClass, OrderKind, Side, StopLoss, TimeInForce, Trail, venue_name},
};
use uuid::Uuid;

use super::two_days_ago;

pub fn every(symbol: &str, asset_type: AssetType) -> Vec<VenueOrder> {
    let mut orders = vec![VenueOrder {
        client_id: String::new(),
        symbol: symbol.parse().expect("a symbol"),
        asset_type,
        side: Side::Buy,
        kind: OrderKind::Market,
        amount: Amount::Qty("0.12345678".parse().expect("a quantity")),
        time_in_force: TimeInForce::Day,
        extended_hours: false,
        class: OrderClass::Simple,
        exits: Exits::default(),
    }];
    orders = each(orders, &[Side::Buy, Side::Sell], |order, side| VenueOrder { side, ..order });
    orders = each(orders, &kinds(), |order, kind| VenueOrder { kind, ..order });
    orders = each(orders, &amounts(), |order, amount| VenueOrder { amount, ..order });
    orders = each(orders, &TimeInForce::ALL, |order, time_in_force| VenueOrder { time_in_force, ..order });
    orders = each(orders, &[false, true], |order, extended_hours| VenueOrder { extended_hours, ..order });
    orders = each(orders, &groups(), |order, (class, exits)| VenueOrder { class, exits, ..order });
    // The limit of two that stand together is the order's own.
    orders.retain(|order| order.class != OrderClass::Oco || matches!(order.kind, OrderKind::Limit { .. }));
    for (number, order) in (1..).zip(&mut orders) {
        order.client_id = venue_name("0a1b", OrderId::new(Uuid::from_u128(number)));
    }
    orders
}

fn each<T: Copy>(orders: Vec<VenueOrder>, values: &[T], with: impl Fn(VenueOrder, T) -> VenueOrder) -> Vec<VenueOrder> {
    orders.into_iter().flat_map(|order| values.iter().map(|value| with(order.clone(), *value)).collect::<Vec<_>>()).collect()
}

fn kinds() -> [OrderKind; 6] {
    let price = |text: &str| text.parse().expect("a price");
    let by_amount = Trail::amount("0.5".parse().expect("dollars")).expect("more than zero");
    let by_percent = Trail::percent("1.5".parse().expect("a percentage")).expect("more than zero");
    [
        OrderKind::Market,
        OrderKind::Limit { limit_price: price("90.25") },
        OrderKind::Stop { stop_price: price("95") },
        OrderKind::StopLimit { stop_price: price("95"), limit_price: price("95.5") },
        OrderKind::TrailingStop { trail: by_amount },
        OrderKind::TrailingStop { trail: by_percent },
    ]
}

/// A share, a fraction of one, dollars.
fn amounts() -> [Amount; 3] {
    let qty = |text: &str| Amount::Qty(text.parse().expect("a quantity"));
    [qty("1"), qty("0.00012345"), Amount::Notional("25.5".parse().expect("dollars"))]
}

fn groups() -> [(OrderClass, Exits); 7] {
    let price = |text: &str| text.parse().expect("a price");
    let take_profit = Some(price("110"));
    let at_the_market = Some(StopLoss { stop_price: price("80"), limit_price: None });
    let by_limit = Some(StopLoss { stop_price: price("80"), limit_price: Some(price("79.5")) });
    [
        (OrderClass::Simple, Exits::default()),
        (OrderClass::Bracket, Exits { take_profit, stop_loss: at_the_market }),
        (OrderClass::Bracket, Exits { take_profit, stop_loss: by_limit }),
        (OrderClass::Oco, Exits { take_profit: None, stop_loss: at_the_market }),
        (OrderClass::Oco, Exits { take_profit: None, stop_loss: by_limit }),
        (OrderClass::Oto, Exits { take_profit, stop_loss: None }),
        (OrderClass::Oto, Exits { take_profit: None, stop_loss: by_limit }),
    ]
}

/// By our name alone, and by the venue's.
pub fn names(order: &VenueOrder, venue_id: &str) -> [OrderName; 2] {
    let ours = OrderName { client_id: order.client_id.clone(), venue_id: None, symbol: order.symbol.clone(), sent_at: two_days_ago() };
    [OrderName { venue_id: Some(venue_id.to_owned()), ..ours.clone() }, ours]
}
