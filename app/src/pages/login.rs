//! Signing in.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;

use super::auth::{AuthCard, use_next, with_next};
use crate::{
    api::auth::Login,
    components::{Button, ButtonKind, Field, Fields, FormError, PasswordField, PostForm, field_error},
};

#[component]
pub fn LoginPage() -> impl IntoView {
    let login = ServerAction::<Login>::new();
    let value = login.value();
    let answer = Signal::derive(move || value.get());
    let send = Callback::new(move |fields: Fields| {
        login.dispatch(Login { email: fields.get("email"), password: fields.get("password"), next: Some(fields.get("next")) });
    });
    let next = use_next();
    let register = with_next("/register", &next);
    view! {
        <Title text="Sign in"/>
        <AuthCard title="Welcome back" lead="Sign in to your paper account.">
            <PostForm action=Login::url() class="auth-form" send>
                <FormError answer/>
                <input type="hidden" name="next" value=next/>
                <Field label="Email" name="email" kind="email" autocomplete="username" required=true error=field_error(answer, "email")/>
                <PasswordField autocomplete="current-password" error=field_error(answer, "password")/>
                <Button kind=ButtonKind::Primary submit=true large=true busy=login.pending()>"Sign in"</Button>
            </PostForm>
            <p class="auth-hint muted">"Started with " <code>"--demo"</code> "? The demo account’s email and password were printed where SpeedTrade was started."</p>
            <p class="auth-other">"New here? " <a href=register>"Create an account"</a></p>
        </AuthCard>
    }
}
