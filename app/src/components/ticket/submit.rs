//! The estimate, what stands against the order, and the button.

use leptos::prelude::*;
use speedtrade::order::Side;

use super::form::TicketForm;
use crate::components::when_some;

#[component]
pub(super) fn Submit() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let estimate = move || {
        let words = form.review.with(|review| review.words(form.side.get()));
        if form.is_stale.get() { [&words, " · This price is not current."].concat() } else { words }
    };
    let trouble = move || form.trouble.get().or_else(|| form.review.with(|review| review.denied.clone()));

    view! {
        <p class="ticket-estimate" class:stale=form.is_stale data-testid="ticket-estimate">{move || estimate()}</p>
        <div role="alert">{move || when_some(trouble(), |words| view! { <p class="field-error" data-testid="ticket-error">{words}</p> }.into_any())}</div>
        {if form.desk.is_signed_in() { button(form) } else { sign_in(form) }}
    }
}

fn button(form: TicketForm) -> AnyView {
    let symbol = form.instrument.with_value(|i| i.symbol.to_string());
    let words = move || {
        if form.is_busy.get() {
            return "Sending…".to_owned();
        }
        form.review.with(|review| review.button(form.side.get(), &symbol))
    };
    view! {
        <button type="submit" class="ticket-submit" data-testid="ticket-submit" disabled=form.is_busy
            class:buy=move || form.side.get() == Side::Buy class:sell=move || form.side.get() == Side::Sell>
            {move || words()}
        </button>
    }
    .into_any()
}

fn sign_in(form: TicketForm) -> AnyView {
    let slug = form.instrument.with_value(|i| i.symbol.slug());
    view! { <a class="ticket-submit buy" href=format!("/login?next=/trade/{slug}")>"Sign in to trade"</a> }.into_any()
}
