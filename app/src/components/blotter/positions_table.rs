//! What is held, revalued with every tick.

use leptos::prelude::*;

use super::position_row::PositionRow;
use crate::{
    components::{Empty, Row, rows, when},
    state::desk::use_desk,
};

#[component]
pub fn PositionsTable() -> impl IntoView {
    let desk = use_desk();
    let symbols = Memo::new(move |_| desk.symbols());
    let is_empty = Memo::new(move |_| symbols.with(Vec::is_empty));
    view! {
        <div class="table-scroll">
            <table class="data-table cards" data-testid="positions-table" hidden=is_empty>
                <caption class="visually-hidden">"Positions"</caption>
                <thead>{head()}</thead>
                <tbody>
                    {rows(move || symbols.get().into_iter().map(|symbol| {
                        Row::new(symbol.clone(), move || view! { <PositionRow symbol/> }.into_any())
                    }).collect())}
                </tbody>
            </table>
        </div>
        {move || when(is_empty.get(), || view! {
            <Empty text="You hold nothing yet.">
                <a href="/screener" class="button button-primary">"Buy your first stock"</a>
            </Empty>
        }.into_any())}
    }
}

fn head() -> impl IntoView {
    view! {
        <tr>
            <th scope="col">"Symbol"</th>
            <th scope="col" class="num">"Quantity"</th>
            <th scope="col" class="num">"Average entry"</th>
            <th scope="col" class="num">"Price"</th>
            <th scope="col" class="num">"Value"</th>
            <th scope="col" class="num">"Unrealized"</th>
            <th scope="col" class="num">"Unrealized %"</th>
            <th scope="col" class="num">"Realized"</th>
            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
        </tr>
    }
}
