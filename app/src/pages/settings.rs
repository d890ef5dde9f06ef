//! How the desk looks, and who is signed in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use speedtrade::wire::UserView;

use crate::{
    api::{auth::Logout, preferences::SavePreferences},
    components::{Badge, BadgeKind, Button, ButtonKind, Panel},
    format,
    state::{
        session::use_user,
        theme::{self, Colors, Preferences, Theme},
    },
};

#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <Title text="Settings"/>
        <div class="settings">
            <h1>"Settings"</h1>
            <Panel title="Look">
                <LookForm/>
            </Panel>
            <Panel title="Profile">
                {match use_user() {
                    Some(user) => view! { <Profile user/> }.into_any(),
                    None => view! { <p>"You are not signed in. " <A href="/login?next=/settings">"Sign in"</A></p> }.into_any(),
                }}
            </Panel>
        </div>
    }
}

/// Applied at once and remembered; without JavaScript the button saves.
#[component]
fn LookForm() -> impl IntoView {
    let save = ServerAction::<SavePreferences>::new();
    let change = Callback::new(move |look: Preferences| {
        theme::apply(look);
        save.dispatch(SavePreferences { theme: look.theme.as_str().to_owned(), colors: look.colors.as_str().to_owned() });
    });
    let now = theme::use_preferences();
    let (first, themes, colors) = (now.get_untracked(), Theme::ALL, Colors::ALL);
    view! {
        <ActionForm action=save attr:class="look-form">
            <fieldset>
                <legend class="field-label">"Theme"</legend>
                <div class="choices">
                    {themes.map(|theme| {
                        let pick = Callback::new(move |()| change.run(Preferences { theme, ..now.get_untracked() }));
                        view! { <Choice name="theme" value=theme.as_str() label=theme.label() checked=first.theme == theme pick/> }
                    })}
                </div>
            </fieldset>
            <fieldset>
                <legend class="field-label">"Colors of up and down"</legend>
                <div class="choices">
                    {colors.map(|colors| {
                        let pick = Callback::new(move |()| change.run(Preferences { colors, ..now.get_untracked() }));
                        let checked = first.colors == colors;
                        view! { <Choice name="colors" value=colors.as_str() label=colors.label() checked has_swatch=true pick/> }
                    })}
                </div>
            </fieldset>
            <div class="save-without-js"><Button submit=true>"Save"</Button></div>
        </ActionForm>
    }
}

/// One radio button as a tile. `has_swatch` shows what the value's colors look like.
#[component]
fn Choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    checked: bool,
    #[prop(optional)] has_swatch: bool,
    pick: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input type="radio" name=name value=value checked=checked on:change=move |_| pick.run(())/>
            <span>{label}</span>
            {has_swatch.then(|| view! { <span class="swatches" data-swatch=value aria-hidden="true"><i>"▲"</i><i>"▼"</i></span> })}
        </label>
    }
}

#[component]
fn Profile(user: UserView) -> impl IntoView {
    let logout = ServerAction::<Logout>::new();
    view! {
        <dl class="facts">
            <dt>"Username"</dt>
            <dd>{user.username}</dd>
            <dt>"Email"</dt>
            <dd>{user.email}</dd>
            <dt>"Account"</dt>
            <dd><Badge kind=BadgeKind::Paper text="Paper"/></dd>
            <dt>"Member since"</dt>
            <dd>{format::date(user.created_at)}</dd>
        </dl>
        <ActionForm action=logout attr:class="sign-out">
            <Button submit=true kind=ButtonKind::Danger>"Sign out"</Button>
        </ActionForm>
    }
}
