//! A page that only says one thing.

use leptos::prelude::*;

use crate::components::{Icon, IconName};

#[component]
pub(super) fn Message(icon: IconName, title: &'static str, text: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="message" aria-labelledby="message-head">
            <span class="message-icon"><Icon name=icon/></span>
            <h1 id="message-head">{title}</h1>
            <p>{text}</p>
            <div class="message-actions">{children()}</div>
        </section>
    }
}
