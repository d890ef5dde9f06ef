//! How the desk looks: theme and the colors of up and down. Kept in cookies, so that the host renders it without a flash.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Dark,
    Light,
}

impl Theme {
    pub const ALL: [Theme; 3] = [Self::System, Self::Dark, Self::Light];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "As the system",
            Self::Dark => "Dark",
            Self::Light => "Light",
        }
    }

    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
}

/// Which colors mean up and down.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Colors {
    #[default]
    GreenRed,
    RedGreen,
    BlueOrange,
}

impl Colors {
    pub const ALL: [Colors; 3] = [Self::GreenRed, Self::RedGreen, Self::BlueOrange];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::GreenRed => "green-red",
            Self::RedGreen => "red-green",
            Self::BlueOrange => "blue-orange",
        }
    }

    pub const fn label(self) -> &'static str {
        match self {
            Self::GreenRed => "Green up, red down",
            Self::RedGreen => "Red up, green down",
            Self::BlueOrange => "Blue up, orange down",
        }
    }

    pub fn find(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colors| colors.as_str() == text)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    pub theme: Theme,
    pub colors: Colors,
}

pub const THEME_COOKIE: &str = "st_theme";
pub const COLORS_COOKIE: &str = "st_colors";

impl Preferences {
    pub fn parse(cookies: &str) -> Self {
        let mut found = Self::default();
        for (name, value) in cookies.split(';').filter_map(|pair| pair.trim().split_once('=')) {
            match name {
                THEME_COOKIE => found.theme = Theme::find(value).unwrap_or_default(),
                COLORS_COOKIE => found.colors = Colors::find(value).unwrap_or_default(),
                _ => {}
            }
        }
        found
    }

    #[cfg(feature = "ssr")]
    pub(crate) fn of_request() -> Self {
        let parts = use_context::<axum::http::request::Parts>();
        let cookies = parts.as_ref().and_then(|parts| parts.headers.get(axum::http::header::COOKIE)).and_then(|value| value.to_str().ok());
        cookies.map(Self::parse).unwrap_or_default()
    }

    /// As the host wrote them on the `html` element.
    #[cfg(not(feature = "ssr"))]
    fn of_request() -> Self {
        let root = document().document_element();
        let read = |name: &str| root.as_ref().and_then(|root| root.get_attribute(name)).unwrap_or_default();
        Self { theme: Theme::find(&read("data-theme")).unwrap_or_default(), colors: Colors::find(&read("data-colors")).unwrap_or_default() }
    }
}

#[derive(Clone, Copy)]
struct Look(RwSignal<Preferences>);

pub(crate) fn provide() {
    provide_context(Look(RwSignal::new(Preferences::of_request())));
}

/// The look in force; setting it through `apply` changes the page at once. Charts redraw when it changes.
pub fn use_preferences() -> ReadSignal<Preferences> {
    expect_context::<Look>().0.read_only()
}

/// Changes the look of this page now; `api::preferences` remembers it.
pub fn apply(preferences: Preferences) {
    expect_context::<Look>().0.set(preferences);
    #[cfg(feature = "hydrate")]
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", preferences.theme.as_str());
        let _ = root.set_attribute("data-colors", preferences.colors.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_cookie_values_fall_back() {
        let found = Preferences::parse("a=b; st_theme=dark; st_colors=plaid");
        assert_eq!(found, Preferences { theme: Theme::Dark, colors: Colors::GreenRed });
    }
}
