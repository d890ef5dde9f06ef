//! A page whose content is made of the host's answer: gray rows before it, and the old content until a new one is there.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    api::{
        ApiError, PageJson,
        page::{PageData, PageQuery, open_page},
    },
    components::{Skeleton, Trouble, when},
    state::account,
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

/// What stands where the content would.
pub(super) fn trouble(answer: Answer) -> AnyView {
    let error = answer.err().unwrap_or_else(ApiError::unexpected);
    view! { <Trouble error/> }.into_any()
}
