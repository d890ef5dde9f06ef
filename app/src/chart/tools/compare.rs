//! A second symbol beside the first, both in percent of where the view begins. It is asked for again with each finished bar.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::market::Bar;

use super::{Tools, with_drawn};
use crate::{
    api::market,
    chart::{
        fold,
        mounted::{seconds, to_f64},
    },
    state::effect::effect,
};

pub(super) fn follow(tools: Tools) {
    let chart = tools.chart;
    let shown = RwSignal::new((String::new(), Vec::<Bar>::new()));
    effect(move || {
        let hovered = chart.hovered.get();
        chart.compared.set(shown.with(|(symbol, bars)| words(symbol, bars, hovered)));
    });
    effect(move || {
        shown.with(|(symbol, bars)| {
            let flat: Vec<f64> = bars.iter().flat_map(|bar| [seconds(bar), to_f64(bar.c)]).collect();
            with_drawn(chart, |mounted| mounted.chart.set_compared(&flat, symbol));
        });
    });
    let wanted = Memo::new(move |_| tools.layout.with(|layout| layout.compare.clone()));
    effect(move || {
        let (symbol, timeframe) = (wanted.get(), chart.timeframe.get());
        let limit = chart.series.with(Vec::len).max(1);
        let Some(symbol) = symbol else {
            shown.set(Default::default());
            return;
        };
        spawn_local(async move {
            let answer = market::bars(symbol.to_string(), timeframe, limit).await;
            if wanted.try_get_untracked() != Some(Some(symbol.clone())) || chart.timeframe.try_get_untracked() != Some(timeframe) {
                return;
            }
            tools.compare_error.try_set(answer.as_ref().err().map(ToString::to_string));
            shown.try_set((symbol.to_string(), answer.map(|bars| bars.0).unwrap_or_default()));
        });
    });
}

/// `MSFT 402.10` at the cursor, or at the last bar.
fn words(symbol: &str, bars: &[Bar], hovered: Option<i64>) -> String {
    let under = hovered.and_then(|at| fold::find(bars, at)).or(bars.last().copied());
    under.map(|bar| [symbol, " ", &bar.c.to_string()].concat()).unwrap_or_default()
}
