//! One account: what it is, what its key may do, what the venue said it holds, and what can be done with it.

use leptos::prelude::*;
use speedtrade::{
    ids::AccountId,
    venue::Environment,
    wire::{AccountView, ConnectionView},
};

use super::{
    Page,
    card_forms::{ChooseForm, RemoveForm, RenameForm, ReplaceKeyForm, VerifyForm, orders_form},
    discrepancies::Discrepancies,
    health::Health,
    holdings::Holdings,
};
use crate::{
    components::{Badge, BadgeKind, FormError, when},
    format, state,
};

#[component]
pub(super) fn AccountCard(page: Page, account: AccountView) -> impl IntoView {
    let (kind, word, venue) = match &account.connection {
        None => (BadgeKind::Paper, "Paper · no real money", "SpeedTrade".to_owned()),
        Some(at) => match at.environment {
            Environment::Practice => (BadgeKind::Simulated, "Practice · no real money", at.venue.to_string()),
            Environment::Live => (BadgeKind::Live, "Live · real money", at.venue.to_string()),
        },
    };
    let (id, label, name) = (account.id, account.label.clone(), account.label.clone());
    let kind_of = account.account_type.clone();
    let since = format::date(account.created_at);
    let is_connected = account.connection.is_some();
    let chosen = state::account::id();
    let is_chosen = chosen == Some(id) || (chosen.is_none() && !is_connected);
    let answer = page.answer_to(Some(id));
    view! {
        <section class="panel account-card" class:account-live=kind == BadgeKind::Live aria-label=name data-testid="account-card" data-type=kind_of>
            <header class="panel-head">
                <h2>{account.label}</h2>
                <Badge kind text=word/>
            </header>
            <div class="panel-body account-body">
                <FormError answer/>
                <dl class="facts">
                    <dt>"Venue"</dt>
                    <dd>{venue}</dd>
                    <dt>"Since"</dt>
                    <dd>{since}</dd>
                </dl>
                {account.connection.map_or_else(|| ().into_any(), |at| connection(page, id, at))}
                <div class="account-actions">
                    <ChooseForm id is_chosen/>
                    {when(is_connected, || view! { <VerifyForm page id/> }.into_any())}
                    {orders_form(page, id, account.closed_by)}
                    <RenameForm page id label/>
                    {when(is_connected, || view! { <ReplaceKeyForm page id/><RemoveForm page id/> }.into_any())}
                </div>
            </div>
        </section>
    }
}

fn connection(page: Page, id: AccountId, at: ConnectionView) -> AnyView {
    let found = at.health.as_ref().map(|health| health.discrepancies.clone()).unwrap_or_default();
    let told = at.told;
    let trade = if told.may_trade { "Yes" } else { "No: orders will be refused" };
    let withdraw = match told.may_withdraw {
        Some(false) => "No",
        Some(true) => "YES: make a key that can't, and replace this one",
        None => "The venue does not say: look there that it is off",
    };
    let is_wrong = told.may_withdraw == Some(true);
    view! {
        <dl class="facts">
            <dt>"Account there"</dt>
            <dd>{at.venue_account}</dd>
            <dt>"Key"</dt>
            <dd data-testid="key-hint">{"…".to_owned() + &at.key_hint}</dd>
            <dt>"May trade"</dt>
            <dd>{trade}</dd>
            <dt>"May withdraw"</dt>
            <dd class:field-error=is_wrong>{withdraw}</dd>
            <dt>"Last verified (UTC)"</dt>
            <dd>{format::time(at.verified_at)}</dd>
        </dl>
        {told.notes.into_iter().map(|note| view! { <p class="field-hint">{note}</p> }.into_any()).collect_view()}
        <Health health=at.health/>
        <Discrepancies page id found/>
        <Holdings holdings=told.holdings/>
    }
    .into_any()
}
