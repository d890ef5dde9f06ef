//! Pages that are loaded when somebody goes there. With the feature `split` each is a part of the browser module of its own;
//! without it (development, the host) they are ordinary views.

use leptos::prelude::*;
#[cfg(feature = "split")]
use leptos_router::{Lazy, LazyRoute, lazy_route};

use crate::{
    components::RequireUser,
    pages::{DashboardPage, LandingPage, OrdersPage, PortfolioPage, ScreenerPage, SettingsPage, TradePage},
};

macro_rules! lazy_pages {
    ($($name:ident $route:ident => $view:expr;)+) => {
        $(
            #[cfg(feature = "split")]
            pub(crate) struct $route;

            #[cfg(feature = "split")]
            #[lazy_route]
            impl LazyRoute for $route {
                fn data() -> Self {
                    Self
                }

                fn view(_this: Self) -> AnyView {
                    $view.into_any()
                }
            }

            #[cfg(feature = "split")]
            pub(crate) fn $name() -> Lazy<$route> {
                Lazy::new()
            }

            #[cfg(not(feature = "split"))]
            pub(crate) fn $name() -> impl Fn() -> AnyView + Send + Clone + 'static {
                || $view.into_any()
            }
        )+
    };
}

lazy_pages! {
    landing LandingRoute => view! { <LandingPage/> };
    dashboard DashboardRoute => view! { <RequireUser><DashboardPage/></RequireUser> };
    trade TradeRoute => view! { <TradePage/> };
    portfolio PortfolioRoute => view! { <RequireUser><PortfolioPage/></RequireUser> };
    orders OrdersRoute => view! { <RequireUser><OrdersPage/></RequireUser> };
    screener ScreenerRoute => view! { <ScreenerPage/> };
    settings SettingsRoute => view! { <SettingsPage/> };
}
