//! The state of the order form. It outlives the form's place on the page: the right column of a desk, the sheet of a phone.

use leptos::prelude::*;
use speedtrade::{
    instrument::Instrument,
    market::Quote,
    order::{FieldError, OrderTicket, Side},
    wire::QuoteView,
};

use super::review::{Circumstances, Review, review};
use crate::{components::quote::live_quote, state::desk::DeskState};

#[derive(Clone, Copy)]
pub struct TicketForm {
    pub(super) instrument: StoredValue<Instrument>,
    pub(super) quote: Memo<Quote>,
    pub(super) side: RwSignal<Side>,
    pub(super) kind: RwSignal<String>,
    pub(super) tif: RwSignal<String>,
    pub(super) qty: RwSignal<String>,
    pub(super) limit_price: RwSignal<String>,
    pub(super) stop_price: RwSignal<String>,
    /// The name of the order that is meant; made when it is first sent, forgotten when it is done or edited.
    pub(super) intent: StoredValue<Option<String>>,
    pub(super) is_busy: RwSignal<bool>,
    /// Send was pressed: now empty fields are mistakes too.
    pub(super) was_asked: RwSignal<bool>,
    pub(super) host_errors: RwSignal<Vec<FieldError>>,
    pub(super) trouble: RwSignal<Option<String>>,
    /// The phone's sheet; while it is open the ticket stands there and nowhere else.
    pub is_sheet_open: RwSignal<bool>,
    pub(super) review: Memo<Review>,
    pub(super) desk: DeskState,
}

/// Made by the page; `Ticket` and the buy bar find it in the context.
pub fn provide_ticket(instrument: Instrument, first: &QuoteView, side: Side, qty: &str, desk: DeskState) -> TicketForm {
    let text = |value: &str| RwSignal::new(value.to_owned());
    let quote = live_quote(first);
    let instrument = StoredValue::new(instrument);
    let mut form = TicketForm {
        instrument,
        quote,
        side: RwSignal::new(side),
        kind: text("market"),
        tif: text("day"),
        qty: text(qty),
        limit_price: text(""),
        stop_price: text(""),
        intent: StoredValue::new(None),
        is_busy: RwSignal::new(false),
        was_asked: RwSignal::new(false),
        host_errors: RwSignal::new(Vec::new()),
        trouble: RwSignal::new(None),
        is_sheet_open: RwSignal::new(false),
        review: Memo::new(|_| Review::default()),
        desk,
    };
    form.review = Memo::new(move |_| form.judge());
    provide_context(form);
    form
}

impl TicketForm {
    /// What would be sent now, without the order's name.
    pub(super) fn ticket(self) -> OrderTicket {
        let given = |signal: RwSignal<String>| Some(signal.get().trim().to_owned());
        let kind = self.kind.get();
        OrderTicket {
            symbol: self.instrument.with_value(|i| i.symbol.to_string()),
            side: self.side.get().as_str().to_owned(),
            qty: given(self.qty),
            limit_price: if kind == "limit" { given(self.limit_price) } else { None },
            stop_price: if kind == "stop" { given(self.stop_price) } else { None },
            time_in_force: given(self.tif),
            kind,
            ..OrderTicket::default()
        }
    }

    fn judge(self) -> Review {
        let ticket = self.ticket();
        let (quote, funds) = (self.quote.get(), self.desk.portfolio());
        self.instrument.with_value(|instrument| {
            let held = self.desk.position(&instrument.symbol);
            review(&ticket, &Circumstances { instrument, quote: &quote, funds: funds.as_ref(), held: held.as_ref() })
        })
    }

    /// The mistake to show beside a field: the host's word first; an empty field only after send was pressed.
    pub(super) fn error(self, field: &'static str, text: RwSignal<String>) -> Option<String> {
        let told = self.host_errors.with(|errors| errors.iter().find(|e| e.field == field).map(|e| e.message.clone()));
        if told.is_some() {
            return told;
        }
        let is_due = self.was_asked.get() || text.with(|text| !text.trim().is_empty());
        if is_due { self.review.with(|review| review.error(field)) } else { None }
    }

    /// Another order is meant from here on.
    pub(super) fn edited(self) {
        self.intent.set_value(None);
        self.host_errors.set(Vec::new());
        self.trouble.set(None);
    }

    pub fn choose_side(self, side: Side) {
        self.side.set(side);
        self.edited();
    }

    pub(super) fn choose_kind(self, kind: String) {
        let price = match kind.as_str() {
            "limit" => self.limit_price,
            _ => self.stop_price,
        };
        if kind != "market" && price.with_untracked(String::is_empty) {
            let touch = self.quote.with_untracked(|quote| quote.touch(self.side.get_untracked()));
            price.set(self.instrument.with_value(|i| crate::format::price_input(touch, i.tick)));
        }
        self.kind.set(kind);
        self.edited();
    }
}
