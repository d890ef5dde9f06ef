//! A part of the page that comes alive in a task of its own, after what is needed first.
//!
//! The host renders its children like any others. The browser leaves their HTML alone while it takes over the page and
//! takes over each `Later` afterwards, one task each, so that no task is long. Nothing on the page changes until the last
//! of them is done: the live connection waits for that.
//!
//! Children must create no resource: those are numbered in the order of one single pass.

#[cfg(feature = "hydrate")]
use leptos::html;
use leptos::prelude::*;

#[cfg(feature = "hydrate")]
pub(crate) use browser::{once_awake, provide};

#[component]
pub fn Later(#[prop(default = "later")] class: &'static str, children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    if browser::is_taking_over() {
        let place = NodeRef::<html::Div>::new();
        browser::put_off(place, children);
        return view! { <div class=class node_ref=place></div> }.into_any();
    }
    view! { <div class=class>{children()}</div> }.into_any()
}

#[cfg(feature = "hydrate")]
mod browser {
    use gloo_timers::future::TimeoutFuture;
    use leptos::{
        html,
        prelude::*,
        tachys::{
            hydration::Cursor,
            view::{PositionState, RenderHtml},
        },
        task::spawn_local,
    };

    use crate::state::effect::effect;

    type Part = Box<dyn FnOnce()>;

    #[derive(Clone, Copy)]
    struct Waking {
        /// What is put off; `None` once the page is taken over.
        parts: StoredValue<Option<Vec<Part>>, LocalStorage>,
        is_done: RwSignal<bool>,
    }

    /// Once, at the root, while the page is taken over: all of that is over before the first task waited for here.
    pub(crate) fn provide() {
        let waking = Waking { parts: StoredValue::new_local(Some(Vec::new())), is_done: RwSignal::new(false) };
        provide_context(waking);
        spawn_local(async move {
            let parts = waking.parts.try_update_value(Option::take).flatten().unwrap_or_default();
            for part in parts {
                TimeoutFuture::new(0).await;
                part();
            }
            waking.is_done.set(true);
        });
    }

    /// Runs `run` when every part of the page is alive.
    pub(crate) fn once_awake(run: impl FnOnce() + 'static) {
        let mut run = Some(run);
        let waking = use_context::<Waking>();
        effect(move || {
            if waking.is_none_or(|waking| waking.is_done.get())
                && let Some(run) = run.take()
            {
                untrack(run);
            }
        });
    }

    pub(super) fn is_taking_over() -> bool {
        use_context::<Waking>().is_some_and(|waking| waking.parts.with_value(Option::is_some))
    }

    pub(super) fn put_off(place: NodeRef<html::Div>, children: Children) {
        let (Some(owner), Some(waking)) = (Owner::current(), use_context::<Waking>()) else { return };
        let part = move || {
            // No place: the page was left before its turn came.
            let Some(Some(place)) = place.try_get_untracked() else { return };
            owner.with(|| {
                let state = children().hydrate::<true>(&Cursor::new(place.into()), &PositionState::default());
                // Lives as long as what is around it.
                StoredValue::new_local(state);
            });
        };
        waking.parts.update_value(|parts| {
            if let Some(parts) = parts {
                parts.push(Box::new(part));
            }
        });
    }
}
