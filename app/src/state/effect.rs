//! Effects behind one type: the browser's program holds the code of running one once, not for each.

use leptos::prelude::*;

/// Runs `run` in the browser, and again whenever what it read has changed.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}

/// Runs `run` whenever `value` differs from what it was when the page came alive.
pub fn on_change<T: PartialEq + 'static>(value: impl Fn() -> T + 'static, run: impl Fn(&T, &T) + 'static) {
    let mut last = None;
    effect(move || {
        let now = value();
        if let Some(was) = last.as_ref().filter(|was| **was != now) {
            untrack(|| run(was, &now));
        }
        last = Some(now);
    });
}
