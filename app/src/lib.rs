//! Everything a trader sees, rendered on the host and in the browser.

pub mod api;
#[cfg(feature = "ssr")]
pub mod backend;
