//! What the page does in the browser besides rendering: the mark for tests, the service worker, whole loads after a redirect.

use leptos::{
    prelude::{document, window},
    server_fn::redirect::set_redirect_hook,
};

/// Marks the document and registers the service worker where the browser allows one.
pub(crate) fn hydrated() {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-hydrated", "true");
    }
    if window().is_secure_context() {
        let _ = window().navigator().service_worker().register("/sw.js");
    }
}

/// Server functions redirect after signing in and out: a whole load leaves nothing of the other user behind.
/// Before the router starts, because the first hook stays.
pub(crate) fn load_page_on_redirect() {
    let _ = set_redirect_hook(|path| {
        let _ = window().location().set_href(path);
    });
}
