//! What can be done with one account. Each form says the action in a hidden field, for the host before and without scripts.

use leptos::{prelude::*, server_fn::ServerFn};
use speedtrade::{ids::AccountId, wire::ClosedBy};

use super::Page;
use crate::{
    api::accounts::{ChangeAccount, ChooseAccount},
    components::{Button, ButtonKind, Field, Fields, PostForm, field_error},
};

/// `fields` and a button inside a form that sends `action`.
pub(super) fn form(page: Page, id: AccountId, action: &'static str, fields: AnyView) -> AnyView {
    let send = Callback::new(move |fields: Fields| page.send(id, action, &fields));
    view! {
        <PostForm action=ChangeAccount::url() class="account-form" send>
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="action" value=action/>
            {fields}
        </PostForm>
    }
    .into_any()
}

fn folded(title: &'static str, form: AnyView) -> AnyView {
    view! { <details class="watch-more"><summary>{title}</summary>{form}</details> }.into_any()
}

fn field_id(id: AccountId, name: &str) -> String {
    [name, "-", &id.to_string()].concat()
}

/// A plain form: the whole page is another one afterwards.
#[component]
pub(super) fn ChooseForm(id: AccountId, is_chosen: bool) -> impl IntoView {
    if is_chosen {
        return view! { <p class="form-note" data-testid="account-chosen">"The pages show this account."</p> }.into_any();
    }
    view! {
        <form method="post" action=ChooseAccount::url() class="account-form">
            <input type="hidden" name="id" value=id.to_string()/>
            <Button submit=true kind=ButtonKind::Primary>"Trade with this account"</Button>
        </form>
    }
    .into_any()
}

#[component]
pub(super) fn VerifyForm(page: Page, id: AccountId) -> impl IntoView {
    let button = view! { <Button submit=true busy=page.change.pending()>"Verify now"</Button> };
    form(page, id, "verify", button.into_any())
}

/// The kill switch, or the way out of what closed the account.
pub(super) fn orders_form(page: Page, id: AccountId, closed_by: Option<ClosedBy>) -> AnyView {
    let (action, label, kind) = match closed_by {
        None => ("halt", "Stop all trading", ButtonKind::Danger),
        Some(ClosedBy::Halted) => ("resume", "Resume trading", ButtonKind::Primary),
        Some(ClosedBy::Overfill | ClosedBy::Shortfall) => ("open_gate", "Take orders again", ButtonKind::Primary),
    };
    let button = view! { <Button submit=true kind busy=page.change.pending()>{label}</Button> };
    let Some(closed_by) = closed_by else {
        let hint = view! { <p class="field-hint">"Cancels every open order and takes no new one until you resume."</p> };
        return folded("Stop trading", form(page, id, action, view! { {hint}{button} }.into_any()));
    };
    form(page, id, action, view! { <p class="form-note" data-testid="account-closed">{closed_by.words()}</p>{button} }.into_any())
}

#[component]
pub(super) fn RenameForm(page: Page, id: AccountId, label: String) -> impl IntoView {
    let error = field_error(page.answer_to(Some(id)), "label");
    let fields = view! {
        <Field id=field_id(id, "label") label="Label" name="label" value=RwSignal::new(label) required=true error/>
        <Button submit=true kind=ButtonKind::Primary busy=page.change.pending()>"Rename"</Button>
    };
    folded("Rename", form(page, id, "rename", fields.into_any()))
}

#[component]
pub(super) fn ReplaceKeyForm(page: Page, id: AccountId) -> impl IntoView {
    let fields = view! {
        <p class="field-hint">"A new key of the same account. The old one is forgotten once the venue accepts the new one."</p>
        <KeyFields page id=Some(id)/>
        <Button submit=true kind=ButtonKind::Primary busy=page.change.pending()>"Replace key"</Button>
    };
    folded("Replace key", form(page, id, "replace_key", fields.into_any()))
}

#[component]
pub(super) fn RemoveForm(page: Page, id: AccountId) -> impl IntoView {
    let field = field_id(id, "remove-password");
    let fields = view! {
        <p class="field-hint">"The key is wiped here; revoke it at the venue too. Orders, fills and history stay readable."</p>
        <label class="check"><input type="checkbox" required=true/>"Remove this account from the desk"</label>
        <Field id=field label="Your password" name="password" kind="password" autocomplete="current-password" required=true/>
        <Button submit=true kind=ButtonKind::Danger busy=page.change.pending()>"Remove account"</Button>
    };
    folded("Remove", form(page, id, "remove", fields.into_any()))
}

/// Key, secret and the trader's password: of a card, or of the form that connects an account.
#[component]
pub(super) fn KeyFields(page: Page, id: Option<AccountId>) -> impl IntoView {
    let connected = page.connect.value();
    let answer = match id {
        Some(_) => page.answer_to(id),
        None => Signal::derive(move || connected.get().map(|answer| answer.map(|_| ()))),
    };
    let of = move |name: &str| id.map_or_else(|| ["connect-", name].concat(), |id| field_id(id, name));
    let (secret, wrong) = (of("api_secret"), of("api_secret-error"));
    let (error, described) = (field_error(answer, "api_secret"), wrong.clone());
    view! {
        <Field id=of("api_key") label="Key" name="api_key" autocomplete="off" required=true error=field_error(answer, "api_key")/>
        <div class="field" class:field-wrong=move || error.read().is_some()>
            <label for=secret.clone()>"Secret"</label>
            <textarea class="secret-box" id=secret name="api_secret" rows="2" autocomplete="off" spellcheck="false" required=true
                aria-invalid=move || error.read().is_some().then_some("true")
                aria-describedby=move || error.read().is_some().then(|| described.clone())></textarea>
            {move || error.get().map(|error| view! { <p class="field-error" id=wrong.clone() role="alert">{error}</p> })}
        </div>
        <Field id=of("password") label="Your password" name="password" kind="password" autocomplete="current-password" required=true
            hint="That of SpeedTrade, not of the venue."/>
    }
}
