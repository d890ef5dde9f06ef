//! One instrument: its price, its chart, the ticket and the blotter.

mod trade_desk;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::opening::{Answer, opening, trouble};
use crate::api::page::{PageData, PageQuery};
use trade_desk::TradeDesk;

#[component]
pub fn TradePage() -> impl IntoView {
    let params = use_params_map();
    let symbol = Memo::new(move |_| params.read().get("symbol").unwrap_or_default());
    opening(move || PageQuery::Trade(symbol.get()), 14, body)
}

fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Trade(snapshot)) => view! { <TradeDesk snapshot/> }.into_any(),
        other => view! { <Title text="Not here"/>{trouble(other)} }.into_any(),
    }
}
