//! The newest prints, the latest on top.

use leptos::prelude::*;
use speedtrade::{
    money::Price,
    order::Side,
    time::Timestamp,
    wire::{PrintView, PrintsView},
};

use crate::{format, live, state::effect::effect};

const ROWS: usize = 22;

#[component]
pub(super) fn Tape(frame: Signal<Option<String>>, tick: Price) -> impl IntoView {
    let prints = RwSignal::new(Vec::<PrintView>::new());
    effect(move || {
        let Some(news) = frame.with(|text| text.as_deref().and_then(live::data_of::<PrintsView>)) else { return };
        prints.update(|prints| {
            for print in news.trades {
                prints.insert(0, print);
            }
            prints.truncate(ROWS);
        });
    });
    let rows = move || prints.with(|prints| prints.iter().map(|print| row(print, tick)).collect::<Vec<_>>());
    view! {
        <table class="tape" data-testid="tape">
            <caption class="visually-hidden">"The newest trades of the market, the latest first"</caption>
            <thead><tr><th scope="col">"Price"</th><th scope="col" class="num">"Size"</th><th scope="col" class="num">"Time"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

fn row(print: &PrintView, tick: Price) -> AnyView {
    let (class, arrow) = match print.side {
        Some(Side::Buy) => ("price up", "▲ "),
        Some(Side::Sell) => ("price down", "▼ "),
        None => ("price", ""),
    };
    let time = format::clock(Timestamp::from_millis(print.timestamp));
    view! {
        <tr>
            <td class=class>{arrow}{format::price_on(print.price, tick)}</td>
            <td class="num price">{format::size(print.qty)}</td>
            <td class="num price muted">{time}</td>
        </tr>
    }
    .into_any()
}
