//! One watchlist: its symbols with live prices, and what can be done with it.

use leptos::{ev::SubmitEvent, prelude::*};
use speedtrade::{ids::WatchlistId, wire::QuoteView};

use super::{Page, list_head::ListHead, list_row::ListRow};
use crate::{
    api::{ApiError, watching::WatchlistAction},
    components::{Answer, Button, ButtonKind, Empty, Fields, FormError, Panel, Row, SymbolField, field_error, rows, when},
};

#[component]
pub(super) fn ListPanel(page: Page, id: WatchlistId, name: String, symbol: String) -> impl IntoView {
    let failed = RwSignal::new(None::<ApiError>);
    let answer: Answer = Signal::derive(move || failed.get().map(Err));
    let add = move |ev: SubmitEvent| {
        ev.prevent_default();
        page.ask(WatchlistAction::Add(id, Fields::of(&ev).get("symbol")), Some(failed), None);
    };
    let is_empty = Memo::new(move |_| page.shown.with(|shown| shown.quotes.is_empty()));
    let dragged = RwSignal::new(None::<String>);
    let title = name.clone();
    view! {
        <Panel title>
            <form class="watch-form" data-testid="add-symbol" on:submit=add>
                <SymbolField id="watchlist-symbol" value=symbol error=field_error(answer, "symbol")/>
                <div class="watch-actions"><Button submit=true kind=ButtonKind::Primary>"Add"</Button></div>
                <FormError answer/>
            </form>
            <div class="table-scroll">
                <table class="data-table cards" data-testid="watchlist-table" hidden=is_empty>
                    <caption class="visually-hidden">"Symbols in their order"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Symbol"</th>
                            <th scope="col">"Name"</th>
                            <th scope="col" class="num">"Price"</th>
                            <th scope="col" class="num">"Change"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>{rows(move || page.shown.with(|shown| shown.quotes.iter().map(|quote| row(page, id, quote, dragged)).collect()))}</tbody>
                </table>
            </div>
            {move || when(is_empty.get(), || view! { <Empty text="Nothing in this list yet. Add a symbol above."/> }.into_any())}
            <ListHead page id name/>
        </Panel>
    }
}

fn row(page: Page, id: WatchlistId, quote: &QuoteView, dragged: RwSignal<Option<String>>) -> Row {
    let (quote, key) = (quote.clone(), quote.symbol.to_string());
    Row::new(key, move || view! { <ListRow page id quote dragged/> }.into_any())
}
