//! Why somebody would want it.

use leptos::prelude::*;

use crate::components::{Icon, IconName};

const FEATURES: [(IconName, &str, &str); 6] = [
    (
        IconName::Trade,
        "Charts that stay smooth",
        "Candles and volume from one minute to one week, moving with every tick, with a table for those who read.",
    ),
    (
        IconName::Bolt,
        "A ticket that reads back",
        "“Buy 10 AAPL · $2,143.00”. The cost follows your typing; a double click places one order.",
    ),
    (IconName::Portfolio, "Money to the cent", "Cash, positions and profit from double-entry books that always sum to zero."),
    (
        IconName::Screener,
        "Screener under $100",
        "Two thousand stocks and coins, filtered, sorted and live, with the whole shares you can afford.",
    ),
    (
        IconName::Shield,
        "Checked before it leaves",
        "Every order passes the same risk rules twice: in your browser at once, on the host for certain.",
    ),
    (IconName::Lock, "Yours alone", "One program on your own machine. No third-party script, no tracker, no cloud account."),
];

#[component]
pub(super) fn Features() -> impl IntoView {
    view! {
        <section aria-labelledby="features-head">
            <h2 id="features-head" class="visually-hidden">"Features"</h2>
            <ul class="features">
                {FEATURES.into_iter().map(|(icon, head, words)| view! {
                    <li class="feature">
                        <span class="feature-icon"><Icon name=icon/></span>
                        <h3>{head}</h3>
                        <p>{words}</p>
                    </li>
                }.into_any()).collect_view()}
            </ul>
        </section>
    }
}
