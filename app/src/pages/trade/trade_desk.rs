//! The desk of one instrument, from the host's snapshot on.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use speedtrade::{order::Side, wire::AlertView};

use crate::{
    api::market::TradeSnapshot,
    chart::{LineKind, PriceChart, PriceLine},
    components::{
        Empty, Later,
        blotter::Blotter,
        depth::Depth,
        quote::{TradeHead, live_quote},
        ticket::{BuyBar, Ticket, provide_ticket},
        when,
    },
    state::desk,
};

#[component]
pub(super) fn TradeDesk(snapshot: TradeSnapshot) -> impl IntoView {
    let TradeSnapshot { instrument, quote, bars, desk, alerts } = snapshot;
    let is_signed_in = desk.is_some();
    let desk = desk::provide(desk);
    let query = use_query_map();
    let asked = |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
    let side = if asked("side") == "sell" { Side::Sell } else { Side::Buy };
    let form = provide_ticket(instrument.clone(), &quote, side, &asked("qty"), desk);
    let (now, head, deep) = (live_quote(&quote), instrument.clone(), instrument.clone());
    let title = instrument.symbol.to_string();
    let slug = instrument.symbol.slug();
    let lines: Vec<PriceLine> = alerts.into_iter().filter_map(alert_line).collect();

    view! {
        <Title text=title/>
        <div class="desk-grid">
            <Later><TradeHead instrument=head first=quote quote=now/></Later>
            <div class="trade-chart panel"><Later class="panel-body"><PriceChart instrument bars=bars.0 lines/></Later></div>
            <aside class="trade-ticket panel" aria-label="Ticket">
                <Later class="panel-body">{move || when(!form.is_sheet_open.get(), || view! { <Ticket/> }.into_any())}</Later>
            </aside>
            <Later class="trade-depth"><Depth instrument=deep/></Later>
            {if is_signed_in { view! { <Later><Blotter/></Later> }.into_any() } else { visitor(&slug) }}
        </div>
        <Later><BuyBar/></Later>
    }
}

/// Alerts on a move or on volume have no price to stand at.
fn alert_line(alert: AlertView) -> Option<PriceLine> {
    Some(PriceLine { price: alert.target_price?, kind: LineKind::Alert, title: alert.summary })
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
