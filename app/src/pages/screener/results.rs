//! The rows that match, however many: those in sight are on the page, follow their prices, and come and go as prices move.
//!
//! While the page is scrolled, nothing is measured that was changed since the last frame, and few rows change at a time.

use leptos::{ev, html, prelude::*};
use speedtrade::{
    screener::ScreenQuery,
    wire::{ClientFrame, QuoteView, ScreenUpdate},
};

use super::{
    screener_row::ScreenerRow,
    window::{ROW_PIXELS, Sight, Window},
};
use crate::{
    api::portfolio::Desk,
    components::{Empty, Panel, Row, rows as keyed, when},
    live,
    state::{desk, effect::effect},
};

/// What the host told last, and which of its rows are on the page.
struct List {
    found: ScreenUpdate,
    shown: Window,
    row_pixels: i32,
}

impl List {
    fn told(&self) -> Window {
        Window { offset: self.found.offset, limit: self.found.rows.len() }
    }

    /// The rows that should be on the page, of how many; and what to change to get nearer to that with what is known.
    fn next(&self, sight: Sight) -> (Window, usize, Option<Window>) {
        let rows = sight.rows(self.found.total);
        (rows, self.found.total, rows.within(self.told()).filter(|next| *next != self.shown))
    }

    fn tell(&mut self, found: ScreenUpdate, sight: Sight) {
        self.found = found;
        let (rows, told) = (sight.rows(self.found.total), self.told());
        self.shown = rows.within(told).unwrap_or(told);
    }

    fn rows(&self) -> &[QuoteView] {
        let first = self.shown.offset.saturating_sub(self.found.offset);
        self.found.rows.get(first..first + self.shown.limit).unwrap_or_default()
    }

    fn gaps(&self) -> (i32, i32) {
        self.shown.fill(self.found.total, self.row_pixels)
    }
}

#[component]
pub(super) fn Results(query: ScreenQuery, first: ScreenUpdate, desk: Option<Desk>) -> impl IntoView {
    let is_signed_in = desk::provide(desk).is_signed_in();
    let shown = Window { offset: first.offset, limit: first.rows.len() };
    let list = RwSignal::new(List { found: first, shown, row_pixels: ROW_PIXELS });
    let body = NodeRef::<html::Tbody>::new();
    let sorted = query.sort.as_deref().map(|sort| sort.trim_start_matches('-').to_owned());
    follow(query, list, body);
    let gaps = Memo::new(move |_| list.with(List::gaps));
    let row = |quote: QuoteView| Row::new(quote.symbol.clone(), move || view! { <ScreenerRow quote/> }.into_any());
    let rows = move || list.with(|list| list.rows().iter().cloned().map(row).collect());
    let total = Memo::new(move |_| list.with(|list| list.found.total));
    let is_empty = Memo::new(move |_| total.get() == 0);
    let count = move || format!("{} match", total.get());
    view! {
        <Panel title="Results" actions=move || view! { <span class="muted" data-testid="screener-count">{move || count()}</span> }>
            <div class="table-scroll">
                <table class="data-table cards screen" data-testid="screener-table" data-sort=sorted hidden=is_empty>
                    <caption class="visually-hidden">"Instruments that match"</caption>
                    <thead>{head(is_signed_in)}</thead>
                    <tbody class="list-gap" aria-hidden="true">{move || gap(gaps.get().0)}</tbody>
                    <tbody node_ref=body>{keyed(rows)}</tbody>
                    <tbody class="list-gap" aria-hidden="true">{move || gap(gaps.get().1)}</tbody>
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

/// Has the host tell the rows in sight and some ahead, anew as the page is scrolled.
fn follow(query: ScreenQuery, list: RwSignal<List>, body: NodeRef<html::Tbody>) {
    let topic = live::follow("screen_update", Some(ClientFrame::UnsubscribeScreen {}));
    let sight = StoredValue::new(Sight { above: 0, height: 800, row: 0 });
    // What was asked for last, and the first row that was to be on the page then.
    let asked = StoredValue::new(None::<(Window, usize)>);
    let settle = move || {
        let (rows, total, next) = list.with_untracked(|list| list.next(sight.get_value()));
        if let Some(next) = next {
            list.update(|list| list.shown = next);
        }
        let before = asked.get_value();
        if before.is_none_or(|(asked, _)| asked.is_short_of(rows, total)) {
            let window = rows.with_spare(before.is_none_or(|(_, first)| rows.offset >= first));
            let Window { offset, limit } = window;
            asked.set_value(Some((window, rows.offset)));
            topic.ask(ClientFrame::SubscribeScreen { query: Box::new(query.clone()), offset, limit: Some(limit) });
        }
    };
    let look = {
        let settle = settle.clone();
        move || {
            if let Some(body) = body.get_untracked() {
                look_at(&body, sight, list);
            }
            settle();
        }
    };
    let scrolled = window_event_listener(ev::scroll, {
        let look = look.clone();
        move |_| look()
    });
    let resized = window_event_listener(ev::resize, {
        let look = look.clone();
        move |_| {
            sight.update_value(|sight| sight.row = 0);
            look();
        }
    });
    on_cleanup(move || {
        scrolled.remove();
        resized.remove();
    });
    effect(look);
    effect(move || {
        if let Some(update) = topic.newest.with(|text| text.as_deref().and_then(live::data_of::<ScreenUpdate>)) {
            list.update(|list| list.tell(update, sight.get_value()));
            settle();
        }
    });
}

/// Where the rows are. Their height is measured once, and again after the window has changed its size.
fn look_at(body: &leptos::web_sys::HtmlTableSectionElement, sight: StoredValue<Sight>, list: RwSignal<List>) {
    let Some(Measured { top, rows, height }) = measured(body) else { return };
    sight.update_value(|sight| {
        if sight.row == 0 && rows > 0 {
            sight.row = ((height + rows / 2) / rows).max(1);
            list.update(|list| list.row_pixels = sight.row);
        }
        sight.above = list.with_untracked(|list| list.gaps().0) - top;
        sight.height = document().document_element().map_or(800, |root| root.client_height());
    });
}

struct Measured {
    top: i32,
    rows: i32,
    height: i32,
}

#[cfg(not(feature = "hydrate"))]
fn measured(_body: &leptos::web_sys::HtmlTableSectionElement) -> Option<Measured> {
    None
}

#[cfg(feature = "hydrate")]
#[expect(clippy::cast_possible_truncation, reason = "pixels")]
fn measured(body: &leptos::web_sys::HtmlTableSectionElement) -> Option<Measured> {
    let rows = i32::try_from(body.child_element_count()).ok()?;
    Some(Measured { top: body.get_bounding_client_rect().top() as i32, rows, height: body.client_height() })
}

fn gap(pixels: i32) -> AnyView {
    when(pixels > 0, move || view! { <tr><td><svg width="1" height=pixels.to_string()></svg></td></tr> }.into_any())
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
            <th scope="col" class="num by-rel_volume_pct">"Of usual"</th>
            <th scope="col" class="num by-range_pct">"In day range"</th>
            <th scope="col" class="num by-volatility_pct">"Volatility"</th>
            {when(is_signed_in, || view! { <th scope="col" class="num">"You can afford"</th> }.into_any())}
            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
}
