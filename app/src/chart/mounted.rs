//! The drawn chart: made once the box is on the page, fed by signals, removed with its component.

use leptos::{html, prelude::*, task::spawn_local, wasm_bindgen::JsCast};
use speedtrade::{market::Bar, money::Price};
use wasm_bindgen::closure::Closure;

use super::js;
use crate::state::effect::effect;

/// The chart and the callback that it holds on to.
struct Mounted {
    chart: js::PriceChart,
    _on_hover: Closure<dyn FnMut(f64)>,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        self.chart.remove();
    }
}

#[derive(Clone, Copy)]
pub(super) struct Feed {
    pub(super) place: NodeRef<html::Div>,
    pub(super) tick: Price,
    pub(super) series: RwSignal<Vec<Bar>>,
    pub(super) forming: RwSignal<Option<Bar>>,
    pub(super) hovered: RwSignal<Option<i64>>,
    pub(super) is_drawn: RwSignal<bool>,
}

pub(super) fn draw(feed: Feed) {
    let mounted = RwSignal::new_local(None::<Mounted>);
    effect(move || {
        if let Some(place) = feed.place.get() {
            spawn_local(async move {
                // A chart that can't be fetched leaves the host's line in place.
                let Some(made) = mount(feed, place).await else { return };
                // `Some` means the page is gone; dropping the chart removes it.
                if mounted.try_set(Some(made)).is_none() {
                    feed.is_drawn.try_set(true);
                }
            });
        }
    });
    effect(move || {
        mounted.with(|mounted| {
            if let Some(mounted) = mounted {
                feed.series.with(|bars| mounted.chart.set_bars(&flat(bars)));
            }
        });
    });
    effect(move || {
        let forming = feed.forming.get();
        mounted.with(|mounted| {
            if let (Some(mounted), Some(bar)) = (mounted, forming) {
                mounted.chart.update(&flat(&[bar]));
            }
        });
    });
}

async fn mount(feed: Feed, place: leptos::web_sys::HtmlDivElement) -> Option<Mounted> {
    let on_hover = Closure::new(move |seconds: f64| {
        feed.hovered.try_set(whole_seconds(seconds));
    });
    let (precision, min_move) = (feed.tick.decimal().scale().max(2), to_f64(feed.tick));
    let chart = js::mount(place.unchecked_ref(), precision, min_move, &on_hover).await.ok()?;
    Some(Mounted { chart: chart.unchecked_into(), _on_hover: on_hover })
}

fn flat(bars: &[Bar]) -> Vec<f64> {
    bars.iter()
        .flat_map(|bar| {
            let volume = f64::try_from(bar.v.decimal()).unwrap_or_default();
            [seconds(bar), to_f64(bar.o), to_f64(bar.h), to_f64(bar.l), to_f64(bar.c), volume]
        })
        .collect()
}

fn to_f64(price: Price) -> f64 {
    f64::try_from(price.decimal()).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
fn seconds(bar: &Bar) -> f64 {
    bar.t.seconds() as f64
}

#[expect(clippy::cast_possible_truncation, reason = "whole seconds, or -1 for none")]
fn whole_seconds(seconds: f64) -> Option<i64> {
    (seconds >= 0.0).then_some(seconds as i64)
}
