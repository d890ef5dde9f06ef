//! Buttons. Put handlers and extra attributes on the component itself: `<Button on:click=.. attr:data-testid="..">`.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    Primary,
    Buy,
    Sell,
    #[default]
    Quiet,
    Danger,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Buy => "button button-buy",
            Self::Sell => "button button-sell",
            Self::Quiet => "button button-quiet",
            Self::Danger => "button button-danger",
        }
    }
}

/// `submit` sends the form around it. `busy` keeps the button focusable but tells that work is under way.
#[component]
pub fn Button(
    #[prop(optional, into)] kind: Signal<ButtonKind>,
    #[prop(optional)] submit: bool,
    #[prop(optional)] small: bool,
    /// Tall and as wide as its place: the one action of a form.
    #[prop(optional)]
    large: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(optional, into)] busy: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class=move || kind.get().class()
            class:button-small=small
            class:button-large=large
            class:button-wide=large
            type=if submit { "submit" } else { "button" }
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
        >
            {children()}
        </button>
    }
}
