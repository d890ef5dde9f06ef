//! Pages that the browser fetches when somebody goes there: all but the start page, the trade page and messages.
//!
//! `cargo leptos build --split` moves what only `show` reaches into a file of its own. Code that the first load must not
//! carry belongs behind it; what the start or the trade page calls as well stays in the program that every page loads.

use leptos::{prelude::*, wasm_split::SplitLoaderError};
use leptos_router::{ChooseView, hooks::use_url, location::Url};

use super::{
    AccountsPage, AlertsPage, AllAccountsPage, DashboardPage, FeedsPage, LoginPage, OrderPage, OrdersPage, PortfolioPage, RegisterPage,
    ScreenerPage, SettingsPage, WatchlistsPage,
};
use crate::components::RequireUser;

#[derive(Clone, Copy)]
pub(crate) enum LazyPage {
    Login,
    Register,
    Dashboard,
    Portfolio,
    Orders,
    Order,
    Screener,
    Settings,
    Watchlists,
    Alerts,
    Accounts,
    AllAccounts,
    Feeds,
}

impl ChooseView for LazyPage {
    async fn choose(self) -> AnyView {
        let address = use_url();
        match show(self).await {
            Ok(view) => view,
            Err(_) => load_whole(&address.read_untracked()),
        }
    }

    async fn preload(&self) {
        let _ = fetch().await;
    }
}

/// Every way into the pages' file. It can fail: by not being there.
#[allow(clippy::unnecessary_wraps, reason = "the macro's wrapper adds the failure, on the browser's side alone")]
#[leptos::wasm_split::wasm_split(pages, wasm_split_path = leptos::wasm_split, preload(fetch), fallible)]
fn show(page: LazyPage) -> Result<AnyView, SplitLoaderError> {
    let view = match page {
        LazyPage::Login => view! { <LoginPage/> }.into_any(),
        LazyPage::Register => view! { <RegisterPage/> }.into_any(),
        LazyPage::Dashboard => view! { <RequireUser><DashboardPage/></RequireUser> }.into_any(),
        LazyPage::Portfolio => view! { <RequireUser><PortfolioPage/></RequireUser> }.into_any(),
        LazyPage::Orders => view! { <RequireUser><OrdersPage/></RequireUser> }.into_any(),
        LazyPage::Order => view! { <RequireUser><OrderPage/></RequireUser> }.into_any(),
        LazyPage::Screener => view! { <ScreenerPage/> }.into_any(),
        LazyPage::Settings => view! { <SettingsPage/> }.into_any(),
        LazyPage::Watchlists => view! { <RequireUser><WatchlistsPage/></RequireUser> }.into_any(),
        LazyPage::Alerts => view! { <RequireUser><AlertsPage/></RequireUser> }.into_any(),
        LazyPage::Feeds => view! { <FeedsPage/> }.into_any(),
        LazyPage::AllAccounts => view! { <RequireUser><AllAccountsPage/></RequireUser> }.into_any(),
        LazyPage::Accounts => view! { <RequireUser><AccountsPage/></RequireUser> }.into_any(),
    };
    Ok(view)
}

/// No network, or a newer build on the host: the host's page of that address says which.
fn load_whole(address: &Url) -> AnyView {
    let query = if address.search().is_empty() { String::new() } else { ["?", address.search()].concat() };
    let _ = window().location().assign(&[address.path(), &query].concat());
    ().into_any()
}

/// Waits until the page at hand can be taken over: its file is there, however often that takes.
#[cfg(feature = "hydrate")]
pub(crate) async fn arrived() {
    let path = window().location().pathname().unwrap_or_default();
    let is_whole = path == "/" || path == "/offline" || path.starts_with("/trade/");
    while !is_whole && fetch().await.is_err() {
        gloo_timers::future::TimeoutFuture::new(RETRY_MS).await;
    }
}

#[cfg(feature = "hydrate")]
const RETRY_MS: u32 = 3_000;
