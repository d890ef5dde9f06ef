//! Makes an alert, or changes one. What is wrong is said beside its field.

use leptos::{ev::SubmitEvent, prelude::*};
use speedtrade::{
    alert::{AlertChange, AlertTicket, Repeat},
    wire::AlertView,
};

use super::Page;
use crate::{
    api::{ApiError, watching::AlertAction},
    components::{Answer, Button, ButtonKind, Fields, FormError, SymbolField, field_error, when, when_some},
};

const CONDITIONS: [(&str, &str); 7] = [
    ("above", "Price at or above"),
    ("below", "Price at or below"),
    ("crosses", "Price crosses"),
    ("crosses_up", "Price rises to"),
    ("crosses_down", "Price falls to"),
    ("pct_move", "Price moves by percent"),
    ("volume_spike", "Volume spike"),
];
const REPEATS: [(&str, &str); 2] = [("once", "Once"), ("every_time", "Every time")];

#[component]
pub(super) fn AlertForm(page: Page, alert: Option<AlertView>, symbol: String) -> impl IntoView {
    let failed = RwSignal::new(None::<ApiError>);
    let answer: Answer = Signal::derive(move || failed.get().map(Err));
    let first = First::of(alert.as_ref(), symbol);
    let condition = RwSignal::new(first.condition.clone());
    let (id, old_symbol) = (alert.as_ref().map(|alert| alert.id), first.symbol.clone());
    let save = move |ev: SubmitEvent| {
        ev.prevent_default();
        let ticket = ticket(&Fields::of(&ev));
        let action = if let Some(id) = id {
            AlertAction::Change(id, change(ticket))
        } else {
            let symbol = ticket.symbol.trim().to_owned();
            AlertAction::Create(AlertTicket { symbol, ..ticket })
        };
        page.send(action, Some(failed));
    };
    let is_window = Memo::new(move |_| matches!(condition.get().as_str(), "pct_move" | "volume_spike"));
    view! {
        <form id="alert-form" class="watch-form" data-testid="alert-form" novalidate=true on:submit=save>
            {if id.is_some() {
                view! { <p class="watch-symbol">{old_symbol}</p> }.into_any()
            } else {
                view! { <SymbolField id="alert-symbol" value=first.symbol error=field_error(answer, "symbol")/> }.into_any()
            }}
            {select("When", "condition", &CONDITIONS, &first.condition, Callback::new(move |word| condition.set(word)))}
            {move || value_field(&condition.get(), &first.value, answer)}
            {move || when(is_window.get(), || input("Minutes", "window_minutes", "numeric", "text", &first.minutes, answer))}
            {select("Repeat", "repeat", &REPEATS, &first.repeat, Callback::new(|_| ()))}
            {input("Ends (UTC)", "expires_at", "", "datetime-local", &first.ends, answer)}
            {input("Note", "note", "", "text", &first.note, answer)}
            <div class="watch-actions">
                <Button submit=true kind=ButtonKind::Primary attr:data-testid="alert-save">
                    {if id.is_some() { "Save alert" } else { "Create alert" }}
                </Button>
                {when(id.is_some(), || view! {
                    <button type="button" class="button button-quiet" on:click=move |_| page.edit(None)>"Keep as it is"</button>
                }.into_any())}
            </div>
            <FormError answer/>
        </form>
    }
}

/// What the fields begin with.
struct First {
    symbol: String,
    condition: String,
    value: String,
    minutes: String,
    repeat: String,
    ends: String,
    note: String,
}

