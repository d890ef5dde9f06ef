//! Opening an account. The password's rules are ticked as they are met; the host has the last word.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use super::auth::{AuthCard, use_next, with_next};
use crate::{
    api::auth::Register,
    components::{Button, ButtonKind, Field, Fields, FormError, Icon, IconName, PasswordField, PostForm, field_error},
    format,
};

/// What a password needs, and whether this one has it.
type Rule = (&'static str, fn(&str) -> bool);

/// The same rules as the host's.
const RULES: [Rule; 5] = [
    ("8 characters or more", |password| password.chars().count() >= 8),
    ("an upper-case letter", |password| password.chars().any(char::is_uppercase)),
    ("a lower-case letter", |password| password.chars().any(char::is_lowercase)),
    ("a digit", |password| password.chars().any(|c| c.is_ascii_digit())),
    ("a special character like ! or #", |password| password.chars().any(|c| !c.is_alphanumeric())),
];

#[component]
pub fn RegisterPage() -> impl IntoView {
    let register = ServerAction::<Register>::new();
    let value = register.value();
    let answer = Signal::derive(move || value.get());
    let password = RwSignal::new(String::new());
    let send = Callback::new(move |fields: Fields| {
        register.dispatch(Register {
            email: fields.get("email"),
            username: fields.get("username"),
            password: fields.get("password"),
            next: Some(fields.get("next")),
        });
    });
    let next = use_next();
    let login = with_next("/login", &next);
    view! {
        <Title text="Create account"/>
        <AuthCard title="Create your account" lead="It starts with $100,000 of paper money. No real money moves.">
            <PostForm action=Register::url() class="auth-form" send>
                <FormError answer/>
                <input type="hidden" name="next" value=next/>
                <Field label="Email" name="email" kind="email" autocomplete="email" required=true error=field_error(answer, "email")/>
                <Field
                    label="Username"
                    name="username"
                    autocomplete="username"
                    required=true
                    hint="3 to 32 letters, digits, _ or -"
                    error=field_error(answer, "username")
                />
                <PasswordField
                    autocomplete="new-password"
                    error=field_error(answer, "password")
                    on_input=Callback::new(move |text| password.set(text))
                />
                <Rules password/>
                <Button kind=ButtonKind::Primary submit=true large=true busy=register.pending()>"Create account"</Button>
            </PostForm>
            <p class="auth-other">"Have an account? " <a href=login>"Sign in"</a></p>
        </AuthCard>
    }
}

#[component]
fn Rules(password: RwSignal<String>) -> impl IntoView {
    view! {
        <ul class="rules" aria-label="The password needs">
            {RULES.into_iter().map(|(words, is_met)| {
                let is_met = Memo::new(move |_| password.with(|password| is_met(password)));
                view! {
                    <li class="rule" class:met=is_met>
                        <Icon name=IconName::Check/>
                        <span>{words}</span>
                        <span class="visually-hidden">{move || format::one_of(is_met.get(), ", met", ", not met yet")}</span>
                    </li>
                }
                .into_any()
            }).collect_view()}
        </ul>
    }
}

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn rules_tell_a_good_password_from_a_bad_one() {
        assert!(RULES.iter().all(|(_, is_met)| is_met("Passw0rd!")));
        assert_eq!(RULES.iter().filter(|(_, is_met)| is_met("password")).count(), 2);
    }
}
