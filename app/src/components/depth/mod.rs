//! The order book of one instrument and its prints, as the host tells them. Nothing here is ever announced: it never ends.

mod ladder;
mod tape;

use leptos::prelude::*;
use speedtrade::{instrument::Instrument, wire::ClientFrame};

use crate::{components::Panel, live, state::effect::effect};
use ladder::Ladder;
use tape::Tape;

#[component]
pub fn Depth(instrument: Instrument) -> impl IntoView {
    let symbol = instrument.symbol.to_string();
    let book = live::follow("book_update", Some(ClientFrame::UnsubscribeBook { symbol: symbol.clone() }));
    let prints = live::follow("trades_update", None);
    // The host's answer brings both.
    effect(move || book.ask(ClientFrame::SubscribeBook { symbol: symbol.clone() }));
    let tick = instrument.tick;
    view! {
        <Panel title="Order book"><Ladder frame=book.newest tick/></Panel>
        <Panel title="Time and sales"><Tape frame=prints.newest tick/></Panel>
    }
}
