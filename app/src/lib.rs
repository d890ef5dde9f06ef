//! Everything a trader sees, rendered on the host and in the browser.

// A view is one type as deep as its tree; computing its layout is too.
#![recursion_limit = "512"]
#![expect(unreachable_pub, reason = "the component macro makes a second public item beside every component")]
#![expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]

pub mod api;
mod app;
#[cfg(feature = "ssr")]
mod assets;
#[cfg(feature = "ssr")]
pub mod backend;
pub mod chart;
pub mod components;
#[cfg(feature = "ssr")]
mod csp;
pub mod format;
pub mod live;
pub mod pages;
#[cfg(feature = "hydrate")]
mod pwa;
#[cfg(feature = "ssr")]
mod shell;
pub mod state;

pub use app::App;
#[cfg(feature = "ssr")]
pub use shell::shell;

/// The browser's entry: takes over the HTML that the host rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    pwa::load_page_on_redirect();
    wasm_bindgen_futures::spawn_local(async {
        pages::arrived().await;
        leptos::mount::hydrate_body(App);
    });
}
