//! The filter form: a plain GET, so that it works before and without hydration.

use leptos::{ev::SubmitEvent, prelude::*, web_sys::HtmlSelectElement};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use speedtrade::screener::ScreenQuery;

use super::query::{of_fields, to_address};
use crate::components::{Fields, when_some};

const SORTS: [(&str, &str); 8] = [
    ("", "Symbol"),
    ("name", "Name"),
    ("price", "Price, lowest first"),
    ("-price", "Price, highest first"),
    ("-change_pct", "Change, strongest first"),
    ("change_pct", "Change, weakest first"),
    ("-volume", "Volume, most first"),
    ("volume", "Volume, least first"),
];

#[component]
pub(super) fn Filters(query: ScreenQuery, sectors: Vec<String>) -> impl IntoView {
    let sector_options = std::iter::once((String::new(), "All sectors".to_owned())).chain(sectors.into_iter().map(|s| (s.clone(), s)));
    let sort_options = SORTS.into_iter().map(|(value, label)| (value.to_owned(), label.to_owned()));

    let navigate = use_navigate();
    let go = move |ev: SubmitEvent| {
        ev.prevent_default();
        let fields = Fields::of(&ev);
        navigate(&to_address(&of_fields(|name| Some(fields.get(name)))), NavigateOptions::default());
    };

    view! {
        <Chips query=query.clone()/>
        <form method="get" action="/screener" class="screener-filters" on:submit=go>
            {when_some(query.asset_type.clone(), |kind| view! { <input type="hidden" name="asset_type" value=kind/> }.into_any())}
            {typed("Search", "q", "search", query.q)}
            {typed("Min price", "min_price", "text", query.min_price)}
            {typed("Max price", "max_price", "text", Some(query.max_price.unwrap_or_else(|| "100".to_owned())))}
            {chosen("Sector", "sector", sector_options, query.sector.as_deref().unwrap_or_default())}
            {chosen("Sort", "sort", sort_options, query.sort.as_deref().unwrap_or_default())}
            <button type="submit" class="button button-primary">"Apply"</button>
        </form>
    }
}

/// Choosing from a list applies at once; typed fields apply with Enter or the button.
fn apply(chosen: &HtmlSelectElement) {
    if let Some(form) = chosen.form() {
        let _ = form.request_submit();
    }
}

#[component]
fn Chips(query: ScreenQuery) -> impl IntoView {
    let chip = |(value, label): (&'static str, &'static str)| {
        let wanted = (!value.is_empty()).then(|| value.to_owned());
        let current = (query.asset_type == wanted).then_some("true");
        let address = to_address(&ScreenQuery { asset_type: wanted, ..query.clone() });
        view! { <a class="chip" href=address aria-current=current>{label}</a> }.into_any()
    };
    view! {
        <nav class="chips" aria-label="Kind of instrument">
            {[("", "All"), ("stock", "Stocks"), ("crypto", "Crypto")].into_iter().map(chip).collect_view()}
        </nav>
    }
}

fn typed(label: &'static str, name: &'static str, kind: &'static str, value: Option<String>) -> AnyView {
    let inputmode = (kind == "text").then_some("decimal");
    let id = format!("screen-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="field-box"><input id=id type=kind name=name value=value inputmode=inputmode autocomplete="off"/></div>
        </div>
    }
    .into_any()
}

fn chosen(label: &'static str, name: &'static str, options: impl Iterator<Item = (String, String)>, value: &str) -> AnyView {
    let id = format!("screen-{name}");
    let option = |(word, label): (String, String)| {
        let is_chosen = word == value;
        view! { <option value=word selected=is_chosen>{label}</option> }.into_any()
    };
    let options = options.map(option).collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="field-box"><select id=id name=name on:change:target=|ev| apply(&ev.target())>{options}</select></div>
        </div>
    }
    .into_any()
}
