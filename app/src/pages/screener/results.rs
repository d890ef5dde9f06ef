//! The rows that match, however many: those in sight are on the page, follow their prices, and come and go as prices move.

use leptos::{ev, html, prelude::*};
use speedtrade::{
    screener::ScreenQuery,
    wire::{ClientFrame, QuoteView, ScreenUpdate},
};

use super::{
    screener_row::ScreenerRow,
    window::{Window, fill, window},
};
use crate::{
    api::portfolio::Desk,
    components::{Empty, Panel, Row, rows as keyed, when},
    live,
    state::{desk, effect::effect},
};

/// Before a row was measured.
const ROW_PIXELS: i32 = 41;

#[component]
pub(super) fn Results(query: ScreenQuery, first: ScreenUpdate, desk: Option<Desk>) -> impl IntoView {
    let is_signed_in = desk::provide(desk).is_signed_in();
    let found = RwSignal::new(first);
    let row_pixels = RwSignal::new(ROW_PIXELS);
    let body = NodeRef::<html::Tbody>::new();
    follow(query, found, row_pixels, body);
    let shown = move || found.with(|found| Window { offset: found.offset, limit: found.rows.len() });
    let gaps = move || fill(shown(), found.with(|found| found.total), row_pixels.get());
    let row = |quote: QuoteView| Row::new(quote.symbol.clone(), move || view! { <ScreenerRow quote/> }.into_any());
    let rows = move || found.with(|found| found.rows.iter().cloned().map(row).collect());
    let is_empty = Memo::new(move |_| found.with(|found| found.total == 0));
    let count = move || found.with(|found| format!("{} match", found.total));
    view! {
        <Panel title="Results" actions=move || view! { <span class="muted" data-testid="screener-count">{move || count()}</span> }>
            <div class="table-scroll">
                <table class="data-table cards" data-testid="screener-table" hidden=is_empty>
                    <caption class="visually-hidden">"Instruments that match"</caption>
                    <thead>{head(is_signed_in)}</thead>
                    <tbody class="list-gap" aria-hidden="true">{move || gap(gaps().0)}</tbody>
                    <tbody node_ref=body>{keyed(rows)}</tbody>
                    <tbody class="list-gap" aria-hidden="true">{move || gap(gaps().1)}</tbody>
                </table>
            </div>
            {move || when(is_empty.get(), || view! {
                <Empty text="Nothing matches. Widen the price or clear the search.">
                    <a class="button button-primary" href="/screener">"Clear filters"</a>
                </Empty>
            }.into_any())}
        </Panel>
    }
}

/// Has the host tell the rows in sight, anew as the page is scrolled.
fn follow(query: ScreenQuery, found: RwSignal<ScreenUpdate>, row_pixels: RwSignal<i32>, body: NodeRef<html::Tbody>) {
    let topic = live::follow("screen_update", Some(ClientFrame::UnsubscribeScreen {}));
    let wanted = RwSignal::new(Window { offset: 0, limit: 50 });
    let look = move || {
        if let Some((above, row)) = body.get_untracked().and_then(|body| measured(&body)) {
            row_pixels.set(row);
            let above = above + i32::try_from(found.with_untracked(|found| found.offset)).unwrap_or_default() * row;
            let seen = document().document_element().map_or(800, |root| root.client_height());
            let next = window(above, seen, row);
            if wanted.get_untracked() != next {
                wanted.set(next);
            }
        }
    };
    let listener = window_event_listener(ev::scroll, move |_| look());
    on_cleanup(move || listener.remove());
    effect(move || {
        let Window { offset, limit } = wanted.get();
        topic.ask(ClientFrame::SubscribeScreen { query: Box::new(query.clone()), offset, limit: Some(limit) });
    });
    effect(move || {
        if let Some(update) = topic.newest.with(|text| text.as_deref().and_then(live::data_of::<ScreenUpdate>)) {
            found.set(update);
            look();
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn measured(_body: &leptos::web_sys::HtmlTableSectionElement) -> Option<(i32, i32)> {
    None
}

/// How far the rows begin above the window's upper edge, and how high one is.
#[cfg(feature = "hydrate")]
#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn measured(body: &leptos::web_sys::HtmlTableSectionElement) -> Option<(i32, i32)> {
    let rows = i32::try_from(body.child_element_count()).ok().filter(|rows| *rows > 0)?;
    Some((-(body.get_bounding_client_rect().top() as i32), (body.client_height() / rows).max(1)))
}

fn gap(pixels: i32) -> AnyView {
    when(pixels > 0, move || view! { <tr><td colspan="11"><svg width="1" height=pixels.to_string()></svg></td></tr> }.into_any())
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
            <th scope="col" class="num wide-only">"Of usual"</th>
            <th scope="col" class="num wide-only">"In day range"</th>
            <th scope="col" class="num wide-only">"Volatility"</th>
            {when(is_signed_in, || view! { <th scope="col" class="num">"You can afford"</th> }.into_any())}
            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
}
