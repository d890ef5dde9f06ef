//! The panels of the portfolio.

use leptos::prelude::*;

use super::allocation::Allocation;
use crate::{
    api::portfolio::Desk,
    components::{
        AccountStats, Panel,
        blotter::{FillsTable, PositionsTable},
    },
    state::desk,
};

#[component]
pub(super) fn Holdings(desk: Desk) -> impl IntoView {
    let desk = desk::provide(Some(desk));
    let fills = Signal::derive(move || desk.with(|desk| desk.map(|desk| desk.fills.clone()).unwrap_or_default()));
    view! {
        <AccountStats/>
        <div class="dash-grid">
            <Panel title="Allocation"><Allocation/></Panel>
            <Panel title="Positions"><PositionsTable/></Panel>
            <Panel title="Activity"><FillsTable fills/></Panel>
        </div>
    }
}
