//! The trader's open orders and the position's average price, and whatever else has a level to show, drawn over the prices.

use leptos::prelude::*;
use speedtrade::{instrument::Symbol, order::Side, wire::OrderView};

use super::{Chart, with_drawn};
use crate::{
    chart::{
        lines::{LineKind, PriceLine},
        mounted::to_f64,
    },
    state::{
        desk::{DeskState, use_desk},
        effect::effect,
    },
};

pub(super) fn follow(chart: Chart) {
    let desk = use_desk();
    let symbol = chart.instrument.with_value(|instrument| instrument.symbol.clone());
    let all = Memo::new(move |_| {
        let mut lines = of_desk(desk, &symbol);
        lines.extend(chart.lines.get());
        lines
    });
    effect(move || {
        let lines = all.get();
        let prices: Vec<f64> = lines.iter().map(|line| to_f64(line.price)).collect();
        let kinds: Vec<u8> = lines.iter().map(|line| line.kind as u8).collect();
        let titles = lines.into_iter().map(|line| line.title).collect();
        with_drawn(chart, |mounted| mounted.chart.set_marks(&prices, &kinds, titles));
    });
}

fn of_desk(desk: DeskState, symbol: &Symbol) -> Vec<PriceLine> {
    desk.with(|desk| {
        let Some(desk) = desk else { return Vec::new() };
        let held = desk.positions.iter().find(|held| held.symbol == *symbol);
        let average = held.and_then(|held| Some((held, held.avg_entry_price?)));
        let position = average.map(|(held, price)| PriceLine { price, kind: LineKind::Position, title: format!("{} held", held.qty) });
        let orders = desk.open_orders.iter().filter(|order| order.symbol == *symbol);
        orders.filter_map(of_order).chain(position).collect()
    })
}

/// A stop order stands at its stop until that is reached.
fn of_order(order: &OrderView) -> Option<PriceLine> {
    let price = order.stop_price.or(order.limit_price)?;
    let (kind, verb) = match order.side {
        Side::Buy => (LineKind::Buy, "Buy"),
        Side::Sell => (LineKind::Sell, "Sell"),
    };
    let title = format!("{verb} {}", order.qty);
    Some(PriceLine { price, kind, title })
}
