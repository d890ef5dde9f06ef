//! The day's change in dollars and percent.

use leptos::prelude::*;

use super::RowPrice;
use crate::{components::Delta, format};

#[component]
pub fn Change(row: RowPrice) -> impl IntoView {
    view! {
        <span class="change price">
            <span class="change-amount">{move || format::signed_money(row.change.get())}</span>
            " "
            <Delta value=row.change_pct/>
        </span>
    }
}
