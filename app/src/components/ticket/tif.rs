//! How long an order lasts, and whether it trades outside the core session.

use leptos::prelude::*;
use speedtrade::instrument::AssetType;

use super::{
    fields::words,
    form::{TicketForm, lasts, may_be_immediate},
};
use crate::components::{Segmented, when, when_some};

const LASTING: [(&str, &str); 2] = [("day", "Day"), ("gtc", "GTC")];
const IMMEDIATE: [(&str, &str); 2] = [("ioc", "IOC"), ("fok", "FOK")];
const AUCTIONS: [(&str, &str); 2] = [("opg", "Open"), ("cls", "Close")];

#[component]
pub(super) fn TimeInForce() -> impl IntoView {
    let form = expect_context::<TicketForm>();
    let is_stock = form.instrument.with_value(|i| i.asset_type == AssetType::Stock);
    let pick = move |tif: String| {
        form.tif.set(tif);
        form.edited();
    };
    let is_short = Memo::new(move |_| !may_be_immediate(&form.kind.read()));
    let choices = move || {
        let more: &[_] = if is_short.get() { &[] } else { &IMMEDIATE };
        let auctions: &[_] = if is_short.get() || !is_stock { &[] } else { &AUCTIONS };
        let options = words(&[&LASTING, more, auctions].concat());
        view! { <Segmented label="Time in force" options testid="ticket-tif" selected=form.tif on_select=pick/> }.into_any()
    };
    let may_extend = Memo::new(move |_| is_stock && &*form.kind.read() == "limit" && lasts(&form.tif.read()));
    let error = move || form.error("time_in_force", form.tif).or_else(|| form.error("extended_hours", form.tif));
    view! {
        {move || choices()}
        {move || when(may_extend.get(), || extended(form))}
        {move || when_some(error(), |words| view! { <p class="field-error" role="alert">{words}</p> }.into_any())}
    }
}

fn extended(form: TicketForm) -> AnyView {
    let toggle = move |_| {
        form.is_extended.update(|on| *on = !*on);
        form.edited();
    };
    view! {
        <label class="ticket-check">
            <input type="checkbox" name="extended_hours" data-testid="ticket-extended" prop:checked=form.is_extended on:change=toggle/>
            "Trade before and after hours too"
        </label>
    }
    .into_any()
}
