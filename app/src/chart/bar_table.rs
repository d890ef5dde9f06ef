//! The last bars as a table: the chart for those who read numbers.

use leptos::prelude::*;
use speedtrade::market::Bar;

use crate::format;

const ROWS: usize = 20;

#[component]
pub(super) fn BarTable(bars: RwSignal<Vec<Bar>>) -> impl IntoView {
    view! {
        <details class="chart-table">
            <summary>"Last 20 bars as a table"</summary>
            <div class="table-scroll">
                <table class="data-table">
                    <caption class="visually-hidden">"The last 20 bars, newest first, times in UTC"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Time (UTC)"</th>
                            <th scope="col" class="num">"Open"</th>
                            <th scope="col" class="num">"High"</th>
                            <th scope="col" class="num">"Low"</th>
                            <th scope="col" class="num">"Close"</th>
                            <th scope="col" class="num">"Volume"</th>
                        </tr>
                    </thead>
                    <tbody>{move || bars.with(|bars| bars.iter().rev().take(ROWS).map(row).collect_view().into_any())}</tbody>
                </table>
            </div>
        </details>
    }
}

fn row(bar: &Bar) -> AnyView {
    view! {
        <tr>
            <th scope="row">{format::time(bar.t)}</th>
            <td class="num" data-label="Open">{format::price(bar.o)}</td>
            <td class="num" data-label="High">{format::price(bar.h)}</td>
            <td class="num" data-label="Low">{format::price(bar.l)}</td>
            <td class="num" data-label="Close">{format::price(bar.c)}</td>
            <td class="num" data-label="Volume">{format::compact(bar.v)}</td>
        </tr>
    }
    .into_any()
}
