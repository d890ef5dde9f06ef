//! A row of choices of which one is taken: a radio group, moved through with the arrow keys.

use leptos::{ev::KeyboardEvent, html, prelude::*};

/// `options` are `(value, label)`; a choice's test id is `{testid}-{value}`. The signal `selected` belongs to the parent; `on_select` asks it to change.
#[component]
pub fn Segmented(
    options: Vec<(String, String)>,
    #[prop(into)] selected: Signal<String>,
    #[prop(into)] on_select: Callback<String>,
    #[prop(into)] label: String,
    #[prop(optional, into)] testid: Option<&'static str>,
) -> impl IntoView {
    let values = StoredValue::new(options.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>());
    let group = NodeRef::<html::Div>::new();
    let on_key = move |ev: KeyboardEvent| {
        let Some(step) = step_of(&ev.key()) else { return };
        ev.prevent_default();
        let Some(next) = values.with_value(|values| neighbor(values, &selected.read_untracked(), step)) else { return };
        on_select.run(next.clone());
        focus(group, &next);
    };
    // One of them can always be reached with Tab.
    let first = move |value: &str| {
        values.with_value(|values| !values.contains(&*selected.read()) && values.first().is_some_and(|first| first == value))
    };
    let choice = move |(value, text): (String, String)| {
        let (mine, picked) = (value.clone(), value.clone());
        let is_selected = Memo::new(move |_| *selected.read() == mine);
        let own = value.clone();
        let is_stop = Memo::new(move |_| is_selected.get() || first(&own));
        view! {
            <button
                type="button"
                role="radio"
                class="segment"
                data-testid=testid.map(|testid| format!("{testid}-{value}"))
                data-value=value
                aria-checked=move || if is_selected.get() { "true" } else { "false" }
                tabindex=move || if is_stop.get() { "0" } else { "-1" }
                on:click=move |_| on_select.run(picked.clone())
            >
                {text}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="segmented" role="radiogroup" aria-label=label node_ref=group on:keydown=on_key>
            {options.into_iter().map(choice).collect_view()}
        </div>
    }
}

fn step_of(key: &str) -> Option<isize> {
    match key {
        "ArrowRight" | "ArrowDown" => Some(1),
        "ArrowLeft" | "ArrowUp" => Some(-1),
        _ => None,
    }
}

fn neighbor(values: &[String], selected: &str, step: isize) -> Option<String> {
    let at = values.iter().position(|value| value == selected).unwrap_or(0);
    let count = isize::try_from(values.len()).ok().filter(|count| *count > 0)?;
    let next = (isize::try_from(at).ok()? + step).rem_euclid(count);
    values.get(usize::try_from(next).ok()?).cloned()
}

#[cfg(feature = "hydrate")]
fn focus(group: NodeRef<html::Div>, value: &str) {
    use leptos::wasm_bindgen::JsCast;
    let found = group.get_untracked().and_then(|group| group.query_selector(&format!("[data-value='{value}']")).ok().flatten());
    if let Some(button) = found.and_then(|found| found.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

#[cfg(not(feature = "hydrate"))]
fn focus(_group: NodeRef<html::Div>, _value: &str) {}

#[cfg(test)]
mod tests {
    use super::neighbor;

    #[test]
    fn arrows_go_around() {
        let values = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(neighbor(&values, "c", 1).as_deref(), Some("a"));
        assert_eq!(neighbor(&values, "a", -1).as_deref(), Some("c"));
        assert_eq!(neighbor(&[], "a", 1), None);
    }
}
