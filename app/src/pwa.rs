//! What happens once the page is alive in the browser: the mark for tests, and the service worker.

use leptos::prelude::{document, window};

/// Marks the document and registers the service worker where the browser allows one.
pub(crate) fn hydrated() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "true");
    }
    if window().is_secure_context() {
        let _ = window().navigator().service_worker().register("/sw.js");
    }
}
