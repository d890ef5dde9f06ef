//! Remembers how the desk looks, in cookies of a year. Anyone may choose, signed in or not.

use leptos::prelude::*;

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
