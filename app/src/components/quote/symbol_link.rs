//! A symbol that leads to its desk.

use leptos::prelude::*;
use speedtrade::instrument::Symbol;

pub fn symbol_link(symbol: &Symbol) -> AnyView {
    view! { <a href=trade_path(symbol)>{symbol.to_string()}</a> }.into_any()
}

pub fn trade_path(symbol: &Symbol) -> String {
    format!("/trade/{}", symbol.slug())
}
