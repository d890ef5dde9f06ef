//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::auth::{AuthCard, use_next, with_next};
use crate::{
    api::auth::Login,
    components::{Button, ButtonKind, Field, FormError, PasswordField, field_error},
};

#[component]
pub fn LoginPage() -> impl IntoView {
    let login = ServerAction::<Login>::new();
    let value = login.value();
    let answer = Signal::derive(move || value.get());
    let next = use_next();
    let register = with_next("/register", &next);
    view! {
        <Title text="Sign in"/>
        <AuthCard title="Welcome back" lead="Sign in to your paper account.">
            <ActionForm action=login attr:class="auth-form">
                <FormError answer/>
                <input type="hidden" name="next" value=next/>
                <Field label="Email" name="email" kind="email" autocomplete="username" required=true error=field_error(answer, "email")/>
                <PasswordField autocomplete="current-password" error=field_error(answer, "password")/>
                <Button kind=ButtonKind::Primary submit=true large=true busy=login.pending()>"Sign in"</Button>
            </ActionForm>
            <p class="auth-hint muted">"Started with " <code>"--demo"</code> "? The demo account’s email and password were printed where SpeedTrade was started."</p>
            <p class="auth-other">"New here? " <A href=register>"Create an account"</A></p>
        </AuthCard>
    }
}
