//! The filter form: a plain GET, so that it works before and without hydration.

use leptos::{ev::SubmitEvent, prelude::*, web_sys::HtmlSelectElement};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use speedtrade::{order::FieldError, screener::ScreenQuery};

use super::query::{of_fields, to_address};
use crate::{
    api::sentence,
    components::{Fields, when_some},
};

const SORTS: [(&str, &str); 14] = [
    ("", "Symbol"),
    ("name", "Name"),
    ("price", "Price, lowest first"),
    ("-price", "Price, highest first"),
    ("-change_pct", "Change, strongest first"),
    ("change_pct", "Change, weakest first"),
    ("-volume", "Volume, most first"),
    ("volume", "Volume, least first"),
    ("-rel_volume_pct", "Volume of usual, most first"),
    ("rel_volume_pct", "Volume of usual, least first"),
    ("-range_pct", "Day range, highest first"),
    ("range_pct", "Day range, lowest first"),
    ("-volatility_pct", "Volatility, wildest first"),
    ("volatility_pct", "Volatility, calmest first"),
];
const PARTS: [(&str, &str); 3] = [("", "Any"), ("true", "Parts of a share too"), ("false", "Whole shares only")];

/// What the lists offer beside `All`.
pub(super) struct Offered {
    pub(super) sectors: Vec<String>,
    pub(super) exchanges: Vec<String>,
}

#[component]
pub(super) fn Filters(query: ScreenQuery, offered: Offered, errors: Vec<FieldError>) -> impl IntoView {
    let wrong = Wrong(errors);
    let max_price = match query.max_price.as_deref() {
        None => "100".to_owned(),
        Some(ScreenQuery::ANY_PRICE) => String::new(),
        Some(price) => price.to_owned(),
    };
    let all = |label: &str| std::iter::once((String::new(), label.to_owned()));
    let named = |words: Vec<String>| words.into_iter().map(|word| (word.clone(), word));
    let fixed =
        |words: &'static [(&'static str, &'static str)]| words.iter().map(|(word, label)| ((*word).to_owned(), (*label).to_owned()));
    let navigate = use_navigate();
    let go = move |ev: SubmitEvent| {
        ev.prevent_default();
        let fields = Fields::of(&ev);
        navigate(&to_address(&of_fields(|name| Some(fields.get(name)))), NavigateOptions::default());
    };
    let is_open = has_more(&query);
    let is = |value: &Option<String>| value.clone().unwrap_or_default();

    view! {
        <form method="get" action="/screener" class="screener-filters" on:submit=go>
            {when_some(query.asset_type.clone(), |kind| view! { <input type="hidden" name="asset_type" value=kind/> }.into_any())}
            {wrong.typed("Search", "q", "search", query.q.clone())}
            {wrong.typed("Min price", "min_price", "text", query.min_price.clone())}
            {wrong.typed("Max price", "max_price", "text", Some(max_price))}
            {wrong.chosen("Sector", "sector", all("All sectors").chain(named(offered.sectors)), &is(&query.sector))}
            {wrong.chosen("Sort", "sort", fixed(&SORTS), &is(&query.sort))}
            <button type="submit" class="button button-primary">"Apply"</button>
            <details class="more-filters" open=is_open>
                <summary>"More filters"</summary>
                <div class="screener-filters">
                    {wrong.chosen("Exchange", "exchange", all("All exchanges").chain(named(offered.exchanges)), &is(&query.exchange))}
                    {wrong.typed("Change at least, %", "change_pct_min", "text", query.change_pct_min)}
                    {wrong.typed("Change at most, %", "change_pct_max", "text", query.change_pct_max)}
                    {wrong.typed("Volume at least", "min_volume", "text", query.min_volume)}
                    {wrong.typed("Of usual volume, % at least", "rel_volume_pct_min", "text", query.rel_volume_pct_min)}
                    {wrong.typed("In day range, % at least", "range_pct_min", "text", query.range_pct_min)}
                    {wrong.typed("In day range, % at most", "range_pct_max", "text", query.range_pct_max)}
                    {wrong.typed("Volatility, % at least", "volatility_pct_min", "text", query.volatility_pct_min)}
                    {wrong.typed("Volatility, % at most", "volatility_pct_max", "text", query.volatility_pct_max)}
                    {wrong.chosen("Traded in", "fractionable", fixed(&PARTS), &is(&query.fractionable))}
                    {wrong.typed("A whole one for at most, $", "cash", "text", query.cash)}
                </div>
            </details>
        </form>
    }
}

fn has_more(query: &ScreenQuery) -> bool {
    let more = [
        &query.exchange,
        &query.change_pct_min,
        &query.change_pct_max,
        &query.min_volume,
        &query.rel_volume_pct_min,
        &query.range_pct_min,
        &query.range_pct_max,
        &query.volatility_pct_min,
        &query.volatility_pct_max,
        &query.fractionable,
        &query.cash,
    ];
    more.into_iter().any(Option::is_some)
}

/// Choosing from a list applies at once; typed fields apply with Enter or the button.
fn apply(chosen: &HtmlSelectElement) {
    if let Some(form) = chosen.form() {
        let _ = form.request_submit();
    }
}

/// What is wrong, said beside its field.
struct Wrong(Vec<FieldError>);

impl Wrong {
    fn typed(&self, label: &'static str, name: &'static str, kind: &'static str, value: Option<String>) -> AnyView {
        let inputmode = (kind == "text").then_some("decimal");
        let placeholder = (name == "max_price").then_some("Any price");
        let (is_wrong, described) = (self.is(name).then_some("true"), self.is(name).then(|| format!("screen-{name}-error")));
        let input = view! {
            <input id=format!("screen-{name}") type=kind name=name value=value inputmode=inputmode placeholder=placeholder
                autocomplete="off" aria-invalid=is_wrong aria-describedby=described/>
        };
        self.field(label, name, input.into_any())
    }

    fn chosen(&self, label: &'static str, name: &'static str, options: impl Iterator<Item = (String, String)>, value: &str) -> AnyView {
        let option = |(word, label): (String, String)| {
            let is_chosen = word == value;
            view! { <option value=word selected=is_chosen>{label}</option> }.into_any()
        };
        let options = options.map(option).collect_view();
        let select = view! { <select id=format!("screen-{name}") name=name on:change:target=|ev| apply(&ev.target())>{options}</select> };
        self.field(label, name, select.into_any())
    }

    fn is(&self, name: &str) -> bool {
        self.0.iter().any(|error| error.field == name)
    }

    fn field(&self, label: &'static str, name: &'static str, input: AnyView) -> AnyView {
        let words = self.0.iter().find(|error| error.field == name).map(|error| sentence(&error.message));
        view! {
            <div class="field" class:field-wrong=self.is(name)>
                <label for=format!("screen-{name}")>{label}</label>
                <div class="field-box">{input}</div>
                {when_some(words, |words| view! { <p class="field-error" id=format!("screen-{name}-error") role="alert">{words}</p> }.into_any())}
            </div>
        }
        .into_any()
    }
}
