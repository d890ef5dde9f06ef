//! What can be done with a whole list: another name, text in and out, an end.

use leptos::{ev::SubmitEvent, prelude::*};
use speedtrade::ids::WatchlistId;

use super::Page;
use crate::{
    api::watching::WatchlistAction,
    components::{Button, Fields},
    format,
};

#[component]
pub(super) fn ListHead(page: Page, id: WatchlistId, name: String) -> impl IntoView {
    let is_asking = RwSignal::new(false);
    let delete = move |_| {
        if is_asking.get_untracked() {
            page.send(WatchlistAction::Delete(id));
        } else {
            is_asking.set(true);
        }
    };
    let rename = move |ev: SubmitEvent| {
        ev.prevent_default();
        page.send(WatchlistAction::Rename(id, Fields::of(&ev).get("name")));
    };
    let import = move |ev: SubmitEvent| {
        ev.prevent_default();
        page.send(WatchlistAction::Import(id, Fields::of(&ev).get("text")));
    };
    let export = ["/api/v1/watchlists/", &id.to_string(), "/export"].concat();
    view! {
        <details class="watch-more">
            <summary>"More for this list"</summary>
            <form class="watch-form" data-testid="rename-watchlist" on:submit=rename>
                <div class="field">
                    <label for="watchlist-rename">"Another name"</label>
                    <div class="field-box">
                        <input id="watchlist-rename" name="name" value=name required=true maxlength="64" autocomplete="off"/>
                    </div>
                </div>
                <div class="watch-actions"><Button submit=true>"Rename"</Button></div>
            </form>
            <form class="watch-form" data-testid="import-watchlist" on:submit=import>
                <div class="field watch-text">
                    <label for="watchlist-text">"Symbols, as text or CSV"</label>
                    <textarea id="watchlist-text" name="text" rows="3" autocomplete="off"></textarea>
                </div>
                <div class="watch-actions"><Button submit=true>"Import"</Button></div>
            </form>
            <div class="toolbar">
                <a class="button button-quiet" href=export download="watchlist.csv" rel="external">"Export CSV"</a>
                <button type="button" class="button button-danger" data-testid="delete-watchlist" on:click=delete on:blur=move |_| is_asking.set(false)>
                    {move || format::one_of(is_asking.get(), "Really delete the list?", "Delete list")}
                </button>
            </div>
        </details>
    }
}
