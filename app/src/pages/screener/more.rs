//! The next rows of the same screen.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::{screener::ScreenQuery, wire::QuoteView};

use crate::{
    api::market,
    components::when,
    format,
    state::toasts::{ToastKind, use_toasts},
};

#[component]
pub(super) fn ShowMore(query: ScreenQuery, rows: RwSignal<Vec<QuoteView>>, has_more: RwSignal<bool>) -> impl IntoView {
    let is_busy = RwSignal::new(false);
    let toasts = use_toasts();
    let query = StoredValue::new(query);
    let load = move |_| {
        is_busy.set(true);
        let (query, offset) = (query.get_value(), rows.with_untracked(Vec::len));
        spawn_local(async move {
            match market::screen(query, offset).await {
                Ok(page) => {
                    has_more.try_set(page.next_cursor.is_some());
                    rows.try_update(|rows| {
                        // Prices move between two pages: a row may have come along.
                        let new = page.items.into_iter().filter(|quote| !rows.iter().any(|row| row.symbol == quote.symbol));
                        let new: Vec<QuoteView> = new.collect();
                        rows.extend(new);
                    });
                }
                Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
            }
            is_busy.try_set(false);
        });
    };
    view! {
        {move || when(has_more.get(), || view! {
            <button type="button" class="button button-quiet" data-testid="show-more" disabled=is_busy on:click=load>
                {move || format::one_of(is_busy.get(), "Loading…", "Show more")}
            </button>
        }.into_any())}
    }
}
