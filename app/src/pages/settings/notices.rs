//! Notices of alerts on this browser, turned on and off. What the browser does is in `push.js`.

use leptos::prelude::*;

use crate::{
    components::{Button, ButtonKind},
    state::effect::effect,
};

/// What this browser is. Unknown until it has been asked, and without JavaScript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the host asks no browser"))]
enum Notices {
    Unknown,
    On,
    Off,
    Denied,
    Unsupported,
}

impl Notices {
    #[cfg(feature = "hydrate")]
    fn parse(text: &str) -> Self {
        match text {
            "on" => Self::On,
            "off" => Self::Off,
            "denied" => Self::Denied,
            _ => Self::Unsupported,
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::Unknown => "Asking this browser…",
            Self::On => "This browser tells you of your alerts, also while the desk is closed.",
            Self::Off => "Alerts are told here while the desk is open. This browser can also tell you when it is not.",
            Self::Denied => "This browser does not let the desk notify you. Allow it in the browser's settings of this site.",
            Self::Unsupported => "This browser can't be told while the desk is closed.",
        }
    }
}

#[derive(Clone, Copy)]
enum Deed {
    Look,
    TurnOn,
    TurnOff,
}

#[component]
pub fn NoticesOfAlerts() -> impl IntoView {
    let (notices, set_notices) = signal(Notices::Unknown);
    let (trouble, set_trouble) = signal(None::<String>);
    let (is_busy, set_busy) = signal(false);
    let run = move |deed: Deed| run(deed, set_notices, set_trouble, set_busy);
    effect(move || run(Deed::Look));
    let turn = move |_| run(if notices.get_untracked() == Notices::On { Deed::TurnOff } else { Deed::TurnOn });
    let is_offered = move || matches!(notices.get(), Notices::On | Notices::Off);
    view! {
        <p role="status">{move || notices.get().says()}</p>
        <p class="form-error" role="alert" hidden=move || trouble.get().is_none()>{move || trouble.get().unwrap_or_default()}</p>
        <div hidden=move || !is_offered()>
            <Button kind=ButtonKind::Quiet busy=is_busy on:click=turn>
                {move || if notices.get() == Notices::On { "Turn off" } else { "Turn on" }}
            </Button>
        </div>
    }
}

#[cfg(not(feature = "hydrate"))]
fn run(_: Deed, _: WriteSignal<Notices>, _: WriteSignal<Option<String>>, _: WriteSignal<bool>) {}

#[cfg(feature = "hydrate")]
fn run(deed: Deed, notices: WriteSignal<Notices>, trouble: WriteSignal<Option<String>>, busy: WriteSignal<bool>) {
    busy.set(true);
    leptos::task::spawn_local(async move {
        let done = match deed {
            Deed::Look => js::state().await,
            Deed::TurnOn => js::turn_on().await,
            Deed::TurnOff => js::turn_off().await,
        };
        // The page may have been left meanwhile.
        busy.try_set(false);
        match done {
            Ok(text) => {
                trouble.try_set(None);
                notices.try_set(Notices::parse(&text.as_string().unwrap_or_default()));
            }
            Err(error) => {
                trouble.try_set(Some(error.as_string().unwrap_or_else(|| "The browser could not do it. Try again.".to_owned())));
            }
        }
    });
}

#[cfg(feature = "hydrate")]
mod js {
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen(module = "/src/pages/settings/push.js")]
    extern "C" {
        #[wasm_bindgen(catch)]
        pub(super) async fn state() -> Result<JsValue, JsValue>;

        #[wasm_bindgen(catch, js_name = turnOn)]
        pub(super) async fn turn_on() -> Result<JsValue, JsValue>;

        #[wasm_bindgen(catch, js_name = turnOff)]
        pub(super) async fn turn_off() -> Result<JsValue, JsValue>;
    }
}
