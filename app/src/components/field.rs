//! A labelled input with its hint and its error beside it.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::when_some;
use crate::state::effect::effect;

/// What the ids of fields begin with, so that a form may stand on the page and in a sheet at once.
#[derive(Clone, Copy)]
pub(super) struct FieldScope(pub(super) &'static str);

/// Without `value` the browser owns the text (forms that also work before hydration); with it the signal does.
/// `on_key` sees every key first, for arrow stepping. `suffix` stands inside the box, at its end.
/// Two fields of one name need an `id` each, unless one of them is in a `Sheet`.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(optional, into)] id: Option<String>,
    #[prop(optional, into)] kind: MaybeProp<String>,
    #[prop(optional, into)] value: Option<RwSignal<String>>,
    #[prop(optional, into)] autocomplete: Option<&'static str>,
    #[prop(optional, into)] inputmode: Option<&'static str>,
    #[prop(optional, into)] placeholder: Option<&'static str>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] minlength: Option<u32>,
    #[prop(optional, into)] testid: Option<&'static str>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] hint: MaybeProp<String>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
    #[prop(optional, into)] on_key: Option<Callback<KeyboardEvent>>,
    #[prop(optional, into)] suffix: ViewFn,
) -> impl IntoView {
    let id = id.unwrap_or_else(|| format!("{}-{name}", use_context::<FieldScope>().map_or("field", |scope| scope.0)));
    let (note, wrong) = (format!("{id}-hint"), format!("{id}-error"));
    let input = NodeRef::<html::Input>::new();
    let described = {
        let (note, wrong) = (note.clone(), wrong.clone());
        move || if error.read().is_some() { Some(wrong.clone()) } else { hint.read().is_some().then(|| note.clone()) }
    };
    let typed = move |text: String| {
        if let Some(value) = value {
            value.set(text.clone());
        }
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    };
    // What was typed before the page came alive.
    effect(move || {
        let early = input.get().map(|input| input.value()).filter(|text| !text.is_empty());
        if let (Some(on_input), Some(early)) = (on_input, early) {
            on_input.run(early);
        }
    });
    view! {
        <div class="field" class:field-wrong=move || error.read().is_some()>
            <label for=id.clone()>{label}</label>
            <div class="field-box">
                <input
                    id=id.clone()
                    name=name
                    type=move || kind.get().unwrap_or_else(|| "text".to_owned())
                    autocomplete=autocomplete
                    inputmode=inputmode
                    placeholder=placeholder
                    required=required
                    minlength=minlength
                    data-testid=testid
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=described
                    node_ref=input
                    value=value.map(|value| value.get_untracked())
                    prop:value=move || value.map(|value| value.get())
                    on:input:target=move |ev| typed(ev.target().value())
                    on:keydown=move |ev| {
                        if let Some(on_key) = on_key {
                            on_key.run(ev);
                        }
                    }
                />
                {suffix.run()}
            </div>
            {move || when_some(hint.get(), |hint| view! { <p class="field-hint" id=note.clone()>{hint}</p> }.into_any())}
            {move || when_some(error.get(), |error| view! { <p class="field-error" id=wrong.clone() role="alert">{error}</p> }.into_any())}
        </div>
    }
}
