//! One symbol of a watchlist: dragged to another place, or moved by its buttons.

use leptos::{ev::DragEvent, prelude::*};
use speedtrade::{ids::WatchlistId, wire::QuoteView};

use super::{Page, focus_on};
use crate::{
    api::watching::WatchlistAction,
    components::{
        Delta, Icon, IconName,
        quote::{LastPrice, live_row, symbol_link},
    },
};

#[component]
pub(super) fn ListRow(page: Page, id: WatchlistId, quote: QuoteView, dragged: RwSignal<Option<String>>) -> impl IntoView {
    let now = live_row(&quote);
    let link = symbol_link(&quote.symbol);
    let symbol = StoredValue::new(quote.symbol.to_string());
    let drop = move |ev: DragEvent| {
        ev.prevent_default();
        if let Some(from) = dragged.get_untracked() {
            dragged.set(None);
            place(page, id, &from, |order| order.iter().position(|other| *other == symbol.get_value()));
        }
    };
    let step = move |down: bool| {
        let symbol = symbol.get_value();
        focus_on(button_of(&symbol, if down { "move-down" } else { "move-up" }));
        place(page, id, &symbol, |order| {
            let at = order.iter().position(|other| *other == symbol)?;
            if down { Some(at + 1) } else { at.checked_sub(1) }
        });
    };
    let button = move |label: &'static str, testid: &'static str, icon: IconName, press: Callback<()>| {
        let name = [label, " ", &symbol.get_value()].concat();
        let class = if testid == "move-up" { "icon-button flipped" } else { "icon-button" };
        view! {
            <button type="button" class=class data-testid=testid aria-label=name on:click=move |_| press.run(())><Icon name=icon/></button>
        }
        .into_any()
    };
    view! {
        <tr
            data-testid="watchlist-row"
            data-symbol=symbol.get_value()
            draggable="true"
            class:dragged=move || dragged.with(|dragged| dragged.as_deref() == Some(&*symbol.get_value()))
            on:dragstart=move |_| dragged.set(Some(symbol.get_value()))
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |ev: DragEvent| ev.prevent_default()
            on:drop=drop
        >
            <th scope="row">{link}</th>
            <td data-label="Name">{quote.name}</td>
            <td class="num" data-label="Price"><LastPrice price=now.price is_stale=now.is_stale/></td>
            <td class="num" data-label="Change"><Delta value=now.change_pct/></td>
            <td>
                <div class="row-actions">
                    {button("Move up", "move-up", IconName::Chevron, Callback::new(move |()| step(false)))}
                    {button("Move down", "move-down", IconName::Chevron, Callback::new(move |()| step(true)))}
                    {button("Remove", "remove-symbol", IconName::Close, Callback::new(move |()| {
                        let symbol = symbol.get_value();
                        let next = page.shown.with_untracked(|shown| neighbor(&shown.quotes, &symbol));
                        let next = next.map_or_else(|| "#watchlist-symbol".to_owned(), |next| button_of(&next, "remove-symbol"));
                        page.ask(WatchlistAction::Remove(id, symbol), None, Some(next));
                    }))}
                </div>
            </td>
        </tr>
    }
}

fn button_of(symbol: &str, testid: &str) -> String {
    ["tr[data-symbol=\"", symbol, "\"] [data-testid=", testid, "]"].concat()
}

/// The symbol below, or above the last one.
fn neighbor(quotes: &[QuoteView], symbol: &str) -> Option<String> {
    let at = quotes.iter().position(|quote| quote.symbol.as_str() == symbol)?;
    quotes.get(at + 1).or_else(|| quotes.get(at.checked_sub(1)?)).map(|quote| quote.symbol.to_string())
}

/// Shows the new order at once and tells the host.
fn place(page: Page, id: WatchlistId, symbol: &str, to: impl Fn(&[String]) -> Option<usize>) {
    let mut order = page.shown.with_untracked(|shown| shown.quotes.iter().map(|quote| quote.symbol.to_string()).collect::<Vec<_>>());
    let (Some(from), Some(to)) = (order.iter().position(|other| other == symbol), to(&order)) else { return };
    if from == to || to >= order.len() {
        return;
    }
    let moved = order.remove(from);
    order.insert(to, moved);
    page.shown.update(|shown| {
        let quote = shown.quotes.remove(from);
        shown.quotes.insert(to, quote);
    });
    page.send(WatchlistAction::Order(id, order));
}
