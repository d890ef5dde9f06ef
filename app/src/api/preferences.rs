//! Remembers how the desk looks, in cookies of a year. Anyone may choose, signed in or not.

use leptos::prelude::*;

use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use super::{
    context::{backend, require_user},
    cookies::{for_a_year, set},
};
#[cfg(feature = "ssr")]
use crate::state::theme::{COLORS_COOKIE, Colors, THEME_COOKIE, Theme};

#[server(output = Json)]
pub async fn save_preferences(theme: String, colors: String) -> Result<(), ApiError> {
    let theme = Theme::find(&theme).unwrap_or_default();
    let colors = Colors::find(&colors).unwrap_or_default();
    set(&[for_a_year(THEME_COOKIE, theme.as_str()), for_a_year(COLORS_COOKIE, colors.as_str())])
}

/// The name that the layout of charts is kept under.
#[cfg(feature = "ssr")]
const CHART: &str = "chart";

/// How the trader's charts are set up, as the chart wrote it; `None` before the first change.
#[server(input = Json, output = Json)]
pub async fn chart_layout() -> Result<Option<String>, ApiError> {
    Ok(backend()?.accounts.preference(require_user()?.id, CHART).await?)
}

#[server(input = Json, output = Json)]
pub async fn save_chart_layout(layout: String) -> Result<(), ApiError> {
    Ok(backend()?.accounts.set_preference(require_user()?.id, CHART, layout).await?)
}
