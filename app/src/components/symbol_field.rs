//! A field for a symbol that offers what matches as it is typed: the browser's own list, and plain text where it has none.

use leptos::{prelude::*, task::spawn_local};
use speedtrade::wire::InstrumentView;

use super::when_some;
use crate::api::market::search_symbols;

/// The field's name is `symbol`; `id` is the page's own.
#[component]
pub fn SymbolField(id: &'static str, #[prop(into)] value: String, #[prop(optional, into)] error: Signal<Option<String>>) -> impl IntoView {
    let (text, found) = (RwSignal::new(value), RwSignal::new(Vec::<InstrumentView>::new()));
    let typed = Callback::new(move |typed: String| {
        text.set(typed.clone());
        if typed.trim().is_empty() {
            return;
        }
        spawn_local(async move {
            let answer = search_symbols(typed.clone()).await.unwrap_or_default();
            // An answer to older text is dropped.
            if text.try_with_untracked(|now| *now == typed) == Some(true) {
                found.try_set(answer);
            }
        });
    });
    let (list, wrong) = ([id, "-list"].concat(), [id, "-error"].concat());
    let (first, described) = (text.get_untracked(), wrong.clone());
    let option = |found: InstrumentView| view! { <option value=found.symbol.to_string()>{found.name}</option> }.into_any();
    view! {
        <div class="field" class:field-wrong=move || error.read().is_some()>
            <label for=id>"Symbol"</label>
            <div class="field-box">
                <input
                    id=id
                    name="symbol"
                    type="text"
                    value=first
                    list=list.clone()
                    autocomplete="off"
                    spellcheck="false"
                    placeholder="AAPL"
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=move || error.read().is_some().then(|| described.clone())
                    on:input:target=move |ev| typed.run(ev.target().value())
                />
            </div>
            <datalist id=list>{move || found.get().into_iter().map(option).collect_view().into_any()}</datalist>
            {move || when_some(error.get(), |error| view! { <p class="field-error" id=wrong.clone() role="alert">{error}</p> }.into_any())}
        </div>
    }
}
