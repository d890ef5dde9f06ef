//! Candles of one instrument with timeframes, a live last bar, a legend, a sentence and a table.

use leptos::prelude::*;
use speedtrade::{
    instrument::{Instrument, Symbol},
    market::{Bar, Timeframe},
    time::Timestamp,
};

use super::{bar_table::BarTable, fold, line, lines::PriceLine, state::Chart, summary};
#[cfg(feature = "hydrate")]
use crate::components::when_some;
use crate::{
    api::market,
    components::{Segmented, when},
    live,
    state::effect::{effect, on_change},
};

/// What the host sends with the page.
pub const FIRST_TIMEFRAME: Timeframe = Timeframe::M5;

/// `lines` are levels to draw beside those of the trader's own orders and position.
#[component]
pub fn PriceChart(instrument: Instrument, bars: Vec<Bar>, #[prop(optional, into)] lines: Signal<Vec<PriceLine>>) -> impl IntoView {
    let symbol = StoredValue::new(instrument.symbol.clone());
    let chart = Chart::new(instrument, bars, lines);
    let Chart { timeframe, series, .. } = chart;
    fold_prices(chart);
    #[cfg(feature = "hydrate")]
    super::mounted::draw(chart);
    reload_after_a_loss(move || chart.load(series.with_untracked(Vec::len).clamp(market::CHART_BARS, market::BARS_MAX)));
    let choose = move |text: String| {
        if let Ok(chosen) = text.parse::<Timeframe>() {
            chart.choose(chosen);
        }
    };
    let options = Timeframe::ALL.map(|t| (t.as_str().to_owned(), t.as_str().to_owned())).to_vec();
    let table = move || {
        format!("/api/v1/market/chart/{}/bars.csv?limit=10000&timeframe={}", symbol.with_value(Symbol::slug), timeframe.get().as_str())
    };
    let words = move || series.with(|bars| summary::of_bars(&symbol.get_value(), timeframe.get(), bars));

    view! {
        <figure class="chart" data-testid="chart">
            <div class="toolbar">
                <Segmented label="Timeframe" options selected=Signal::derive(move || timeframe.get().as_str().to_owned()) on_select=choose testid="timeframe"/>
                <div class="chart-tools">{tools(chart)}</div>
            </div>
            <span class="chart-legend" aria-hidden="true" data-testid="chart-legend">
                {move || legend_of(chart)}{chart.values}" "<span class="chart-compared">{chart.compared}</span>
            </span>
            <div class="chart-box">
                <div class="chart-canvas" node_ref=chart.place aria-hidden="true"></div>
                {move || when(!chart.is_drawn.get(), || series.with(|bars| still(bars)))}
            </div>
            <figcaption class="visually-hidden" data-testid="chart-summary">{move || words()}</figcaption>
            <p class="chart-credit muted">
                <a href="https://www.tradingview.com/" rel="noopener noreferrer" target="_blank">"Charts by TradingView"</a>
                <a href=table download="">"Bars as CSV"</a>
            </p>
            <BarTable bars=series/>
        </figure>
    }
}

/// There once their file is.
#[cfg(feature = "hydrate")]
fn tools(chart: Chart) -> AnyView {
    use futures::FutureExt;
    let made = move || super::tools::view(chart).now_or_never().and_then(Result::ok);
    view! { {move || when_some(chart.has_tools.get().then(|| untrack(made)).flatten(), |tools| tools)} }.into_any()
}

#[cfg(not(feature = "hydrate"))]
fn tools(_chart: Chart) -> AnyView {
    view! { {move || when(false, || ().into_any())} }.into_any()
}

/// Each price that arrives goes into the bar that is forming.
fn fold_prices(chart: Chart) {
    let newest = live::price(&chart.instrument.with_value(|instrument| instrument.symbol.clone()));
    effect(move || {
        let Some(update) = newest.get() else { return };
        let last = chart.forming.get_untracked().or_else(|| chart.series.with_untracked(|bars| bars.last().copied()));
        if let Some(last) = last {
            let time = Timestamp::from_millis(update.timestamp);
            let next = fold::with_price(&last, chart.timeframe.get_untracked(), update.price, time);
            if next.t != last.t {
                chart.series.update_untracked(|bars| fold::put_last(bars, last));
            }
            chart.forming.set(Some(next));
        }
    });
}

/// Bars that were missed while the connection was lost.
fn reload_after_a_loss(load: impl Fn() + 'static) {
    let connection = live::connection();
    on_change(
        move || connection.get(),
        move |was, now| {
            if (*was, *now) == (live::Connection::Offline, live::Connection::Live) {
                load();
            }
        },
    );
}

fn legend_of(chart: Chart) -> String {
    let forming = chart.forming.get();
    let last = forming.or_else(|| chart.series.with(|bars| bars.last().copied()));
    let hovered = chart.hovered.get().filter(|seconds| forming.is_none_or(|bar| bar.t.seconds() != *seconds));
    let under = hovered.and_then(|seconds| chart.series.with(|bars| fold::find(bars, seconds)));
    under.or(last).map(|bar| summary::legend(&bar)).unwrap_or_default()
}

/// The line that the host draws.
fn still(bars: &[Bar]) -> AnyView {
    let closes: Vec<i64> = bars.iter().map(|bar| line::atoms_of(bar.c)).collect();
    let path = line::path(&closes);
    let area = line::area(&path);
    view! {
        <svg class=line::trend_class(&closes) viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path class="line-chart-area" d=area></path>
            <path class="line-chart-line" d=path vector-effect="non-scaling-stroke"></path>
        </svg>
    }
    .into_any()
}
