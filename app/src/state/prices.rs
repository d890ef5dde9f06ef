//! Where this desk's prices come from, in a word that stands on every page. Fixed while the host runs.

const SIMULATED: &str = "Simulated";

/// `Simulated`, `Live prices`, or `Some live prices`.
#[cfg(feature = "ssr")]
pub fn label() -> String {
    let backend = leptos::prelude::use_context::<crate::backend::Backend>();
    backend.map_or(SIMULATED, |backend| backend.market.source_label()).to_owned()
}

/// As the host wrote it into the page.
#[cfg(not(feature = "ssr"))]
pub fn label() -> String {
    let root = leptos::prelude::document().document_element();
    root.and_then(|root| root.get_attribute("data-prices")).unwrap_or_else(|| SIMULATED.to_owned())
}

pub fn is_simulated(label: &str) -> bool {
    label == SIMULATED
}
