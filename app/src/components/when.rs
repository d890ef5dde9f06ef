//! Something or nothing, behind one type: the browser's program holds the code of switching once.

use leptos::prelude::*;

pub fn when(is_shown: bool, view: impl FnOnce() -> AnyView) -> AnyView {
    if is_shown { view() } else { ().into_any() }
}
