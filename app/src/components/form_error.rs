//! The words of a refused form: beside the field that caused them, or above the form.

use leptos::prelude::*;

use super::when_some;
use crate::api::{ApiError, sentence};

/// What an action last answered.
pub type Answer = Signal<Option<Result<(), ApiError>>>;

/// The message for `field`, for `<Field error=..>`.
pub fn field_error(answer: Answer, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        answer.with(|answer| match answer {
            Some(Err(ApiError(problem))) => problem.errors.iter().find(|e| e.field == field).map(|e| sentence(&e.message)),
            Some(Ok(())) | None => None,
        })
    })
}

/// The message that belongs to none of the fields.
#[component]
pub fn FormError(answer: Answer) -> impl IntoView {
    let words = move || {
        answer.with(|answer| match answer {
            Some(Err(ApiError(problem))) if problem.errors.is_empty() => Some(sentence(&problem.detail)),
            Some(_) | None => None,
        })
    };
    view! {
        <div role="alert">{move || when_some(words(), |words| view! { <p class="form-error" data-testid="form-error">{words}</p> }.into_any())}</div>
    }
}
