//! The root of every page: contexts, frame and routes.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    path,
};

#[cfg(feature = "hydrate")]
use crate::components::later;
use crate::{
    components::{AppFrame, Toasts},
    live,
    pages::{LandingPage, LazyPage, NotFoundPage, OfflinePage, TradePage},
    state::{session, theme, toasts},
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    session::provide();
    theme::provide();
    toasts::provide();
    #[cfg(feature = "hydrate")]
    later::provide();
    live::provide();
    #[cfg(feature = "ssr")]
    crate::csp::send();
    #[cfg(feature = "hydrate")]
    later::once_awake(crate::pwa::hydrated);

    view! {
        <Title formatter=|title: String| if title.starts_with("SpeedTrade") { title } else { title + " · SpeedTrade" }/>
        <Router>
            <a class="skip-link" href="#main">"Skip to content"</a>
            <AppFrame>
                <AppRoutes/>
            </AppFrame>
            <Toasts/>
        </Router>
    }
}

#[component]
fn AppRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFoundPage>
            <Route path=path!("/") view=LandingPage ssr=SsrMode::Async/>
            <Route path=path!("/login") view=LazyPage::Login ssr=SsrMode::Async/>
            <Route path=path!("/register") view=LazyPage::Register ssr=SsrMode::Async/>
            <Route path=path!("/dashboard") view=LazyPage::Dashboard ssr=SsrMode::Async/>
            <Route path=path!("/trade/:symbol") view=TradePage ssr=SsrMode::Async/>
            <Route path=path!("/portfolio") view=LazyPage::Portfolio ssr=SsrMode::Async/>
            <Route path=path!("/portfolio/all") view=LazyPage::AllAccounts ssr=SsrMode::Async/>
            <Route path=path!("/orders") view=LazyPage::Orders ssr=SsrMode::Async/>
            <Route path=path!("/orders/:id") view=LazyPage::Order ssr=SsrMode::Async/>
            <Route path=path!("/screener") view=LazyPage::Screener ssr=SsrMode::Async/>
            <Route path=path!("/watchlists") view=LazyPage::Watchlists ssr=SsrMode::Async/>
            <Route path=path!("/alerts") view=LazyPage::Alerts ssr=SsrMode::Async/>
            <Route path=path!("/accounts") view=LazyPage::Accounts ssr=SsrMode::Async/>
            <Route path=path!("/feeds") view=LazyPage::Feeds ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=LazyPage::Settings ssr=SsrMode::Async/>
            <Route path=path!("/offline") view=OfflinePage ssr=SsrMode::Async/>
        </FlatRoutes>
    }
}
