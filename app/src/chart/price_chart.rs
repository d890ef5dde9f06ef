//! Candles of one instrument with timeframes, a live last bar, a legend, a sentence and a table.

use leptos::{html, prelude::*, task::spawn_local};
use speedtrade::{
    instrument::Instrument,
    market::{Bar, Timeframe},
    time::Timestamp,
};

use super::{bar_table::BarTable, fold, line, summary};
use crate::{
    api::market,
    components::{Segmented, when},
    live,
    state::effect::{effect, on_change},
};

/// What the host sends with the page.
pub const FIRST_TIMEFRAME: Timeframe = Timeframe::M5;

#[component]
pub fn PriceChart(instrument: Instrument, bars: Vec<Bar>) -> impl IntoView {
    let symbol = StoredValue::new(instrument.symbol.clone());
    let timeframe = RwSignal::new(FIRST_TIMEFRAME);
    let series = RwSignal::new(bars);
    let forming = RwSignal::new(None::<Bar>);
    let (hovered, is_drawn) = (RwSignal::new(None::<i64>), RwSignal::new(false));
    let place = NodeRef::<html::Div>::new();

    fold_prices(&instrument, timeframe, series, forming);
    #[cfg(feature = "hydrate")]
    super::mounted::draw(super::mounted::Feed { place, tick: instrument.tick, series, forming, hovered, is_drawn });

    let load = move || {
        let (symbol, wanted) = (symbol.get_value().to_string(), timeframe.get_untracked());
        spawn_local(async move {
            if let Ok(bars) = market::bars(symbol, wanted, market::CHART_BARS).await
                && timeframe.try_get_untracked() == Some(wanted)
            {
                forming.set(None);
                series.set(bars.0);
            }
        });
    };
    reload_after_a_loss(load);
    let choose = move |text: String| {
        if let Ok(chosen) = text.parse::<Timeframe>() {
            timeframe.set(chosen);
            load();
        }
    };
    let options = Timeframe::ALL.map(|t| (t.as_str().to_owned(), t.as_str().to_owned())).to_vec();
    let legend = move || legend_of(series, forming, hovered.get());
    let words = move || series.with(|bars| summary::of_bars(&symbol.get_value(), timeframe.get(), bars));

    view! {
        <figure class="chart" data-testid="chart">
            <div class="toolbar">
                <Segmented label="Timeframe" options selected=Signal::derive(move || timeframe.get().as_str().to_owned()) on_select=choose testid="timeframe"/>
                <span class="chart-legend price" aria-hidden="true">{move || legend()}</span>
            </div>
            <div class="chart-box">
                <div class="chart-canvas" node_ref=place aria-hidden="true"></div>
                {move || when(!is_drawn.get(), || series.with(|bars| still(bars)))}
            </div>
            <figcaption class="visually-hidden" data-testid="chart-summary">{move || words()}</figcaption>
            <p class="chart-credit muted">
                <a href="https://www.tradingview.com/" rel="noopener noreferrer" target="_blank">"Charts by TradingView"</a>
            </p>
            <BarTable bars=series/>
        </figure>
    }
}

/// Each price that arrives goes into the bar that is forming.
fn fold_prices(instrument: &Instrument, timeframe: RwSignal<Timeframe>, series: RwSignal<Vec<Bar>>, forming: RwSignal<Option<Bar>>) {
    let newest = live::price(&instrument.symbol);
    effect(move || {
        let Some(update) = newest.get() else { return };
        let last = forming.get_untracked().or_else(|| series.with_untracked(|bars| bars.last().copied()));
        if let Some(last) = last {
            let time = Timestamp::from_micros(update.timestamp.saturating_mul(1_000));
            forming.set(Some(fold::with_price(&last, timeframe.get_untracked(), update.price, time)));
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

fn legend_of(series: RwSignal<Vec<Bar>>, forming: RwSignal<Option<Bar>>, hovered: Option<i64>) -> String {
    let last = forming.get().or_else(|| series.with(|bars| bars.last().copied()));
    let under = hovered.and_then(|seconds| series.with(|bars| bars.iter().find(|bar| bar.t.seconds() == seconds).copied()));
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
