//! The panels of the dashboard, from the host's snapshot on.

use leptos::prelude::*;

use super::{
    movers::Movers,
    watching::{AlertsPanel, WatchlistPanel},
};
use crate::{
    api::portfolio::DashboardSnapshot,
    chart::EquityChart,
    components::{
        AccountStats, Panel,
        blotter::{OrdersTable, PositionsTable},
    },
    state::desk,
};

const RECENT: usize = 8;

#[component]
pub(super) fn Overview(snapshot: DashboardSnapshot) -> impl IntoView {
    let DashboardSnapshot { desk, curve, movers, watchlists, alerts } = snapshot;
    let desk = desk::provide(Some(desk));
    let open = Signal::derive(move || desk.with(|desk| desk.map(|desk| desk.open_orders.clone()).unwrap_or_default()));
    let recent = Signal::derive(move || {
        desk.with(|desk| desk.map(|desk| desk.recent_orders.iter().take(RECENT).cloned().collect::<Vec<_>>()).unwrap_or_default())
    });
    let changed = Callback::new(move |order| desk.put_order(order));
    let all_orders = || view! { <a href="/orders">"All orders"</a> };

    view! {
        <h1 class="visually-hidden">"Dashboard"</h1>
        <AccountStats/>
        <div class="dash-grid">
            <div class="two-thirds column">
                <Panel title="Equity"><EquityChart curve/></Panel>
                <WatchlistPanel watchlists/>
            </div>
            <div class="third column">
                <Panel title="Top movers"><Movers movers/></Panel>
                <AlertsPanel alerts/>
            </div>
            <Panel title="Positions"><PositionsTable/></Panel>
            <Panel title="Open orders">
                <OrdersTable orders=open changed testid="open-orders-table" caption="Open orders" empty="No open orders."/>
            </Panel>
            <Panel title="Recent orders" actions=all_orders>
                <OrdersTable orders=recent changed testid="orders-table" caption="Recent orders" empty="No orders yet."/>
            </Panel>
        </div>
    }
}
