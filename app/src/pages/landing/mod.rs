//! What this is, what it shows, and the two ways in.

mod features;
mod picture;
mod strip;

use leptos::prelude::*;
use leptos_meta::Title;

use self::{features::Features, picture::Picture, strip::TickerStrip};
use crate::{components::Later, state::session::use_user};

#[component]
pub fn LandingPage() -> impl IntoView {
    view! {
        <Title text="SpeedTrade · a trading desk of your own"/>
        <div class="landing">
            <section class="hero">
                <div class="hero-words">
                    <p class="hero-kicker">"Self-hosted · paper trading · simulated markets"</p>
                    <h1>"A trading desk that keeps up with you."</h1>
                    <p class="hero-lead">
                        "Live charts, an order ticket that can’t be mistyped, positions to the cent and a screener under $100. "
                        "One program, on your machine, with $100,000 of paper money to practise with."
                    </p>
                    <WaysIn/>
                </div>
                <Picture/>
            </section>
            <TickerStrip/>
            <Later>
                <Features/>
                <Steps/>
            </Later>
        </div>
    }
}

#[component]
fn WaysIn() -> impl IntoView {
    let is_signed_in = use_user().is_some();
    let (path, words) = if is_signed_in { ("/dashboard", "Open your desk") } else { ("/register", "Create a free account") };
    view! {
        <div class="hero-actions">
            <a href=path class="button button-primary button-large">{words}</a>
            <a href="/trade/AAPL" class="button button-quiet button-large">"Try the demo"</a>
        </div>
        <p class="hero-note">
            {if is_signed_in {
                view! { "You are signed in. Your paper account is where you left it." }.into_any()
            } else {
                view! { "No card, no broker. Already here before? " <a href="/login">"Sign in"</a> }.into_any()
            }}
        </p>
    }
}

#[component]
fn Steps() -> impl IntoView {
    const STEPS: [(&str, &str); 3] = [
        ("Look around", "Charts, quotes and the screener are open to everybody. Nothing to install, nothing to sign."),
        ("Open a paper account", "A name, an email and a password. It starts with $100,000 that nobody can lose."),
        ("Trade", "Market, limit and stop orders fill against simulated prices. Positions, cash and profit follow at once."),
    ];
    view! {
        <section class="steps" aria-labelledby="steps-head">
            <h2 id="steps-head">"From here to the first fill in a minute"</h2>
            <ol>
                {STEPS.into_iter().map(|(head, words)| view! {
                    <li>
                        <h3>{head}</h3>
                        <p>{words}</p>
                    </li>
                }.into_any()).collect_view()}
            </ol>
        </section>
    }
}
