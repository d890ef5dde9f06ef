//! The tabs under the chart. All tables are on the page and three of four are hidden, so that changing tabs costs nothing.

use leptos::prelude::*;

use super::{FillsTable, OrdersTable, PositionsTable};
use crate::{
    components::ticket::Funds,
    state::{desk::use_desk, effect::effect},
};

#[component]
pub fn Blotter() -> impl IntoView {
    let desk = use_desk();
    let tab = RwSignal::new("positions");
    // An order that leaves is followed to where it will appear.
    effect(move || {
        if !desk.sending().is_empty() {
            tab.set("history");
        }
    });
    let is_hidden = move |name: &'static str| move || tab.get() != name;
    let open = Signal::derive(move || desk.with(|desk| desk.map(|desk| desk.open_orders.clone()).unwrap_or_default()));
    let recent = Signal::derive(move || desk.with(|desk| desk.map(|desk| desk.recent_orders.clone()).unwrap_or_default()));
    let fills = Signal::derive(move || desk.with(|desk| desk.map(|desk| desk.fills.clone()).unwrap_or_default()));
    let changed = Callback::new(move |order| desk.put_order(order));
    let tabs = [("positions", "Positions"), ("open", "Open orders"), ("history", "Order history"), ("fills", "Fills")];

    view! {
        <section class="trade-blotter panel" aria-label="Blotter">
            <Funds/>
            <div class="tabs" role="tablist" aria-label="Blotter">{tabs.into_iter().map(|(name, label)| tab_button(tab, name, label)).collect_view()}</div>
            <div id="panel-positions" role="tabpanel" aria-labelledby="tab-positions" hidden=is_hidden("positions")><PositionsTable/></div>
            <div id="panel-open" role="tabpanel" aria-labelledby="tab-open" hidden=is_hidden("open")>
                <OrdersTable orders=open changed testid="open-orders-table" caption="Open orders" empty="No open orders."/>
            </div>
            <div id="panel-history" role="tabpanel" aria-labelledby="tab-history" hidden=is_hidden("history")>
                <OrdersTable orders=recent sending=Signal::derive(move || desk.sending()) changed testid="orders-table" caption="Latest orders"
                    empty="No orders yet. The ticket places your first."/>
            </div>
            <div id="panel-fills" role="tabpanel" aria-labelledby="tab-fills" hidden=is_hidden("fills")><FillsTable fills/></div>
        </section>
    }
}

fn tab_button(chosen: RwSignal<&'static str>, name: &'static str, label: &'static str) -> AnyView {
    let is_chosen = move || if chosen.get() == name { "true" } else { "false" };
    view! {
        <button type="button" role="tab" class="tab" id=format!("tab-{name}") data-testid=format!("tab-{name}")
            aria-controls=format!("panel-{name}") aria-selected=is_chosen on:click=move |_| chosen.set(name)>
            {label}
        </button>
    }
    .into_any()
}
