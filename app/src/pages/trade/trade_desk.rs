//! The desk of one instrument, from the host's snapshot on.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use speedtrade::order::Side;

use crate::{
    api::market::TradeSnapshot,
    chart::PriceChart,
    components::{
        Empty,
        blotter::Blotter,
        quote::{TradeHead, live_quote},
        ticket::{BuyBar, Ticket, provide_ticket},
        when,
    },
    state::desk,
};

#[component]
pub(super) fn TradeDesk(snapshot: TradeSnapshot) -> impl IntoView {
    let TradeSnapshot { instrument, quote, bars, desk } = snapshot;
    let is_signed_in = desk.is_some();
    let desk = desk::provide(desk);
    let query = use_query_map();
    let asked = |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    let side = if asked("side") == "sell" { Side::Sell } else { Side::Buy };
    let form = provide_ticket(instrument.clone(), &quote, side, &asked("qty"), desk);
    let now = live_quote(&quote);
    let title = instrument.symbol.to_string();
    let slug = instrument.symbol.slug();

    view! {
        <Title text=title/>
        <div class="desk-grid">
            <TradeHead instrument=instrument.clone() first=quote quote=now/>
            <div class="trade-chart panel"><div class="panel-body"><PriceChart instrument bars=bars.0/></div></div>
            <aside class="trade-ticket panel" aria-label="Ticket">
                <div class="panel-body">{move || when(!form.is_sheet_open.get(), || view! { <Ticket/> }.into_any())}</div>
            </aside>
            {if is_signed_in { view! { <Blotter/> }.into_any() } else { visitor(&slug) }}
        </div>
        <BuyBar/>
    }
}

fn visitor(slug: &str) -> AnyView {
    let href = format!("/login?next=/trade/{slug}");
    view! {
        <section class="trade-blotter panel" aria-label="Blotter">
            <Empty text="Sign in to see your positions and orders here.">
                <a class="button button-primary" href=href>"Sign in"</a>
            </Empty>
        </section>
    }
    .into_any()
}
