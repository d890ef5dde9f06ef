//! Bars that were put together here get the host's figures once they have ended, and the running bar its volume, which prices
//! don't tell.

use std::time::Duration;

use leptos::prelude::*;

use super::Chart;
use crate::{api::market, chart::fold, live, state::effect::on_change};

/// A bar that has ended is asked for after this, and before twice as much: the host needs its end, and not all pages at once.
const ENDED_MS: u64 = 2_000;
/// How often the running bar is asked for.
const RUNNING: Duration = Duration::from_secs(30);

pub(super) fn follow(chart: Chart) {
    // Start of the newest bar that the host has told.
    let told = StoredValue::new(chart.series.with_untracked(|bars| bars.last().map(|bar| bar.t)));
    let begun = move || chart.forming.with(|bar| bar.map(|bar| bar.t));
    on_change(begun, move |was, now| {
        if was.is_some() && now.is_some() && was != now {
            let after = Duration::from_millis(ENDED_MS + u64::from(live::random()) % ENDED_MS);
            set_timeout(move || refresh(chart, told), after);
        }
    });
    let look = move || {
        if !document().hidden() {
            refresh(chart, told);
        }
    };
    if let Ok(handle) = set_interval_with_handle(look, RUNNING) {
        on_cleanup(move || handle.clear());
    }
}

fn refresh(chart: Chart, told: StoredValue<Option<speedtrade::time::Timestamp>>) {
    let (Some(wanted), Some(newest)) = (chart.timeframe.try_get_untracked(), told.try_get_value()) else { return };
    let symbol = chart.instrument.with_value(|instrument| instrument.symbol.to_string());
    let untold = chart.series.with_untracked(|bars| bars.iter().rev().take_while(|bar| Some(bar.t) > newest).count());
    leptos::task::spawn_local(async move {
        if let Ok(bars) = market::bars(symbol, wanted, untold.min(market::CHART_BARS) + 2).await
            && chart.timeframe.try_get_untracked() == Some(wanted)
            && let Some(running) = bars.0.last()
        {
            told.set_value(Some(running.t));
            chart.series.maybe_update(|series| fold::put_newest(series, &bars.0));
            chart.forming.update(|own| *own = Some(fold::joined(running, *own)));
        }
    });
}
