//! Where the venue's numbers are not ours: both of them, and the way to take the venue's.

use leptos::prelude::*;
use speedtrade::{ids::AccountId, wire::DiscrepancyView};

use super::{Page, card_forms::form};
use crate::{
    components::{Button, when},
    format,
};

#[component]
pub(super) fn Discrepancies(page: Page, id: AccountId, found: Vec<DiscrepancyView>) -> impl IntoView {
    when(!found.is_empty(), move || {
        let rows = found.into_iter().map(|of| row(page, id, of)).collect_view();
        view! {
            <div data-testid="discrepancies">
                <p class="form-note">
                    "The venue has other amounts than the books here: money was moved there, or something was missed. Look there before you take its number; it is booked as a transfer."
                </p>
                {rows}
            </div>
        }
        .into_any()
    })
}

fn row(page: Page, id: AccountId, of: DiscrepancyView) -> AnyView {
    let DiscrepancyView { asset, ours, theirs, found_at } = of;
    let words = [&asset, ": here ", &ours, ", at the venue ", &theirs, ", since ", &format::time(found_at)]
        .map(|part: &str| part.to_owned())
        .concat();
    // An order that can't be booked has no number to take.
    if asset.starts_with("order ") {
        return view! { <p>{words}</p> }.into_any();
    }
    let fields = view! {
        <p>{words}</p>
        <input type="hidden" name="seen[asset]" value=asset/>
        <input type="hidden" name="seen[theirs]" value=theirs/>
        <Button submit=true busy=page.change.pending()>"Take the venue's number"</Button>
    };
    form(page, id, "believe", fields.into_any())
}