impl First {
    fn of(alert: Option<&AlertView>, symbol: String) -> Self {
        let Some(alert) = alert else {
            let (condition, minutes, repeat) = ("above".to_owned(), "60".to_owned(), "once".to_owned());
            return Self { symbol, condition, value: String::new(), minutes, repeat, ends: String::new(), note: String::new() };
        };
        let value = alert.target_price.map(|price| price.to_string()).or(alert.percent.map(|percent| percent.to_string()));
        Self {
            symbol: alert.symbol.to_string(),
            condition: alert.condition.clone(),
            value: value.or(alert.multiple.clone()).unwrap_or_default(),
            minutes: alert.window_minutes.map_or_else(|| "60".to_owned(), |minutes| minutes.to_string()),
            repeat: if alert.repeat == Repeat::Once { "once" } else { "every_time" }.to_owned(),
            ends: alert.expires_at.map(|end| end.to_string().chars().take(16).collect()).unwrap_or_default(),
            note: alert.note.clone(),
        }
    }
}

fn ticket(fields: &Fields) -> AlertTicket {
    let (condition, value, ends) = (fields.get("condition"), fields.get("value"), fields.get("expires_at"));
    let (is_move, is_spike) = (condition == "pct_move", condition == "volume_spike");
    // Not a number is no window: the host says what is wrong.
    let minutes = fields.get("window_minutes").trim().parse().unwrap_or_default();
    AlertTicket {
        symbol: fields.get("symbol"),
        target_price: (!is_move && !is_spike).then(|| value.clone()),
        percent: is_move.then(|| value.clone()),
        multiple: is_spike.then_some(value),
        window_minutes: (is_move || is_spike).then_some(minutes),
        condition,
        repeat: Some(fields.get("repeat")),
        expires_at: Some(if ends.is_empty() { ends } else { ends + ":00Z" }),
        note: Some(fields.get("note")),
    }
}

fn change(ticket: AlertTicket) -> AlertChange {
    AlertChange {
        condition: Some(ticket.condition),
        target_price: ticket.target_price,
        percent: ticket.percent,
        window_minutes: ticket.window_minutes,
        multiple: ticket.multiple,
        repeat: ticket.repeat,
        expires_at: ticket.expires_at,
        note: ticket.note,
        status: None,
    }
}

fn value_field(condition: &str, first: &str, answer: Answer) -> AnyView {
    let (label, field) = match condition {
        "pct_move" => ("Percent", "percent"),
        "volume_spike" => ("Times the average", "multiple"),
        _ => ("Price", "target_price"),
    };
    labelled(label, "value", "decimal", "text", first, field_error(answer, field))
}

fn input(label: &'static str, name: &'static str, mode: &'static str, kind: &'static str, first: &str, answer: Answer) -> AnyView {
    labelled(label, name, mode, kind, first, field_error(answer, name))
}

fn labelled(
    label: &'static str,
    name: &'static str,
    mode: &'static str,
    kind: &'static str,
    first: &str,
    error: Signal<Option<String>>,
) -> AnyView {
    let (id, wrong) = (["alert-", name].concat(), ["alert-", name, "-error"].concat());
    let (mode, described) = ((!mode.is_empty()).then_some(mode), wrong.clone());
    view! {
        <div class="field" class:field-wrong=move || error.read().is_some()>
            <label for=id.clone()>{label}</label>
            <div class="field-box">
                <input id=id name=name type=kind value=first.to_owned() inputmode=mode autocomplete="off"
                    aria-invalid=move || error.read().is_some().then_some("true")
                    aria-describedby=move || error.read().is_some().then(|| described.clone())/>
            </div>
            {move || when_some(error.get(), |error| view! { <p class="field-error" id=wrong.clone() role="alert">{error}</p> }.into_any())}
        </div>
    }
    .into_any()
}

fn select(
    label: &'static str,
    name: &'static str,
    options: &[(&'static str, &'static str)],
    first: &str,
    chosen: Callback<String>,
) -> AnyView {
    let id = ["alert-", name].concat();
    let option = |(word, label): &(&'static str, &'static str)| {
        let is_chosen = *word == first;
        view! { <option value=*word selected=is_chosen>{*label}</option> }.into_any()
    };
    let options = options.iter().map(option).collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <div class="field-box">
                <select id=id name=name on:change:target=move |ev| chosen.run(ev.target().value())>{options}</select>
            </div>
        </div>
    }
    .into_any()
}
