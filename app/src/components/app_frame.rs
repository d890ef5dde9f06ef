//! What surrounds every page: header, main, footer, and the phone's bottom navigation.

use leptos::prelude::*;

use super::{
    Badge, BadgeKind, Later,
    account_menu::AccountMenu,
    logo::Logo,
    nav::{BottomNav, HeaderNav},
    symbol_search::SymbolSearch,
};
use crate::{
    live::ConnectionPill,
    state::{
        account::{self, Money},
        prices,
    },
};

#[component]
pub fn AppFrame(children: Children) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    focus_what_was_opened();
    let prices = prices::label();
    let kind = if prices::is_simulated(&prices) { BadgeKind::Simulated } else { BadgeKind::Neutral };
    let said = prices.clone();
    let account = account::account();
    view! {
        <div class="frame">
            <header class="app-header">
                <Later>
                    <Logo/>
                    <HeaderNav/>
                </Later>
                <Later class="header-end">
                    <SymbolSearch/>
                    <div class="header-badges">
                        <Badge kind text=prices/>
                        <a href="/accounts" class="account-badge" data-testid="account-badge"><Badge kind=account::badge(account.money) text=account.words/></a>
                    </div>
                    <ConnectionPill/>
                    <AccountMenu/>
                </Later>
            </header>
            <main id="main" class="app-main" tabindex="-1">{children()}</main>
            <Footer prices=said/>
            <Later><BottomNav/></Later>
        </div>
    }
}

/// Another page without a whole load: keyboard and screen reader go on where it begins, not where its link was.
#[cfg(feature = "hydrate")]
fn focus_what_was_opened() {
    use leptos::{wasm_bindgen::JsCast, web_sys::HtmlElement};
    let path = leptos_router::hooks::use_location().pathname;
    crate::state::effect::on_change(
        move || path.get(),
        |_, _| {
            let main = document().get_element_by_id("main").and_then(|main| main.dyn_into::<HtmlElement>().ok());
            if let Some(main) = main {
                let _ = main.focus();
            }
        },
    );
}

fn money_words() -> &'static str {
    match account::account().money {
        Money::Paper => "paper trading · no real money moves",
        Money::Practice => "a practice account at a venue · no real money moves",
        Money::Live => "REAL MONEY: orders go to the venue",
    }
}

#[component]
fn Footer(prices: String) -> impl IntoView {
    let prices = if prices::is_simulated(&prices) { format!("{prices} prices") } else { prices };
    view! {
        <footer class="app-footer">
            <p>{prices} " · " {money_words()}</p>
            <a href="https://www.tradingview.com/" rel="noopener noreferrer" target="_blank">"Charts by TradingView"</a>
        </footer>
    }
}
