//! What the account can spend, beside what is about to be spent.

use leptos::prelude::*;

use super::form::TicketForm;
use crate::format;

#[component]
pub(super) fn Funds() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let funds = Memo::new(move |_| form.desk.portfolio().map(|funds| (funds.cash, funds.buying_power)));
    let cash = move || funds.get().map(|(cash, _)| format::money(cash));
    let power = move || funds.get().map(|(_, power)| format::money(power));
    form.desk.is_signed_in().then(|| {
        view! {
            <dl class="ticket-funds">
                <div><dt>"Cash"</dt><dd class="price" data-testid="stat-cash">{cash}</dd></div>
                <div><dt>"Buying power"</dt><dd class="price" data-testid="stat-buying-power">{power}</dd></div>
            </dl>
        }
    })
}
