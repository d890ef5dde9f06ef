//! A password with a button that shows it.

use leptos::prelude::*;

use super::{Field, Icon, IconName};

#[component]
pub fn PasswordField(
    autocomplete: &'static str,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] on_input: Option<Callback<String>>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let kind = Signal::derive(move || Some(if shown.get() { "text" } else { "password" }.to_owned()));
    let toggle = move || {
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label="Show password"
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| shown.update(|shown| *shown = !*shown)
            >
                {move || { let name = if shown.get() { IconName::EyeOff } else { IconName::Eye }; view! { <Icon name/> }.into_any() }}
            </button>
        }
    };
    let on_input = Callback::new(move |text| {
        if let Some(on_input) = on_input {
            on_input.run(text);
        }
    });
    view! { <Field label="Password" name="password" kind autocomplete required=true error on_input suffix=toggle/> }
}
