//! Indicators computed here from the bars of the chart: all of them when bars or indicators change, one step for a price.

use leptos::prelude::*;
use speedtrade::{
    indicators::{Indicator, IndicatorSpec, Values, VwapDay},
    market::Bar,
};

use super::{Tools, with_drawn};
use crate::{
    chart::{js, mounted::seconds},
    state::effect::effect,
};

/// One indicator as it is drawn.
struct Study {
    spec: IndicatorSpec,
    /// Of its first line; the others follow.
    id: u32,
    /// Has folded all bars but `last`.
    indicator: Indicator,
    last: Bar,
    /// Seconds and values of each bar, `last` at the end.
    rows: Vec<(i64, Values)>,
}

pub(super) fn follow(tools: Tools) {
    let chart = tools.chart;
    let specs = Memo::new(move |_| tools.layout.with(|layout| layout.indicators.clone()));
    let day = chart.instrument.with_value(|instrument| VwapDay::of(instrument.asset_type));
    let studies = RwSignal::new_local(Vec::<Study>::new());
    effect(move || {
        let specs = specs.get();
        with_drawn(chart, |mounted| {
            // The same lines with a bar more stay where they are.
            if !studies.with_untracked(|drawn| drawn.iter().map(|study| study.spec).eq(specs.iter().copied())) {
                mounted.chart.clear_curves();
            }
            chart.series.with(|bars| studies.set(draw(&mounted.chart, &specs, day, bars)));
        });
    });
    effect(move || {
        let Some(bar) = chart.forming.get() else { return };
        chart.mounted.with_untracked(|mounted| {
            if let Some(mounted) = mounted {
                studies.update(|studies| studies.iter_mut().for_each(|study| study.take(&bar, &mounted.chart)));
            }
        });
    });
    let places = chart.instrument.with_value(|instrument| u8::try_from(instrument.tick.decimal().scale()).unwrap_or(8).max(2));
    effect(move || {
        let hovered = chart.hovered.get();
        chart.values.set(studies.with(|studies| studies.iter().map(|study| study.words(hovered, places)).collect()));
    });
}

fn draw(chart: &js::PriceChart, specs: &[IndicatorSpec], day: VwapDay, bars: &[Bar]) -> Vec<Study> {
    let mut next = (0, 1);
    let studies = specs.iter().filter_map(|spec| {
        let study = Study::new(*spec, next.0, day, bars)?;
        let pane = if spec.is_overlay() { 0 } else { next.1 };
        study.draw(chart, pane);
        next = (next.0 + u32::try_from(spec.lines().len()).ok()?, if pane == 0 { next.1 } else { next.1 + 1 });
        Some(study)
    });
    studies.collect()
}

impl Study {
    /// `None` without bars.
    fn new(spec: IndicatorSpec, id: u32, day: VwapDay, bars: &[Bar]) -> Option<Self> {
        let (last, finished) = bars.split_last()?;
        let mut indicator = Indicator::new(spec, day);
        let mut rows: Vec<_> = finished.iter().map(|bar| (bar.t.seconds(), indicator.push(bar))).collect();
        rows.push((last.t.seconds(), indicator.peek(last)));
        Some(Self { spec, id, indicator, last: *last, rows })
    }

    fn ids(&self) -> impl Iterator<Item = (u32, usize)> {
        (self.id..).zip(0..self.spec.lines().len())
    }

    fn draw(&self, chart: &js::PriceChart, pane: u32) {
        for (id, line) in self.ids() {
            let values: Vec<f64> = self.rows.iter().map(|(_, values)| values[line].unwrap_or(f64::NAN)).collect();
            // The bands of one indicator share its color.
            let color = if self.spec.is_overlay() { self.id } else { id };
            chart.set_curve(id, pane, color, self.spec.lines()[line] == "histogram", &values);
        }
    }

    /// The forming bar, changed or new.
    fn take(&mut self, bar: &Bar, chart: &js::PriceChart) {
        if bar.t < self.last.t {
            return;
        }
        if bar.t == self.last.t {
            self.rows.pop();
        } else {
            self.indicator.push(&self.last);
        }
        self.last = *bar;
        let values = self.indicator.peek(bar);
        self.rows.push((bar.t.seconds(), values));
        for (id, line) in self.ids() {
            chart.update_curve(id, seconds(bar), values[line].unwrap_or(f64::NAN));
        }
    }

    /// ` SMA 20 178.51` at the cursor, or at the last bar.
    fn words(&self, hovered: Option<i64>, places: u8) -> String {
        let under = hovered.and_then(|at| self.rows.binary_search_by_key(&at, |(t, _)| *t).ok());
        let Some((_, values)) = under.map_or_else(|| self.rows.last(), |nth| self.rows.get(nth)) else { return String::new() };
        let places = if self.spec.is_overlay() { places } else { 2 };
        let mut words = [" ", &self.spec.to_string().to_uppercase().replace(':', " ")].concat();
        for value in values.iter().take(self.spec.lines().len()) {
            words.push(' ');
            match value.map(|value| js_sys::Number::from(value).to_fixed(places)) {
                Some(Ok(text)) => words.push_str(&String::from(text)),
                Some(Err(_)) | None => words.push('–'),
            }
        }
        words
    }
}
