//! Screens kept by name: go there, keep this one, remove one.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{
        ApiError,
        screens::{SavedScreen, remove_screen, save_screen},
    },
    components::Fields,
    state::toasts::{ToastKind, use_toasts},
};

/// `address` is that of the screen on the page.
#[component]
pub(super) fn Saved(first: Vec<SavedScreen>, address: String) -> impl IntoView {
    let screens = RwSignal::new(first);
    let toasts = use_toasts();
    let answered = move |answer: Result<Vec<SavedScreen>, ApiError>| match answer {
        Ok(kept) => {
            screens.try_set(kept);
        }
        Err(error) => toasts.push(ToastKind::Bad, error.to_string()),
    };
    let save = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        let screen = SavedScreen { name: Fields::of(&ev).get("name"), address: address.clone() };
        spawn_local(async move { answered(save_screen(screen).await) });
    };
    let remove = move |name: String| spawn_local(async move { answered(remove_screen(name).await) });
    let chips = move || screens.get().into_iter().map(|screen| chip(screen, remove)).collect::<Vec<_>>();
    view! {
        <div class="chips" data-testid="saved-screens">
            {chips}
            <form class="save-screen" on:submit=save>
                <label class="visually-hidden" for="screen-name">"Name of this screen"</label>
                <input id="screen-name" name="name" maxlength="40" placeholder="Name this screen" autocomplete="off" required=true/>
                <button type="submit" class="button button-quiet button-small">"Keep it"</button>
            </form>
        </div>
    }
}

fn chip(screen: SavedScreen, remove: impl Fn(String) + Send + 'static) -> AnyView {
    let SavedScreen { name, address } = screen;
    let (label, shown) = (format!("Remove {name}"), name.clone());
    view! {
        <span class="chip saved-screen">
            <a href=address>{shown}</a>
            <button type="button" aria-label=label on:click=move |_| remove(name.clone())>"×"</button>
        </span>
    }
    .into_any()
}
