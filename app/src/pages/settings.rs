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
    let now = theme::use_preferences();
    let change = move |preferences: Preferences| {
        theme::apply(preferences);
        save.dispatch(SavePreferences { theme: preferences.theme.as_str().to_owned(), colors: preferences.colors.as_str().to_owned() });
    };
    view! {
        <ActionForm action=save attr:class="look-form">
            <fieldset>
                <legend class="field-label">"Theme"</legend>
                <div class="choices">
                    {Theme::ALL.map(|theme| view! {
                        <label class="choice">
                            <input
                                type="radio"
                                name="theme"
                                value=theme.as_str()
                                checked=now.read_untracked().theme == theme
                                on:change=move |_| change(Preferences { theme, ..now.get_untracked() })
                            />
                            <span>{theme.label()}</span>
                        </label>
                    })}
                </div>
            </fieldset>
            <fieldset>
                <legend class="field-label">"Colors of up and down"</legend>
                <div class="choices">
                    {Colors::ALL.map(|colors| view! {
                        <label class="choice">
                            <input
                                type="radio"
                                name="colors"
                                value=colors.as_str()
                                checked=now.read_untracked().colors == colors
                                on:change=move |_| change(Preferences { colors, ..now.get_untracked() })
                            />
                            <span>{colors.label()}</span>
                            <span class="swatches" data-swatch=colors.as_str() aria-hidden="true"><i>"▲"</i><i>"▼"</i></span>
                        </label>
                    })}
                </div>
            </fieldset>
            <div class="save-without-js"><Button submit=true>"Save"</Button></div>
        </ActionForm>
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
