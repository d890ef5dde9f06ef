//! Something or nothing, behind one type: the browser's program holds the code of switching once.

use leptos::prelude::*;

pub fn when(is_shown: bool, view: impl FnOnce() -> AnyView) -> AnyView {
    when_some(is_shown.then_some(()), |()| view())
}

pub fn when_some<T>(value: Option<T>, view: impl FnOnce(T) -> AnyView) -> AnyView {
    value.map_or_else(|| ().into_any(), view)
}
