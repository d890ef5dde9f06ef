//! A form that the host understands before and without scripts, and that stays on its page once they run.
//!
//! Reads its own fields: the library's `ActionForm` brings a parser of query strings into the browser.

use leptos::{
    ev::SubmitEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{FormData, HtmlFormElement},
};

/// What was typed, by the names of the fields.
pub struct Fields(Option<FormData>);

impl Fields {
    pub fn of(ev: &SubmitEvent) -> Self {
        let form = ev.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        Self(form.and_then(|form| FormData::new_with_form(&form).ok()))
    }

    /// Empty if there is no such field.
    pub fn get(&self, name: &str) -> String {
        self.0.as_ref().and_then(|fields| fields.get(name).as_string()).unwrap_or_default()
    }
}

/// `action` is the address of the server function that `send` calls with the fields.
#[component]
pub fn PostForm(action: &'static str, #[prop(optional)] class: &'static str, send: Callback<Fields>, children: Children) -> impl IntoView {
    let submit = move |ev: SubmitEvent| {
        ev.prevent_default();
        send.run(Fields::of(&ev));
    };
    view! { <form method="post" action=action class=class on:submit=submit>{children()}</form> }
}
