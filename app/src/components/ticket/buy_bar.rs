//! The phone's way to the ticket: two buttons at the bottom that open it as a sheet.

use leptos::prelude::*;
use speedtrade::order::Side;

use super::{form::TicketForm, order_form::Ticket};
use crate::components::{Sheet, when};

#[component]
pub fn BuyBar() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let open = form.is_sheet_open;
    let start = move |side: Side| {
        form.choose_side(side);
        open.set(true);
    };
    view! {
        <div class="buy-bar">
            <button type="button" class="button button-buy" data-testid="buy-bar-buy" on:click=move |_| start(Side::Buy)>"Buy"</button>
            <button type="button" class="button button-sell" data-testid="buy-bar-sell" on:click=move |_| start(Side::Sell)>"Sell"</button>
        </div>
        <Sheet open title="Order">
            {move || when(open.get(), || view! { <Ticket/> }.into_any())}
        </Sheet>
    }
}
