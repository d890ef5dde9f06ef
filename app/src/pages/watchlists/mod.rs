//! A trader's watchlists: one at a time, with live prices, in an order that is changed by dragging or by buttons.

mod list_head;
mod list_panel;
mod list_row;

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};
use speedtrade::{ids::WatchlistId, wire::WatchlistView};

use super::opening::{Answer, opening, trouble};
use crate::{
    api::{
        ApiError,
        page::{PageData, PageQuery},
        watching::{WatchlistAction, WatchlistsSnapshot, change_watchlist},
    },
    components::{Button, ButtonKind, Empty, Fields, Panel, Row, rows, when},
    state::toasts::{ToastKind, ToastStore, use_toasts},
};
use list_panel::ListPanel;

/// What the page shows.
#[derive(Clone, Copy)]
struct Page {
    shown: RwSignal<WatchlistsSnapshot>,
    toasts: ToastStore,
    /// Goes to the address of another list. False: this page is there already.
    leave: Callback<Option<WatchlistId>, bool>,
}

impl Page {
    fn send(self, action: WatchlistAction) {
        self.ask(action, None, None);
    }

    /// Asks the host and shows its answer; another list is shown by its own address alone, so that nobody types into a page that
    /// is about to be another. What went wrong goes to `failed`, or becomes a toast; then `focus` has the focus.
    fn ask(self, action: WatchlistAction, failed: Option<RwSignal<Option<ApiError>>>, focus: Option<String>) {
        let before = self.shown.with_untracked(|shown| shown.shown);
        spawn_local(async move {
            match change_watchlist(action).await {
                Ok(mut answer) => {
                    let now = answer.shown;
                    if let Some(words) = answer.said.take() {
                        self.toasts.push(ToastKind::Info, words);
                    }
                    if let Some(failed) = failed {
                        failed.try_set(None);
                    }
                    if now != before && self.leave.try_run(now) == Some(true) {
                        return;
                    }
                    self.shown.try_set(answer);
                    if let Some(selector) = focus {
                        focus_on(selector);
                    }
                }
                Err(error) => match failed {
                    Some(failed) => drop(failed.try_set(Some(error))),
                    None => self.toasts.push(ToastKind::Bad, error.to_string()),
                },
            }
        });
    }

    fn list(self) -> Option<WatchlistView> {
        self.shown.with(|shown| shown.lists.iter().find(|list| Some(list.id) == shown.shown).cloned())
    }
}

/// A row that changes its place loses the focus, and one that goes takes it along.
fn focus_on(selector: String) {
    #[cfg(feature = "hydrate")]
    set_timeout(
        move || {
            use leptos::wasm_bindgen::JsCast;
            if let Ok(Some(found)) = document().query_selector(&selector) {
                let _ = found.unchecked_into::<leptos::web_sys::HtmlElement>().focus();
            }
        },
        std::time::Duration::ZERO,
    );
    #[cfg(not(feature = "hydrate"))]
    drop(selector);
}

fn address(id: &str) -> String {
    ["/watchlists?list=", id].concat()
}

#[component]
pub fn WatchlistsPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.read().get("list").unwrap_or_default());
    view! {
        <Title text="Watchlists"/>
        <h1>"Watchlists"</h1>
        {opening(move || PageQuery::Watchlists(wanted.get()), 10, body)}
    }
}

fn body(answer: Answer) -> AnyView {
    match answer {
        Ok(PageData::Watchlists(snapshot)) => view! { <Watchlists snapshot/> }.into_any(),
        other => trouble(other),
    }
}

#[component]
fn Watchlists(snapshot: WatchlistsSnapshot) -> impl IntoView {
    let navigate = use_navigate();
    let query = use_query_map();
    let symbol = query.with_untracked(|query| query.get("symbol")).unwrap_or_default();
    let suffix = StoredValue::new(if symbol.is_empty() { String::new() } else { ["&symbol=", &symbol].concat() });
    let leave = Callback::new(move |list: Option<WatchlistId>| {
        let list = list.map(|id| id.to_string());
        let is_elsewhere = query.with_untracked(|query| query.get("list")) != list;
        if is_elsewhere {
            let path = list.map_or_else(|| "/watchlists".to_owned(), |id| address(&id) + &suffix.get_value());
            navigate(&path, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
        is_elsewhere
    });
    let page = Page { shown: RwSignal::new(snapshot), toasts: use_toasts(), leave };
    let shown = Memo::new(move |_| page.list().map(|list| (list.id, list.name)));
    let create = move |ev: SubmitEvent| {
        ev.prevent_default();
        page.send(WatchlistAction::Create(Fields::of(&ev).get("name")));
    };
    view! {
        <div class="watching">
            <nav class="chips" aria-label="Watchlists" data-testid="watchlists">
                {move || page.shown.with(|shown| shown.lists.iter().map(|list| {
                    let current = (Some(list.id) == shown.shown).then_some("true");
                    let href = address(&list.id.to_string()) + &suffix.get_value();
                    view! { <a class="chip" href=href aria-current=current>{list.name.clone()}</a> }.into_any()
                }).collect_view().into_any())}
            </nav>
            <Panel title="New watchlist">
                <form class="watch-form" data-testid="new-watchlist" on:submit=create>
                    <div class="field">
                        <label for="watchlist-name">"Name"</label>
                        <div class="field-box"><input id="watchlist-name" name="name" required=true maxlength="64" autocomplete="off"/></div>
                    </div>
                    <div class="watch-actions"><Button submit=true kind=ButtonKind::Primary>"Create"</Button></div>
                </form>
            </Panel>
            {rows(move || {
                let symbol = symbol.clone();
                shown.get().map(|(id, name)| Row::new([&id.to_string(), " ", &name].concat(), move || {
                    view! { <ListPanel page id name symbol/> }.into_any()
                })).into_iter().collect()
            })}
            {move || when(shown.get().is_none(), || view! {
                <Panel title="Symbols"><Empty text="No watchlists yet. The form above makes one."/></Panel>
            }.into_any())}
        </div>
    }
}
