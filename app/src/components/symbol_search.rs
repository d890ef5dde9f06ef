//! The symbol search of the header: a combobox with a list, `/` from anywhere. Without JavaScript it asks the screener.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use speedtrade::wire::InstrumentView;

use super::{Icon, IconName, quote::trade_path};
use crate::api::market::search_symbols;

const PAUSE: Duration = Duration::from_millis(120);

#[derive(Clone, Copy)]
struct Search {
    text: RwSignal<String>,
    found: RwSignal<Vec<InstrumentView>>,
    marked: RwSignal<usize>,
    is_open: RwSignal<bool>,
    input: NodeRef<html::Input>,
}

impl Search {
    fn new() -> Self {
        let (text, found) = (RwSignal::new(String::new()), RwSignal::new(Vec::new()));
        Self { text, found, marked: RwSignal::new(0), is_open: RwSignal::new(false), input: NodeRef::new() }
    }

    /// Asks after a pause in typing; an answer to older text is dropped.
    fn typed(self, text: String) {
        self.text.set(text.clone());
        if text.trim().is_empty() {
            self.is_open.set(false);
            return;
        }
        let is_current = move |asked: &str| self.text.with_untracked(|now| now == asked);
        set_timeout(
            move || {
                if is_current(&text) {
                    spawn_local(async move {
                        let found = search_symbols(text.clone()).await.unwrap_or_default();
                        if is_current(&text) {
                            self.found.set(found);
                            self.marked.set(0);
                            self.is_open.set(true);
                        }
                    });
                }
            },
            PAUSE,
        );
    }

    fn close(self) {
        self.is_open.set(false);
    }

    fn step(self, down: bool) {
        let count = self.found.with_untracked(Vec::len).max(1);
        self.marked.update(|at| *at = if down { (*at + 1) % count } else { (*at + count - 1) % count });
    }

    /// The page of the marked symbol, while the list is shown.
    fn marked_page(self) -> Option<String> {
        let at = self.marked.get_untracked();
        let is_open = self.is_open.get_untracked();
        self.found.with_untracked(|found| found.get(at).filter(|_| is_open).map(|found| trade_path(&found.symbol)))
    }

    fn leave(self) {
        self.text.set(String::new());
        self.close();
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
            let _ = input.blur();
        }
    }
}

#[component]
pub fn SymbolSearch() -> impl IntoView {
    let search = Search::new();
    let navigate = use_navigate();
    let go = Callback::new(move |path: String| {
        search.leave();
        navigate(&path, NavigateOptions::default());
    });
    #[cfg(feature = "hydrate")]
    focus_on_slash(search.input);
    view! {
        <form class="search" role="search" action="/screener" method="get">
            <label class="search-box">
                <span class="visually-hidden">"Search symbols"</span>
                <input
                    type="search"
                    name="q"
                    placeholder="Search symbols"
                    autocomplete="off"
                    spellcheck="false"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-controls="search-list"
                    aria-expanded=move || if search.is_open.get() { "true" } else { "false" }
                    aria-activedescendant=move || search.is_open.get().then(|| option_id(search.marked.get()))
                    data-testid="symbol-search"
                    node_ref=search.input
                    on:input:target=move |ev| search.typed(ev.target().value())
                    on:keydown=move |ev| on_key(search, go, &ev)
                    on:blur=move |_| search.close()
                />
                <Icon name=IconName::Search/>
                <kbd aria-hidden="true">"/"</kbd>
            </label>
            <Options search go/>
        </form>
    }
}

#[component]
fn Options(search: Search, go: Callback<String>) -> impl IntoView {
    let option = move |(at, found): (usize, InstrumentView)| {
        let (symbol, path) = (found.symbol.as_str().to_owned(), trade_path(&found.symbol));
        view! {
            <li
                id=option_id(at)
                role="option"
                class="search-option"
                aria-selected=move || if search.marked.get() == at { "true" } else { "false" }
                on:click=move |_| go.run(path.clone())
            >
                <strong>{symbol}</strong>
                <span>{found.name}</span>
                <span class="muted">{found.exchange}</span>
            </li>
        }
        .into_any()
    };
    let is_empty = move || search.found.with(Vec::is_empty);
    // A press must not take the focus from the input before the click arrives.
    view! {
        <div class="search-list" hidden=move || !search.is_open.get() on:mousedown=move |ev| ev.prevent_default()>
            <ul id="search-list" role="listbox" aria-label="Symbols">{move || search.found.get().into_iter().enumerate().map(option).collect_view().into_any()}</ul>
            <p class="search-none" role="status" hidden=move || !is_empty()>"No symbol matches"</p>
        </div>
    }
}

fn on_key(search: Search, go: Callback<String>, ev: &KeyboardEvent) {
    match ev.key().as_str() {
        "ArrowDown" | "ArrowUp" => {
            ev.prevent_default();
            search.step(ev.key() == "ArrowDown");
        }
        "Enter" => {
            if let Some(path) = search.marked_page() {
                ev.prevent_default();
                go.run(path);
            }
        }
        "Escape" => search.leave(),
        _ => {}
    }
}

fn option_id(at: usize) -> String {
    format!("search-option-{at}")
}

#[cfg(feature = "hydrate")]
fn focus_on_slash(input: NodeRef<html::Input>) {
    use leptos::{ev, wasm_bindgen::JsCast, web_sys};
    let listener = window_event_listener(ev::keydown, move |ev| {
        let target = ev.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let is_typing = target.is_some_and(|target| matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"));
        if ev.key() == "/" && !is_typing && !ev.ctrl_key() && !ev.meta_key() && !ev.alt_key() {
            ev.prevent_default();
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
            }
        }
    });
    on_cleanup(move || listener.remove());
}
