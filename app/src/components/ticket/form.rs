//! The state of the order form. It outlives the form's place on the page: the right column of a desk, the sheet of a phone.

use leptos::prelude::*;
use speedtrade::{
    instrument::Instrument,
    market::Quote,
    order::{FieldError, OrderTicket, Side, StopLossTicket, TakeProfitTicket},
    wire::QuoteView,
};

use super::review::{Circumstances, Review, review};
use crate::{
    components::quote::{live_quote, stale},
    state::desk::DeskState,
};

#[derive(Clone, Copy)]
pub struct TicketForm {
    pub(super) instrument: StoredValue<Instrument>,
    pub(super) quote: Memo<Quote>,
    /// The price is not the market's of now.
    pub(super) is_stale: Signal<bool>,
    /// A market order on an old price was sent once and asked about; sending it again means it.
    pub(super) was_warned: RwSignal<bool>,
    pub(super) side: RwSignal<Side>,
    pub(super) kind: RwSignal<String>,
    pub(super) tif: RwSignal<String>,
    /// Units, or dollars.
    pub(super) amount: RwSignal<String>,
    pub(super) is_in_dollars: RwSignal<bool>,
    pub(super) limit_price: RwSignal<String>,
    pub(super) stop_price: RwSignal<String>,
    /// What a trailing stop stays behind: percent, or dollars.
    pub(super) trail: RwSignal<String>,
    pub(super) is_trail_percent: RwSignal<bool>,
    pub(super) take_profit: RwSignal<String>,
    pub(super) stop_loss: RwSignal<String>,
    pub(super) is_extended: RwSignal<bool>,
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

struct ExitTexts {
    profit: Option<String>,
    stop: Option<String>,
}

impl ExitTexts {
    fn class(&self, side: Side) -> Option<String> {
        let class = match (&self.profit, &self.stop, side) {
            (None, None, _) => return None,
            (_, _, Side::Sell) => "oco",
            (Some(_), Some(_), Side::Buy) => "bracket",
            (_, _, Side::Buy) => "oto",
        };
        Some(class.to_owned())
    }
}

pub(super) fn has_limit(kind: &str) -> bool {
    matches!(kind, "limit" | "stop_limit")
}

pub(super) fn has_stop(kind: &str) -> bool {
    matches!(kind, "stop" | "stop_limit")
}

pub(super) fn lasts(tif: &str) -> bool {
    matches!(tif, "day" | "gtc")
}

/// Only these may be for so many dollars.
pub(super) fn may_be_in_dollars(kind: &str) -> bool {
    kind == "market"
}

/// What waits for a trigger can't also be immediate or in an auction.
pub(super) fn may_be_immediate(kind: &str) -> bool {
    matches!(kind, "market" | "limit")
}

/// Made by the page; `Ticket` and the buy bar find it in the context.
pub fn provide_ticket(instrument: Instrument, first: &QuoteView, side: Side, qty: &str, desk: DeskState) -> TicketForm {
    let text = |value: &str| RwSignal::new(value.to_owned());
    let quote = live_quote(first);
    let instrument = StoredValue::new(instrument);
    let mut form = TicketForm {
        instrument,
        quote,
        is_stale: stale(first),
        was_warned: RwSignal::new(false),
        side: RwSignal::new(side),
        kind: text("market"),
        tif: text("day"),
        amount: text(qty),
        is_in_dollars: RwSignal::new(false),
        limit_price: text(""),
        stop_price: text(""),
        trail: text(""),
        is_trail_percent: RwSignal::new(true),
        take_profit: text(""),
        stop_loss: text(""),
        is_extended: RwSignal::new(false),
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
        let exits = self.exits();
        let amount = |is_in_dollars: bool| if self.is_in_dollars.get() == is_in_dollars { given(self.amount) } else { None };
        let trail = |is_percent: bool| kind == "trailing_stop" && self.is_trail_percent.get() == is_percent;
        OrderTicket {
            symbol: self.instrument.with_value(|i| i.symbol.to_string()),
            side: self.side.get().as_str().to_owned(),
            qty: amount(false),
            notional: amount(true),
            limit_price: if has_limit(&kind) { given(self.limit_price) } else { None },
            stop_price: if has_stop(&kind) { given(self.stop_price) } else { None },
            trail_price: if trail(false) { given(self.trail) } else { None },
            trail_percent: if trail(true) { given(self.trail) } else { None },
            time_in_force: given(self.tif),
            extended_hours: (kind == "limit" && self.is_extended.get()).then_some(true),
            order_class: exits.class(self.side.get()),
            take_profit: exits.profit.map(|limit_price| TakeProfitTicket { limit_price }),
            stop_loss: exits.stop.map(|stop_price| StopLossTicket { stop_price, limit_price: None }),
            kind,
            ..OrderTicket::default()
        }
    }

    fn exits(self) -> ExitTexts {
        let given = |signal: RwSignal<String>| Some(signal.get().trim().to_owned()).filter(|text| !text.is_empty());
        let is_buy = self.side.get() == Side::Buy;
        // A sell has its take-profit in its own limit.
        let may_stop = is_buy || &*self.kind.read() == "limit";
        ExitTexts { profit: given(self.take_profit).filter(|_| is_buy), stop: given(self.stop_loss).filter(|_| may_stop) }
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
        self.was_warned.set(false);
    }

    pub fn choose_side(self, side: Side) {
        self.side.set(side);
        self.edited();
    }

    pub(super) fn choose_kind(self, kind: String) {
        let touch = self.quote.with_untracked(|quote| quote.touch(self.side.get_untracked()));
        for (price, is_used) in [(self.limit_price, has_limit(&kind)), (self.stop_price, has_stop(&kind))] {
            if is_used && price.with_untracked(String::is_empty) {
                price.set(self.instrument.with_value(|i| crate::format::price_input(touch, i.tick)));
            }
        }
        if !may_be_immediate(&kind) && !lasts(&self.tif.read_untracked()) {
            self.tif.set("day".to_owned());
        }
        if self.is_in_dollars.get_untracked() && !may_be_in_dollars(&kind) {
            self.is_in_dollars.set(false);
            self.amount.set(String::new());
        }
        self.kind.set(kind);
        self.edited();
    }
}
