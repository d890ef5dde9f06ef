//! A list whose rows come and go by key. Rows are made behind one type: the browser's program holds the list's code once.

use std::sync::Arc;

use leptos::prelude::*;

/// A row that is made only if its key is new.
pub struct Row {
    key: String,
    make: Box<dyn FnOnce() -> AnyView + Send>,
}

impl Row {
    /// A changed `key` replaces the row.
    pub fn new(key: impl ToString, make: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { key: key.to_string(), make: Box::new(make) }
    }
}

pub fn rows(each: impl Fn() -> Vec<Row> + Send + Sync + 'static) -> AnyView {
    keyed(Arc::new(each))
}

fn keyed(each: Arc<dyn Fn() -> Vec<Row> + Send + Sync>) -> AnyView {
    view! { <For each=move || each() key=|row| row.key.clone() children=|row| (row.make)()/> }.into_any()
}
