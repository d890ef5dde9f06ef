//! The root of every page: contexts, frame and routes.

use leptos::prelude::*;
use leptos_meta::{Meta, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    components::{AppFrame, Toasts},
    live,
    pages::{LoginPage, NotFoundPage, OfflinePage, RegisterPage},
    routes,
    state::{session, theme, toasts},
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    session::provide();
    theme::provide();
    toasts::provide();
    live::provide();
    #[cfg(feature = "ssr")]
    crate::csp::send();
    #[cfg(feature = "hydrate")]
    Effect::new(crate::pwa::hydrated);

    view! {
        <Title formatter=|title: String| if title.starts_with("SpeedTrade") { title } else { title + " · SpeedTrade" }/>
        <Meta name="description" content="SpeedTrade is a self-hosted trading desk: live charts, paper orders, positions and a screener over simulated markets."/>
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
        <Routes fallback=NotFoundPage>
            <Route path=path!("/") view=routes::landing() ssr=SsrMode::Async/>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async/>
            <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async/>
            <Route path=path!("/dashboard") view=routes::dashboard() ssr=SsrMode::Async/>
            <Route path=path!("/trade/:symbol") view=routes::trade() ssr=SsrMode::Async/>
            <Route path=path!("/portfolio") view=routes::portfolio() ssr=SsrMode::Async/>
            <Route path=path!("/orders") view=routes::orders() ssr=SsrMode::Async/>
            <Route path=path!("/screener") view=routes::screener() ssr=SsrMode::Async/>
            <Route path=path!("/settings") view=routes::settings() ssr=SsrMode::Async/>
            <Route path=path!("/offline") view=OfflinePage ssr=SsrMode::Async/>
        </Routes>
    }
}
