//! From a symbol to what watches it.

use leptos::prelude::*;
use speedtrade::instrument::Symbol;

use crate::components::{Icon, IconName};

/// To the watchlists and the alerts with this symbol in their forms.
pub fn watch_links(symbol: &Symbol) -> AnyView {
    let slug = symbol.slug();
    let link = |path: &str, label: &str, icon, testid: &'static str| {
        let (href, label) = ([path, "?symbol=", &slug].concat(), [label, " ", symbol.as_str()].concat());
        view! { <a class="icon-button" href=href aria-label=label data-testid=testid><Icon name=icon/></a> }.into_any()
    };
    view! {
        <div class="trade-watch">
            {link("/watchlists", "Add to a watchlist:", IconName::Star, "watch-symbol")}
            {link("/alerts", "Create an alert for", IconName::Bell, "alert-symbol")}
        </div>
    }
    .into_any()
}
