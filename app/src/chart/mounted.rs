//! The drawn chart: made once the box is on the page, fed by signals, removed with its component.

use leptos::{prelude::*, task::spawn_local, wasm_bindgen::JsCast};
use speedtrade::{market::Bar, money::Price};
use wasm_bindgen::closure::Closure;

use super::{js, state::Chart, tools};
use crate::state::effect::effect;

/// The chart and the callbacks that it holds on to.
pub(super) struct Mounted {
    pub(super) chart: js::PriceChart,
    _on_hover: Closure<dyn FnMut(f64)>,
    _on_older: Closure<dyn FnMut()>,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.chart.remove();
    }
}

pub(super) fn draw(chart: Chart) {
    let mounted = chart.mounted;
    effect(move || {
        if let Some(place) = chart.place.get() {
            spawn_local(async move {
                // A chart that can't be fetched leaves the host's line in place.
                let Some(made) = mount(chart, place).await else { return };
                // `Some` means the page is gone; dropping the chart removes it.
                if mounted.try_set(Some(made)).is_none() {
                    chart.is_drawn.try_set(true);
                    // Without its tools it is still a chart.
                    if tools::fetch().await.is_ok() {
                        chart.has_tools.try_set(true);
                    }
                }
            });
        }
    });
    effect(move || {
        mounted.with(|mounted| {
            if let Some(mounted) = mounted {
                chart.series.with(|bars| mounted.chart.set_bars(&flat(bars)));
            }
        });
    });
    effect(move || {
        let forming = chart.forming.get();
        mounted.with(|mounted| {
            if let (Some(mounted), Some(bar)) = (mounted, forming) {
                mounted.chart.update(&flat(&[bar]));
            }
        });
    });
}

async fn mount(chart: Chart, place: leptos::web_sys::HtmlDivElement) -> Option<Mounted> {
    let on_hover = Closure::new(move |seconds: f64| {
        chart.hovered.try_set(whole_seconds(seconds));
    });
    let on_older = Closure::new(move || {
        chart.near_start.try_update(|count| *count = count.wrapping_add(1));
    });
    let tick = chart.instrument.try_with_value(|instrument| instrument.tick)?;
    let (precision, min_move) = (tick.decimal().scale().max(2), to_f64(tick));
    let drawn = js::mount(place.unchecked_ref(), precision, min_move, &on_hover, &on_older).await.ok()?;
    Some(Mounted { chart: drawn.unchecked_into(), _on_hover: on_hover, _on_older: on_older })
}

fn flat(bars: &[Bar]) -> Vec<f64> {
    bars.iter()
        .flat_map(|bar| {
            let volume = f64::try_from(bar.v.decimal()).unwrap_or_default();
            [seconds(bar), to_f64(bar.o), to_f64(bar.h), to_f64(bar.l), to_f64(bar.c), volume]
        })
        .collect()
}

pub(super) fn to_f64(price: Price) -> f64 {
    f64::try_from(price.decimal()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
pub(super) fn seconds(bar: &Bar) -> f64 {
    bar.t.seconds() as f64
}

#[expect(clippy::cast_possible_truncation, reason = "whole seconds, or -1 for none")]
fn whole_seconds(seconds: f64) -> Option<i64> {
    (seconds >= 0.0).then_some(seconds as i64)
}
