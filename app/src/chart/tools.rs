//! What a chart can do besides showing prices: types, indicators, a second symbol, levels, older bars, a remembered layout.
//!
//! In a file of its own, fetched once the chart is drawn. Nothing but `view` and `fetch` may be reached from outside.
#![cfg_attr(feature = "hydrate", expect(clippy::unnecessary_wraps, reason = "the split macro adds the failure to fetch"))]

mod compare;
#[cfg(feature = "hydrate")]
mod host;
mod indicator_menu;
mod keep;
mod layout;
mod levels;
mod older;
mod studies;

use leptos::{prelude::*, wasm_split::SplitLoaderError};

use super::{mounted::Mounted, state::Chart};
use crate::{
    components::Segmented,
    state::effect::{effect, on_change},
};
use indicator_menu::IndicatorMenu;
use layout::{Kind, Layout};

/// What the tools share.
#[derive(Clone, Copy)]
struct Tools {
    chart: Chart,
    layout: RwSignal<Layout>,
    /// Why the second symbol is not shown.
    compare_error: RwSignal<Option<String>>,
}

#[leptos::wasm_split::wasm_split(chart_tools, wasm_split_path = leptos::wasm_split, preload(fetch), fallible)]
pub(super) fn view(chart: Chart) -> Result<AnyView, SplitLoaderError> {
    let tools = Tools { chart, layout: RwSignal::new(Layout::default()), compare_error: RwSignal::new(None) };
    follow_kind(tools);
    studies::follow(tools);
    compare::follow(tools);
    levels::follow(chart);
    older::follow(chart);
    #[cfg(feature = "hydrate")]
    host::follow(chart);
    on_change(move || chart.timeframe.get(), move |_, now| tools.layout.update(|layout| layout.timeframe = *now));
    keep::restore_and_keep(tools);

    let options = Kind::ALL.map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).to_vec();
    let selected = Signal::derive(move || tools.layout.with(|layout| layout.kind.as_str().to_owned()));
    let select = move |text: String| tools.layout.update(|layout| layout.kind = Kind::find(&text).unwrap_or_default());
    Ok(view! {
        <Segmented label="Chart type" options selected on_select=select testid="chart-type"/>
        <button type="button" class="button button-quiet" popovertarget="chart-indicators" data-testid="indicators">
            "Indicators"
            {move || count(tools.layout.with(|layout| layout.indicators.len()))}
        </button>
        <IndicatorMenu tools/>
    }
    .into_any())
}

fn count(number: usize) -> String {
    if number == 0 { String::new() } else { format!(" ({number})") }
}

fn follow_kind(tools: Tools) {
    let kind = Memo::new(move |_| tools.layout.with(|layout| layout.kind));
    effect(move || {
        let kind = kind.get();
        with_drawn(tools.chart, |mounted| mounted.chart.set_kind(kind.as_str()));
    });
}

/// Nothing, until the chart is drawn; then what called this runs again.
fn with_drawn(chart: Chart, run: impl FnOnce(&Mounted)) {
    chart.mounted.with(|mounted| {
        if let Some(mounted) = mounted {
            run(mounted);
        }
    });
}
