//! How the desk looks, who is signed in, and whether this browser tells of alerts.

mod notices;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use speedtrade::wire::UserView;

use crate::{
    api::preferences::SavePreferences,
    components::{Badge, BadgeKind, Button, ButtonKind, Fields, Panel, PostForm, SignOutForm, when},
    format,
    state::{
        session::use_user,
        theme::{self, Colors, Preferences, Theme},
    },
};
use notices::NoticesOfAlerts;

#[component]
pub fn SettingsPage() -> impl IntoView {
    view! {
        <Title text="Settings"/>
        <div class="settings">
            <h1>"Settings"</h1>
            <Panel title="Look">
                <LookForm/>
            </Panel>
            {when(use_user().is_some(), || view! { <Panel title="Notices of alerts"><NoticesOfAlerts/></Panel> }.into_any())}
            <Panel title="Prices"><p><a href="/feeds">"Where prices come from, and how each feed is"</a></p></Panel>
            <Panel title="Profile">
                {match use_user() {
                    Some(user) => view! { <Profile user/> }.into_any(),
                    None => view! { <p>"You are not signed in. " <a href="/login?next=/settings">"Sign in"</a></p> }.into_any(),
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
    let send = Callback::new(move |fields: Fields| {
        save.dispatch(SavePreferences { theme: fields.get("theme"), colors: fields.get("colors") });
    });
    let now = theme::use_preferences();
    let (first, themes, colors) = (now.get_untracked(), Theme::ALL, Colors::ALL);
    view! {
        <PostForm action=SavePreferences::url() class="look-form" send>
            <fieldset>
                <legend class="field-label">"Theme"</legend>
                <div class="choices">
                    {themes.into_iter().map(|theme| {
                        let pick = Callback::new(move |()| change.run(Preferences { theme, ..now.get_untracked() }));
                        view! { <Choice name="theme" value=theme.as_str() label=theme.label() checked=first.theme == theme pick/> }.into_any()
                    }).collect_view()}
                </div>
            </fieldset>
            <fieldset>
                <legend class="field-label">"Colors of up and down"</legend>
                <div class="choices">
                    {colors.into_iter().map(|colors| {
                        let pick = Callback::new(move |()| change.run(Preferences { colors, ..now.get_untracked() }));
                        let checked = first.colors == colors;
                        view! { <Choice name="colors" value=colors.as_str() label=colors.label() checked has_swatch=true pick/> }.into_any()
                    }).collect_view()}
                </div>
            </fieldset>
            <div class="save-without-js"><Button submit=true>"Save"</Button></div>
        </PostForm>
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
            {when(has_swatch, || view! { <span class="swatches" data-swatch=value aria-hidden="true"><i>"▲"</i><i>"▼"</i></span> }.into_any())}
        </label>
    }
}

#[component]
fn Profile(user: UserView) -> impl IntoView {
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
        <SignOutForm class="sign-out">
            <Button submit=true kind=ButtonKind::Danger>"Sign out"</Button>
        </SignOutForm>
    }
}
