//! Older bars, fetched when the view comes near the first one.

use leptos::prelude::*;

use super::Chart;
use crate::{api::market, state::effect::on_change};

/// Five times as many each time, until there are as many as there are or as the host gives.
const STEP: usize = 5;

pub(super) fn follow(chart: Chart) {
    // How many were asked for last; more answers than that never come.
    let asked = StoredValue::new(market::CHART_BARS);
    on_change(
        move || chart.near_start.get(),
        move |_, _| {
            let (shown, limit) = (chart.series.with_untracked(Vec::len), asked.get_value());
            let is_waiting_or_done = shown < limit.min(market::BARS_MAX) || shown >= market::BARS_MAX;
            if !is_waiting_or_done {
                let limit = shown.saturating_mul(STEP).min(market::BARS_MAX);
                asked.set_value(limit);
                chart.load(limit);
            }
        },
    );
    on_change(move || chart.timeframe.get(), move |_, _| asked.set_value(market::CHART_BARS));
}
