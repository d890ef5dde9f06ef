//! The rows that were found, and more of them on demand. Each loaded row follows its price.

use leptos::prelude::*;
use speedtrade::{
    screener::ScreenQuery,
    wire::{Page, QuoteView},
};

use super::{more::ShowMore, screener_row::ScreenerRow};
use crate::{
    api::portfolio::Desk,
    components::{Empty, Panel, Row, rows as keyed, when},
    state::desk,
};

#[component]
pub(super) fn Results(query: ScreenQuery, page: Page<QuoteView>, desk: Option<Desk>) -> impl IntoView {
    let is_signed_in = desk::provide(desk).is_signed_in();
    let has_more = RwSignal::new(page.next_cursor.is_some());
    let rows = RwSignal::new(page.items);
    let is_empty = Memo::new(move |_| rows.with(Vec::is_empty));
    view! {
        <Panel title="Results">
            <div class="table-scroll">
                <table class="data-table cards" data-testid="screener-table" hidden=is_empty>
                    <caption class="visually-hidden">"Instruments that match"</caption>
                    <thead>{head(is_signed_in)}</thead>
                    <tbody>
                        {keyed(move || rows.get().into_iter().map(|quote| Row::new(quote.symbol.clone(), move || view! { <ScreenerRow quote/> }.into_any())).collect())}
                    </tbody>
                </table>
            </div>
            {move || when(is_empty.get(), || view! {
                <Empty text="Nothing matches. Widen the price or clear the search.">
                    <a class="button button-primary" href="/screener">"Clear filters"</a>
                </Empty>
            }.into_any())}
            <ShowMore query rows has_more/>
        </Panel>
    }
}

fn head(is_signed_in: bool) -> impl IntoView {
    view! {
        <tr>
            <th scope="col">"Symbol"</th>
            <th scope="col">"Name"</th>
            <th scope="col">"Sector"</th>
            <th scope="col" class="num">"Price"</th>
            <th scope="col" class="num">"Change"</th>
            <th scope="col" class="num">"Volume"</th>
            {when(is_signed_in, || view! { <th scope="col" class="num">"You can afford"</th> }.into_any())}
            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
}
