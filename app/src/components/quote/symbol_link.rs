//! A symbol that leads to its desk.

use leptos::prelude::*;
use speedtrade::instrument::Symbol;

pub fn symbol_link(symbol: &Symbol) -> AnyView {
    let (href, text) = (format!("/trade/{}", symbol.slug()), symbol.to_string());
    view! { <a href=href>{text}</a> }.into_any()
}
