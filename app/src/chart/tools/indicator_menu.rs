//! The popover in which indicators are switched on and off, with their periods, and a second symbol is named.

use leptos::{html, prelude::*};
use speedtrade::{
    indicators::{INDICATORS_MAX, IndicatorSpec, SpecError},
    instrument::Symbol,
};

use super::Tools;
use crate::components::when_some;

/// (word of the text form, what a trader calls it, (label, value at first) of each number)
type Offer = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const OFFERS: [Offer; 7] = [
    ("sma", "Simple moving average", &[("Period", "20")]),
    ("ema", "Exponential moving average", &[("Period", "50")]),
    ("bb", "Bollinger bands", &[("Period", "20"), ("Deviations", "2")]),
    ("vwap", "VWAP", &[]),
    ("rsi", "RSI", &[("Period", "14")]),
    ("macd", "MACD", &[("Fast", "12"), ("Slow", "26"), ("Signal", "9")]),
    ("atr", "ATR", &[("Period", "14")]),
];

#[component]
pub(super) fn IndicatorMenu(tools: Tools) -> impl IntoView {
    view! {
        <div id="chart-indicators" popover="auto" class="chart-menu" role="dialog" aria-label="Indicators">
            <h2>"Indicators"</h2>
            {OFFERS.into_iter().map(|offer| view! { <OfferRow tools offer/> }.into_any()).collect_view()}
            <CompareField tools/>
            <button type="button" class="button" popovertarget="chart-indicators" popovertargetaction="hide">"Done"</button>
        </div>
    }
}

/// A box to tick and the numbers of one indicator. What is typed counts while the box is ticked.
#[component]
fn OfferRow(tools: Tools, offer: Offer) -> impl IntoView {
    let (word, label, numbers) = offer;
    let shown =
        Memo::new(move |_| tools.layout.with(|layout| layout.indicators.iter().map(ToString::to_string).find(|text| is_of(text, word))));
    let error = RwSignal::new(None::<SpecError>);
    let inputs: Vec<NodeRef<html::Input>> = numbers.iter().map(|_| NodeRef::new()).collect();
    let read = inputs.clone();
    let apply = Callback::new(move |is_on: bool| {
        let typed = read.iter().filter_map(NodeRef::get_untracked).map(|input| input.value());
        let text: Vec<String> = std::iter::once(word.to_owned()).chain(typed).collect();
        error.set(put(tools, word, is_on.then(|| text.join(":"))).err());
    });
    let fields = numbers.iter().zip(inputs).enumerate().map(move |(nth, ((name, first), input))| {
        let value =
            move || shown.get().and_then(|text| text.split(':').nth(nth + 1).map(str::to_owned)).unwrap_or_else(|| (*first).to_owned());
        view! {
            <input
                node_ref=input
                class="chart-menu-number"
                inputmode="decimal"
                aria-label=format!("{label}: {name}")
                prop:value=value
                on:change=move |_| apply.run(shown.get_untracked().is_some())
            />
        }
        .into_any()
    });
    view! {
        <div class="chart-menu-row">
            <label>
                <input type="checkbox" prop:checked=move || shown.get().is_some() on:change:target=move |ev| apply.run(ev.target().checked())/>
                {label}
            </label>
            {fields.collect_view()}
            {move || when_some(error.get(), |error| view! { <p class="field-error" role="alert">{error.to_string()}</p> }.into_any())}
        </div>
    }
}

fn is_of(text: &str, word: &str) -> bool {
    text.split(':').next() == Some(word)
}

/// Puts the indicator `text` in the place of the one of the same word; `None` takes that away.
fn put(tools: Tools, word: &str, text: Option<String>) -> Result<(), SpecError> {
    let spec: Option<IndicatorSpec> = text.map(|text| text.parse()).transpose()?;
    let indicators = tools.layout.with_untracked(|layout| layout.indicators.clone());
    let at = indicators.iter().position(|other| is_of(&other.to_string(), word));
    if spec.is_some() && at.is_none() && indicators.len() == INDICATORS_MAX {
        return Err(SpecError::Count);
    }
    tools.layout.update(|layout| match (at, spec) {
        (Some(at), Some(spec)) => layout.indicators[at] = spec,
        (Some(at), None) => drop(layout.indicators.remove(at)),
        (None, Some(spec)) => layout.indicators.push(spec),
        (None, None) => {}
    });
    Ok(())
}

#[component]
fn CompareField(tools: Tools) -> impl IntoView {
    let error = tools.compare_error;
    let change = move |text: String| {
        let (text, own) = (text.trim().to_owned(), tools.chart.instrument.with_value(|instrument| instrument.symbol.clone()));
        let parsed = (!text.is_empty()).then(|| text.replace('-', "/").parse::<Symbol>()).transpose();
        error.set(match &parsed {
            Err(_) => Some("That is no symbol.".to_owned()),
            Ok(Some(symbol)) if *symbol == own => Some("That is this symbol.".to_owned()),
            Ok(_) => None,
        });
        if error.with_untracked(Option::is_none) {
            tools.layout.update(|layout| layout.compare = parsed.ok().flatten());
        }
    };
    let value = move || tools.layout.with(|layout| layout.compare.as_ref().map(ToString::to_string).unwrap_or_default());
    view! {
        <div class="chart-menu-row">
            <label for="chart-compare">"Compare with"</label>
            <input
                id="chart-compare"
                class="chart-menu-symbol"
                placeholder="Symbol"
                autocomplete="off"
                maxlength="20"
                prop:value=value
                on:change:target=move |ev| change(ev.target().value())
            />
            {move || when_some(error.get(), |error| view! { <p class="field-error" role="alert">{error}</p> }.into_any())}
        </div>
    }
}
