//! A second symbol beside the first, both in percent of where the view begins.

use leptos::{prelude::*, task::spawn_local};

use super::{Tools, with_drawn};
use crate::{
    api::market,
    chart::mounted::{seconds, to_f64},
    state::effect::effect,
};

pub(super) fn follow(tools: Tools) {
    let chart = tools.chart;
    let wanted = Memo::new(move |_| tools.layout.with(|layout| layout.compare.clone()));
    effect(move || {
        let (symbol, timeframe) = (wanted.get(), chart.timeframe.get());
        let limit = chart.series.with(Vec::len).max(1);
        let Some(symbol) = symbol else {
            with_drawn(chart, |mounted| mounted.chart.set_compared(&[]));
            return;
        };
        chart.mounted.track();
        spawn_local(async move {
            let answer = market::bars(symbol.to_string(), timeframe, limit).await;
            if wanted.try_get_untracked() != Some(Some(symbol)) || chart.timeframe.try_get_untracked() != Some(timeframe) {
                return;
            }
            tools.compare_error.try_set(answer.as_ref().err().map(ToString::to_string));
            let bars = answer.map(|bars| bars.0).unwrap_or_default();
            let flat: Vec<f64> = bars.iter().flat_map(|bar| [seconds(bar), to_f64(bar.c)]).collect();
            chart.mounted.try_with_untracked(|mounted| {
                if let Some(mounted) = mounted {
                    mounted.chart.set_compared(&flat);
                }
            });
        });
    });
}
