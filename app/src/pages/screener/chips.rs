//! The screen's quick turns: kind of instrument, what the account can afford, and the table for a spreadsheet.

use leptos::prelude::*;
use speedtrade::{money::Usd, screener::ScreenQuery};

use super::query::to_address;
use crate::components::when_some;

const CSV: &str = "/api/v1/market/under-100.csv";

/// `power` is what the account may spend; absent for a visitor.
#[component]
pub(super) fn Chips(query: ScreenQuery, power: Option<Usd>) -> impl IntoView {
    let kind = |(value, label): (&'static str, &'static str)| {
        let wanted = (!value.is_empty()).then(|| value.to_owned());
        let is_current = query.asset_type == wanted;
        chip(label, &ScreenQuery { asset_type: wanted, ..query.clone() }, is_current)
    };
    let kinds = [("", "All"), ("stock", "Stocks"), ("crypto", "Crypto")].into_iter().map(kind).collect_view();
    let affordable = power.filter(|power| *power > Usd::ZERO).map(|power| {
        let is_on = query.cash.is_some();
        let cash = (!is_on).then(|| power.to_string());
        chip("I can afford a whole one", &ScreenQuery { cash, ..query.clone() }, is_on)
    });
    let csv = to_address(&query).replacen("/screener", CSV, 1);
    view! {
        <nav class="chips" aria-label="Kind of instrument">
            {kinds}
            {when_some(affordable, |chip| chip)}
            <a class="chip" href=csv download="screen.csv" rel="external" data-testid="screener-csv">"Download as CSV"</a>
        </nav>
    }
}

fn chip(label: &'static str, query: &ScreenQuery, is_current: bool) -> AnyView {
    view! { <a class="chip" href=to_address(query) aria-current=is_current.then_some("true")>{label}</a> }.into_any()
}
