//! The account's worth over time: a line drawn here, no library needed.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::portfolio::EquityPoint;

use super::line;
use crate::{
    api::{CurveRange, portfolio},
    components::{Delta, Segmented},
    format, live,
    state::effect::on_change,
};

/// What the host sends with the page.
pub const FIRST_RANGE: CurveRange = CurveRange::Month;

#[component]
pub fn EquityChart(curve: Vec<EquityPoint>) -> impl IntoView {
    let (range, points) = (RwSignal::new(FIRST_RANGE), RwSignal::new(curve));
    let load = move || {
        let wanted = range.get_untracked();
        spawn_local(async move {
            if let Ok(curve) = portfolio::equity_curve(crate::state::account::id(), wanted).await
                && range.try_get_untracked() == Some(wanted)
            {
                points.set(curve);
            }
        });
    };
    let version = live::desk_version();
    on_change(move || version.get(), move |_, _| load());
    let choose = move |text: String| {
        if let Ok(chosen) = text.parse::<CurveRange>() {
            range.set(chosen);
            load();
        }
    };
    let options = CurveRange::ALL.map(|r| (r.as_str().to_owned(), r.as_str().to_owned())).to_vec();
    let change = Signal::derive(move || points.with(|p| p.last().map_or(speedtrade::money::Percent::ZERO, |last| last.profit_loss_pct)));

    view! {
        <figure class="chart" data-testid="equity-chart">
            <div class="toolbar">
                <Segmented label="Range" options selected=Signal::derive(move || range.get().as_str().to_owned()) on_select=choose testid="range"/>
                <Delta value=change/>
            </div>
            <div class="chart-box small">{move || points.with(|points| picture(points))}</div>
            <figcaption class="muted">{move || points.with(|points| words(points))}</figcaption>
        </figure>
    }
}

fn picture(points: &[EquityPoint]) -> AnyView {
    let worth = line::usd_atoms(points.iter().map(|point| point.equity));
    let path = line::path(&worth);
    let area = line::area(&path);
    view! {
        <svg class=line::trend_class(&worth) viewBox="0 0 1000 300" preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path class="line-chart-area" d=area></path>
            <path class="line-chart-line" d=path vector-effect="non-scaling-stroke"></path>
        </svg>
    }
    .into_any()
}

fn words(points: &[EquityPoint]) -> String {
    let (Some(first), Some(last)) = (points.first(), points.last()) else {
        return "The curve starts with your first trade.".to_owned();
    };
    let high = points.iter().map(|p| p.equity).max().unwrap_or(last.equity);
    let low = points.iter().map(|p| p.equity).min().unwrap_or(last.equity);
    format!(
        "{} to {} UTC: from {} to {}, high {}, low {}.",
        format::time(first.t),
        format::time(last.t),
        format::money(first.equity),
        format::money(last.equity),
        format::money(high),
        format::money(low),
    )
}
