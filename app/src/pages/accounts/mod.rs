//! A trader's accounts: paper, and those at venues. What moves real money says so in words.

mod account_card;
mod card_forms;
mod connect_form;
mod discrepancies;
mod health;
mod holdings;

use leptos::prelude::*;
use leptos_meta::Title;
use speedtrade::{
    ids::AccountId,
    wire::{AccountView, ClosedBy},
};

use super::opening::opening_text;
use crate::{
    api::{
        ApiError,
        accounts::{ChangeAccount, ConnectAccount, SeenNumber},
        page::PageQuery,
    },
    components::{Answer as FormAnswer, Fields, FormError, Panel, Row, rows},
    state::{
        effect::effect,
        toasts::{ToastKind, ToastStore, use_toasts},
    },
};
use account_card::AccountCard;
use connect_form::ConnectForm;

/// What the page shows, and what is asked of the host.
#[derive(Clone, Copy)]
struct Page {
    shown: RwSignal<Vec<AccountView>>,
    connect: ServerAction<ConnectAccount>,
    change: ServerAction<ChangeAccount>,
    /// Whose form was sent last.
    changing: RwSignal<Option<AccountId>>,
    /// Once an account is connected the form is a new one: what was typed into the one before is gone.
    form: RwSignal<u32>,
}

impl Page {
    fn send(self, id: AccountId, action: &'static str, fields: &Fields) {
        self.changing.set(Some(id));
        let field = |name| Some(fields.get(name));
        self.change.dispatch(ChangeAccount {
            id: id.to_string(),
            action: action.to_owned(),
            label: field("label"),
            api_key: field("api_key"),
            api_secret: field("api_secret"),
            password: field("password"),
            seen: Some(SeenNumber { asset: fields.get("seen[asset]"), theirs: fields.get("seen[theirs]") }),
        });
    }

    /// What the host said to the last form of this card; to one that was sent without scripts it answers above all cards.
    fn answer_to(self, id: Option<AccountId>) -> FormAnswer {
        let value = self.change.value();
        Signal::derive(move || value.get().filter(|_| self.changing.get() == id).map(|answer| answer.map(|_| ())))
    }

    /// Shows the accounts after a change that was made.
    fn take(self, answer: Option<Result<Vec<AccountView>, ApiError>>, toasts: ToastStore, words: &str) -> bool {
        let Some(Ok(accounts)) = answer else { return false };
        self.shown.set(accounts);
        toasts.push(ToastKind::Good, words);
        true
    }
}

#[component]
pub fn AccountsPage() -> impl IntoView {
    view! {
        <Title text="Accounts"/>
        <h1>"Accounts"</h1>
        {opening_text(|| PageQuery::Accounts, 10, |accounts| view! { <Accounts accounts/> }.into_any())}
    }
}

#[component]
fn Accounts(accounts: Vec<AccountView>) -> impl IntoView {
    let page = Page {
        shown: RwSignal::new(accounts),
        connect: ServerAction::new(),
        change: ServerAction::new(),
        changing: RwSignal::new(None),
        form: RwSignal::new(0),
    };
    let (connected, changed, toasts) = (page.connect.value(), page.change.value(), use_toasts());
    effect(move || {
        let answer = connected.get();
        if untrack(|| page.take(answer, toasts, "The account is connected.")) {
            page.form.update(|form| *form = form.wrapping_add(1));
        }
    });
    effect(move || {
        let answer = changed.get();
        untrack(|| page.take(answer, toasts, "The accounts are up to date."));
    });
    let answer = page.answer_to(None);
    view! {
        <FormError answer/>
        <div class="account-cards">{rows(move || page.shown.with(|shown| shown.iter().map(|account| card(page, account)).collect()))}</div>
        <Panel title="Connect an account">
            {rows(move || vec![Row::new(page.form.get(), move || view! { <ConnectForm page/> }.into_any())])}
        </Panel>
    }
}

/// A card of its own for each state of the account.
fn card(page: Page, account: &AccountView) -> Row {
    let verified = account.connection.as_ref().map_or(0, |connection| connection.verified_at.micros());
    let health = account.connection.as_ref().and_then(|connection| connection.health.as_ref());
    let differing = health.map(|health| health.discrepancies.iter().map(|of| of.theirs.as_str()).collect::<Vec<_>>().join(" "));
    let closed_by = account.closed_by.map_or("", ClosedBy::words).to_owned();
    let key = [account.id.to_string(), verified.to_string(), differing.unwrap_or_default(), closed_by, account.label.clone()].join(" ");
    let account = account.clone();
    Row::new(key, move || view! { <AccountCard page account/> }.into_any())
}
