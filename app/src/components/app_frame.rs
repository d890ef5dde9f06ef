//! What surrounds every page: header, main, footer, and the phone's bottom navigation.

use leptos::prelude::*;
use leptos_router::components::A;

use super::{
    Badge, BadgeKind,
    account_menu::AccountMenu,
    nav::{BottomNav, HeaderNav},
};
use crate::live::ConnectionPill;

#[component]
pub fn AppFrame(children: Children) -> impl IntoView {
    view! {
        <div class="frame">
            <header class="app-header">
                <A href="/" attr:class="logo">"SpeedTrade"</A>
                <HeaderNav/>
                <Badge kind=BadgeKind::Simulated text="Simulated"/>
                <Badge kind=BadgeKind::Paper text="Paper"/>
                <ConnectionPill/>
                <AccountMenu/>
            </header>
            <main id="main" class="app-main">{children()}</main>
            <Footer/>
            <BottomNav/>
        </div>
    }
}

#[component]
fn Footer() -> impl IntoView {
    view! {
        <footer class="app-footer">
            <p>"Simulated prices · paper trading · " <a href="https://www.tradingview.com/" rel="noopener noreferrer">"Charts by TradingView"</a></p>
        </footer>
    }
}
