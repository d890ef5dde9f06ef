//! How a chart is set up, as a line of text: `candles 5m sma:20,rsi:14 MSFT`, with `-` for nothing.

use speedtrade::{
    indicators::{self, IndicatorSpec},
    instrument::Symbol,
    market::Timeframe,
};

use crate::chart::FIRST_TIMEFRAME;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Candles,
    Bars,
    Line,
    Area,
}

impl Kind {
    pub(super) const ALL: [Kind; 4] = [Self::Candles, Self::Bars, Self::Line, Self::Area];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Candles => "candles",
            Self::Bars => "bars",
            Self::Line => "line",
            Self::Area => "area",
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Candles => "Candles",
            Self::Bars => "Bars",
            Self::Line => "Line",
            Self::Area => "Area",
        }
    }

    pub(super) fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) kind: Kind,
    pub(super) timeframe: Timeframe,
    pub(super) indicators: Vec<IndicatorSpec>,
    pub(super) compare: Option<Symbol>,
}

impl Default for Layout {
    fn default() -> Self {
        Self { kind: Kind::default(), timeframe: FIRST_TIMEFRAME, indicators: Vec::new(), compare: None }
    }
}

impl Layout {
    pub(super) fn to_text(&self) -> String {
        let indicators: Vec<String> = self.indicators.iter().map(ToString::to_string).collect();
        let listed = if indicators.is_empty() { "-".to_owned() } else { indicators.join(",") };
        let compare = self.compare.as_ref().map_or("-", Symbol::as_str);
        [self.kind.as_str(), self.timeframe.as_str(), &listed, compare].join(" ")
    }

    /// What can't be read is as it is at first: an older build may have written it.
    pub(super) fn of_text(text: &str) -> Self {
        let mut words = text.split(' ');
        let mut word = || words.next().unwrap_or_default();
        Self {
            kind: Kind::find(word()).unwrap_or_default(),
            timeframe: word().parse().unwrap_or(FIRST_TIMEFRAME),
            indicators: indicators::parse_list(word()).unwrap_or_default(),
            compare: word().parse().ok(),
        }
    }
}
