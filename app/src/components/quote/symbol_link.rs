//! A symbol that leads to its desk.

use leptos::prelude::*;
use leptos_router::components::A;
use speedtrade::instrument::Symbol;

pub fn symbol_link(symbol: &Symbol) -> AnyView {
    let (href, text) = (format!("/trade/{}", symbol.slug()), symbol.to_string());
    view! { <A href>{text}</A> }.into_any()
}
