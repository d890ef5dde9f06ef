//! The first watchlist and the armed alerts, at a glance.

use leptos::prelude::*;
use speedtrade::wire::AlertView;

use super::movers::Movers;
use crate::{
    api::watching::WatchlistsSnapshot,
    components::{Empty, Panel, quote::symbol_link, when},
};

const SHOWN: usize = 8;

#[component]
pub(super) fn WatchlistPanel(watchlists: WatchlistsSnapshot) -> impl IntoView {
    let WatchlistsSnapshot { lists, shown, mut quotes, .. } = watchlists;
    let name = lists.into_iter().find(|list| Some(list.id) == shown).map_or_else(|| "Watchlist".to_owned(), |list| list.name);
    quotes.truncate(SHOWN);
    let all = || view! { <a href="/watchlists">"All watchlists"</a> };
    let content = if quotes.is_empty() {
        view! { <Empty text="No symbols are watched. A watchlist holds them."/> }.into_any()
    } else {
        view! { <Movers movers=quotes testid="dashboard-watchlist" caption="Symbols in their order"/> }.into_any()
    };
    view! { <Panel title=name actions=all>{content}</Panel> }
}

#[component]
pub(super) fn AlertsPanel(alerts: Vec<AlertView>) -> impl IntoView {
    let all = || view! { <a href="/alerts">"All alerts"</a> };
    let is_empty = alerts.is_empty();
    let row = |alert: AlertView| view! { <li>{symbol_link(&alert.symbol)} " " {alert.summary}</li> }.into_any();
    view! {
        <Panel title="Armed alerts" actions=all>
            <ul class="alert-list" data-testid="dashboard-alerts" hidden=is_empty>{alerts.into_iter().map(row).collect_view()}</ul>
            {when(is_empty, || view! { <Empty text="No alert is armed."/> }.into_any())}
        </Panel>
    }
}
