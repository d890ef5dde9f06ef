//! What the parts of one price chart share: its bars, what is shown of them, and where the cursor is.

use leptos::{html, prelude::*, task::spawn_local};
use speedtrade::{
    instrument::Instrument,
    market::{Bar, Timeframe},
};

use super::lines::PriceLine;
use crate::api::market;

#[derive(Clone, Copy)]
pub(super) struct Chart {
    pub(super) instrument: StoredValue<Instrument>,
    pub(super) timeframe: RwSignal<Timeframe>,
    /// Oldest first. The bars that finish while the page is open are added without a word, until the host has told them.
    pub(super) series: RwSignal<Vec<Bar>>,
    pub(super) forming: RwSignal<Option<Bar>>,
    /// Seconds of the bar under the cursor.
    pub(super) hovered: RwSignal<Option<i64>>,
    pub(super) is_drawn: RwSignal<bool>,
    /// Values of indicators at the cursor, after those of the bar.
    pub(super) values: RwSignal<String>,
    /// The second symbol and its price there; empty without one.
    pub(super) compared: RwSignal<String>,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "drawn by the browser alone"))]
    pub(super) lines: Signal<Vec<PriceLine>>,
    pub(super) place: NodeRef<html::Div>,
    /// Counts up when the view comes near the first bar.
    #[cfg(feature = "hydrate")]
    pub(super) near_start: RwSignal<u32>,
    #[cfg(feature = "hydrate")]
    pub(super) mounted: RwSignal<Option<super::mounted::Mounted>, LocalStorage>,
    /// The file with the tools is there.
    #[cfg(feature = "hydrate")]
    pub(super) has_tools: RwSignal<bool>,
}

impl Chart {
    pub(super) fn new(instrument: Instrument, bars: Vec<Bar>, lines: Signal<Vec<PriceLine>>) -> Self {
        Self {
            instrument: StoredValue::new(instrument),
            timeframe: RwSignal::new(super::FIRST_TIMEFRAME),
            series: RwSignal::new(bars),
            forming: RwSignal::new(None),
            hovered: RwSignal::new(None),
            is_drawn: RwSignal::new(false),
            values: RwSignal::new(String::new()),
            compared: RwSignal::new(String::new()),
            lines,
            place: NodeRef::new(),
            #[cfg(feature = "hydrate")]
            near_start: RwSignal::new(0),
            #[cfg(feature = "hydrate")]
            mounted: RwSignal::new_local(None),
            #[cfg(feature = "hydrate")]
            has_tools: RwSignal::new(false),
        }
    }

    pub(super) fn choose(self, timeframe: Timeframe) {
        self.timeframe.set(timeframe);
        self.load(market::CHART_BARS);
    }

    /// The newest `limit` bars take the place of what is shown.
    pub(super) fn load(self, limit: usize) {
        let (symbol, wanted) = (self.instrument.with_value(|i| i.symbol.to_string()), self.timeframe.get_untracked());
        spawn_local(async move {
            if let Ok(bars) = market::bars(symbol, wanted, limit).await
                && self.timeframe.try_get_untracked() == Some(wanted)
            {
                self.forming.set(None);
                self.series.set(bars.0);
            }
        });
    }
}
