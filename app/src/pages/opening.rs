//! A page whose content is made of the host's answer: gray rows before it, and the old content until a new one is there.

use std::{sync::Arc, time::Duration};

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;

use crate::{
    api::{
        ApiError, PageJson,
        page::{PageData, PageQuery, open_page},
    },
    components::{Skeleton, Trouble, when},
    live,
    state::{
        account,
        effect::{effect, on_change},
    },
};

pub(super) type Answer = Result<PageData, ApiError>;

/// Asks `query`, again whenever it changes, and shows what `body` makes of the answer. `rows` stand in for it.
pub(super) fn opening(
    query: impl Fn() -> PageQuery + Send + Sync + 'static,
    rows: usize,
    body: impl Fn(Answer) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    load(Arc::new(query), rows, Arc::new(body))
}

fn load(query: Arc<dyn Fn() -> PageQuery + Send + Sync>, rows: usize, body: Arc<dyn Fn(Answer) -> AnyView + Send + Sync>) -> AnyView {
    let answer = Resource::<_, PageJson>::new_with_options(move || query(), |query| open_page(account::id(), query), false);
    view! {
        <Transition fallback=move || when(rows > 0, || view! { <Skeleton rows/> }.into_any())>
            {move || {
                let body = body.clone();
                Suspend::new(async move { body(answer.await) })
            }}
        </Transition>
    }
    .into_any()
}

/// Like `opening`, of an answer that this page alone reads.
pub(super) fn opening_text<T: DeserializeOwned + 'static>(
    query: impl Fn() -> PageQuery + Send + Sync + 'static,
    rows: usize,
    show: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    opening(query, rows, move |answer| match read_text(answer) {
        Ok(content) => show(content),
        Err(error) => trouble(Err(error)),
    })
}

fn read_text<T: DeserializeOwned>(answer: Answer) -> Result<T, ApiError> {
    let PageData::Text(text) = answer? else { return Err(ApiError::unexpected()) };
    text.read()
}

/// Asks `query` again after every event of the desk, and `every` so often besides; what came stands in `shown`.
pub(super) fn follow<T: DeserializeOwned + Send + Sync + 'static>(
    query: impl Fn() -> PageQuery + Clone + 'static,
    every: Option<Duration>,
    shown: RwSignal<T>,
) {
    let ask = move || {
        let query = query();
        spawn_local(async move {
            if let Ok(newest) = read_text(open_page(account::id(), query).await) {
                shown.try_set(newest);
            }
        });
    };
    let (ask_again, version) = (ask.clone(), live::desk_version());
    on_change(move || version.get(), move |_, _| ask());
    let Some(every) = every else { return };
    let ticking = StoredValue::new(None::<IntervalHandle>);
    effect(move || ticking.set_value(set_interval_with_handle(ask_again.clone(), every).ok()));
    on_cleanup(move || {
        if let Some(Some(handle)) = ticking.try_get_value() {
            handle.clear();
        }
    });
}

/// What stands where the content would.
pub(super) fn trouble(answer: Answer) -> AnyView {
    let error = answer.err().unwrap_or_else(ApiError::unexpected);
    view! { <Trouble error/> }.into_any()
}
