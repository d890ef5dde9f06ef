//! What the account can spend and what it holds of this instrument; in view at every width.

use leptos::prelude::*;

use super::form::TicketForm;
use crate::{components::when, format};

#[component]
pub fn Funds() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let funds = Memo::new(move |_| form.desk.portfolio().map(|funds| (funds.cash, funds.buying_power)));
    let cash = move || funds.get().map(|(cash, _)| format::money(cash));
    let power = move || funds.get().map(|(_, power)| format::money(power));
    let symbol = form.instrument.with_value(|i| i.symbol.clone());
    let held = Memo::new(move |_| form.desk.position(&symbol).map(|p| (p.qty, p.avg_entry_price)));
    let held = move || match held.get() {
        Some((qty, Some(average))) => format!("{} @ {}", format::qty(qty), format::price(average)),
        Some((qty, None)) => format::qty(qty),
        None => "None".to_owned(),
    };
    when(form.desk.is_signed_in(), || {
        view! {
            <dl class="ticket-funds">
                <div><dt>"Cash"</dt><dd class="price" data-testid="stat-cash">{move || cash()}</dd></div>
                <div><dt>"Buying power"</dt><dd class="price" data-testid="stat-buying-power">{move || power()}</dd></div>
                <div><dt>"Position"</dt><dd class="price" data-testid="stat-position">{move || held()}</dd></div>
            </dl>
        }
        .into_any()
    })
}
