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
                    <tbody inner_html=move || bars.with(|bars| body(bars))></tbody>
                </table>
            </div>
        </details>
    }
}

/// As text, which nothing in it needs to be escaped for: a hundred and twenty cells that the browser need not walk through.
fn body(bars: &[Bar]) -> String {
    bars.iter().rev().take(ROWS).map(row).collect()
}

fn row(bar: &Bar) -> String {
    let cell = |label: &str, value: String| format!(r#"<td class="num" data-label="{label}">{value}</td>"#);
    let cells = [
        cell("Open", format::price(bar.o)),
        cell("High", format::price(bar.h)),
        cell("Low", format::price(bar.l)),
        cell("Close", format::price(bar.c)),
        cell("Volume", format::compact(bar.v)),
    ];
    format!(r#"<tr><th scope="row">{}</th>{}</tr>"#, format::time(bar.t), cells.concat())
}
