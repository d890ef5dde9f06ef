//! One instrument: its price, its chart, the ticket and the blotter.

mod trade_desk;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::{
    api::{ApiError, market},
    chart::FIRST_TIMEFRAME,
    components::{Skeleton, Trouble},
};
use trade_desk::TradeDesk;

#[component]
pub fn TradePage() -> impl IntoView {
    let params = use_params_map();
    let symbol = Memo::new(move |_| params.read().get("symbol").unwrap_or_default());
    let snapshot = Resource::new(move || symbol.get(), |symbol| market::trade_snapshot(symbol, FIRST_TIMEFRAME));
    view! {
        <Transition fallback=|| view! { <Skeleton rows=14/> }>
            {move || Suspend::new(async move { body(snapshot.await) })}
        </Transition>
    }
}

fn body(snapshot: Result<market::TradeSnapshot, ApiError>) -> AnyView {
    match snapshot {
        Ok(snapshot) => view! { <TradeDesk snapshot/> }.into_any(),
        Err(error) => view! { <Title text="Not here"/><Trouble error/> }.into_any(),
    }
}
