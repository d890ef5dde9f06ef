//! The layout is kept: on the host for a trader who is signed in, in this browser for a visitor.

use leptos::{prelude::*, task::spawn_local};

use super::{Tools, layout::Layout};
use crate::{
    api::preferences::{chart_layout, save_chart_layout},
    state::{effect::on_change, session::use_user},
};

const KEY: &str = "speedtrade-chart";

/// Nothing is written before the first reading, so that a slow answer is not overwritten.
pub(super) fn restore_and_keep(tools: Tools) {
    let is_signed_in = use_user().is_some();
    let owner = Owner::current();
    spawn_local(async move {
        let kept = if is_signed_in { chart_layout().await.unwrap_or_default() } else { of_browser() };
        if let (Some(text), Some(owner)) = (kept, owner.clone()) {
            owner.with(|| apply(tools, Layout::of_text(&text)));
        }
        if let Some(owner) = owner {
            owner.with(|| keep(tools, is_signed_in));
        }
    });
}

fn apply(tools: Tools, layout: Layout) {
    let (timeframe, chart) = (layout.timeframe, tools.chart);
    tools.layout.try_set(layout);
    if chart.timeframe.try_get_untracked().is_some_and(|shown| shown != timeframe) {
        chart.choose(timeframe);
    }
}

fn keep(tools: Tools, is_signed_in: bool) {
    if tools.layout.try_with_untracked(|_| ()).is_none() {
        return;
    }
    on_change(
        move || tools.layout.with(Layout::to_text),
        move |_, text| {
            let text = text.clone();
            if is_signed_in {
                // Not kept is not worth a word: the next change tries again.
                spawn_local(async move {
                    let _ = save_chart_layout(text).await;
                });
            } else if let Some(storage) = storage() {
                let _ = storage.set_item(KEY, &text);
            }
        },
    );
}

fn of_browser() -> Option<String> {
    storage()?.get_item(KEY).ok().flatten()
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}
