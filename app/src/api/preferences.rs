//! Remembers how the desk looks, in cookies of a year. Anyone may choose, signed in or not.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::{backend, require_user};
use super::{ApiError, Json};
#[cfg(feature = "ssr")]
use crate::state::theme::{COLORS_COOKIE, Colors, THEME_COOKIE, Theme};

#[server(output = Json)]
pub async fn save_preferences(theme: String, colors: String) -> Result<(), ApiError> {
    let cookie = |name: &str, value: &str| format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    let theme = Theme::find(&theme).unwrap_or_default();
    let colors = Colors::find(&colors).unwrap_or_default();
    super::cookies::set(&[cookie(THEME_COOKIE, theme.as_str()), cookie(COLORS_COOKIE, colors.as_str())])
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
