//! Connects an account at a venue. Real money is asked for twice: by choosing Live, and by a tick under what that means.

use leptos::{prelude::*, server_fn::ServerFn};
use speedtrade::venue::Venue;

use super::{Page, card_forms::KeyFields};
use crate::{
    api::accounts::ConnectAccount,
    components::{Answer, Button, ButtonKind, Field, Fields, FormError, PostForm, field_error, when_some},
};

/// Where the key is made, and what to tick there.
const HELP: [(Venue, &str); 4] = [
    (Venue::Alpaca, "Home, API Keys, Generate. Paper accounts have keys of their own. Alpaca's keys can't withdraw."),
    (
        Venue::Binance,
        "API Management, Create API, System generated. Tick Enable Reading and Enable Spot Trading. Leave Enable Withdrawals off and \
         restrict access to this machine's address. Practice is Binance's testnet, with keys of its own.",
    ),
    (
        Venue::Coinbase,
        "Developer Platform, API keys, Secret API key, signature algorithm ECDSA. Tick View and Trade, leave Transfer off. The key is \
         the whole name, organizations/…/apiKeys/…; the secret is the whole private key with its first and last line. Live only.",
    ),
    (
        Venue::Kraken,
        "Settings, API, Create key. Tick Query funds, Query open and closed orders, Create and modify orders, Cancel orders, and \
         Access WebSockets. Leave Withdraw funds off. Live only.",
    ),
];

#[component]
pub(super) fn ConnectForm(page: Page) -> impl IntoView {
    let value = page.connect.value();
    let answer: Answer = Signal::derive(move || value.get().map(|answer| answer.map(|_| ())));
    let send = Callback::new(move |fields: Fields| {
        page.connect.dispatch(ConnectAccount {
            account_type: fields.get("account_type"),
            environment: fields.get("environment"),
            label: fields.get("label"),
            api_key: fields.get("api_key"),
            api_secret: fields.get("api_secret"),
            password: fields.get("password"),
            confirmed: Some(fields.get("confirmed")),
        });
    });
    view! {
        <PostForm action=ConnectAccount::url() class="account-form connect-form" send>
            <FormError answer/>
            <div class="field">
                <label for="connect-venue">"Venue"</label>
                <div class="field-box">
                    <select id="connect-venue" name="account_type">
                        {Venue::ALL.map(|venue| view! { <option value=venue.as_str()>{venue.title()}</option> }.into_any()).collect_view()}
                    </select>
                </div>
            </div>
            <Help/>
            <EnvironmentChoice answer/>
            <Field id="connect-label" label="Label" name="label" autocomplete="off" required=true error=field_error(answer, "label")/>
            <KeyFields page id=None/>
            <Button submit=true kind=ButtonKind::Primary busy=page.connect.pending()>"Connect account"</Button>
            <p class="field-hint">
                "The venue is asked whose key it is before anything is kept. A key that may withdraw is refused. Keys are kept encrypted and never shown again."
            </p>
        </PostForm>
    }
}

#[component]
fn Help() -> impl IntoView {
    let entry = |(venue, words): (Venue, &'static str)| view! { <dt>{venue.title()}</dt><dd>{words}</dd> }.into_any();
    view! {
        <details class="watch-more">
            <summary>"Where to make the key and what to tick"</summary>
            <dl class="key-help">{HELP.map(entry).collect_view()}</dl>
        </details>
    }
}

/// The words under Live stand there until Practice is chosen, so that they need no script.
#[component]
fn EnvironmentChoice(answer: Answer) -> impl IntoView {
    let (wrong, unconfirmed) = (field_error(answer, "is_paper"), field_error(answer, "confirmed"));
    let words = |error: Signal<Option<String>>| {
        move || when_some(error.get(), |error| view! { <p class="field-error" role="alert">{error}</p> }.into_any())
    };
    view! {
        <fieldset class="environment">
            <legend class="field-label">"Which account is it?"</legend>
            <div class="choices">
                <label class="choice">
                    <input type="radio" name="environment" value="practice" checked=true/>
                    <span>"Practice: no real money"</span>
                </label>
                <label class="choice choice-live">
                    <input type="radio" name="environment" value="live"/>
                    <span>"LIVE: real money"</span>
                </label>
            </div>
            {words(wrong)}
            <div class="live-words">
                <p class="form-note">"Orders on a LIVE account are sent to the venue and move real money. SpeedTrade can't take them back."</p>
                <label class="check"><input type="checkbox" name="confirmed" value="yes"/>"I understand: this account trades real money"</label>
                {words(unconfirmed)}
            </div>
        </fieldset>
    }
}
