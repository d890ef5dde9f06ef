//! The HTML around every page. Our own, because the stock one puts the CSP nonce where a page can read it.
//!
//! Must hold no inline style, and the nonce on script elements only.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{
    App,
    assets::Assets,
    state::{account, prices, theme::Preferences},
};

const DESCRIPTION: &str =
    "SpeedTrade is a self-hosted trading desk: live charts, paper orders, positions and a screener over simulated markets.";

pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = Assets::of(&options);
    let preferences = Preferences::of_request();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=preferences.theme.as_str() data-colors=preferences.colors.as_str() data-prices=prices::label() data-account=account::text()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"/>
                <meta name="description" content=DESCRIPTION/>
                <link rel="stylesheet" href=assets.css.as_str()/>
                <Icons/>
                <MetaTags/>
                <Program assets/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[component]
fn Icons() -> impl IntoView {
    view! {
        <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
        <link rel="icon" href="/favicon.ico" sizes="32x32"/>
        <link rel="apple-touch-icon" href="/icons/apple-touch-icon.png"/>
        <link rel="manifest" href="/manifest.webmanifest"/>
        {theme_color("#f7f8fa", "(prefers-color-scheme: light)")}
        {theme_color("#0b0d12", "(prefers-color-scheme: dark)")}
        <meta name="color-scheme" content="dark light"/>
        <meta name="mobile-web-app-capable" content="yes"/>
        <meta name="apple-mobile-web-app-status-bar-style" content="default"/>
    }
}

/// Loads the WASM once the page stands, and hands the page over to it: what is seen first waits for nothing.
/// Without a network the page stays what it is, and the program is asked for again.
#[component]
fn Program(assets: &'static Assets) -> impl IntoView {
    let script = format!(
        r#"const load=()=>import("{}").then(app=>app.default({{module_or_path:"{}"}}).then(()=>app));
const start=()=>load().then(app=>app.hydrate(),()=>setTimeout(start,3000));
const soon=()=>requestAnimationFrame(()=>setTimeout(start));
document.readyState==="complete"?soon():addEventListener("load",soon);"#,
        assets.js, assets.wasm
    );
    view! {
        <script type="module" nonce=use_nonce()>
            {script}
        </script>
    }
}

fn theme_color(color: &'static str, media: &'static str) -> impl IntoView {
    leptos::html::meta().name("theme-color").content(color).attr("media", media)
}
