//! Line icons drawn here, 24 by 24, in the color of the text around them.

use leptos::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    Home,
    Trade,
    Portfolio,
    Orders,
    Screener,
    Search,
    User,
    Settings,
    SignOut,
    Close,
    Check,
    Chevron,
    Eye,
    EyeOff,
    Bell,
    Star,
    Plus,
    Minus,
    Warning,
    Info,
    Lock,
    Bolt,
    Shield,
    Download,
    Refresh,
    Filter,
    Trash,
    Offline,
}

impl IconName {
    const fn path(self) -> &'static str {
        match self {
            Self::Home => "M4 11l8-7 8 7v8a1 1 0 0 1-1 1h-4v-6H9v6H5a1 1 0 0 1-1-1z",
            Self::Trade => "M7 4v3m0 8v5M5 7h4v8H5zM17 4v5m0 6v5M15 9h4v6h-4z",
            Self::Portfolio => "M12 3v9l7.5 4.5M12 3a9 9 0 1 0 7.5 13.5A9 9 0 0 0 12 3z",
            Self::Orders => "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
            Self::Screener => {
                "M4 7h9m5 0h2M4 17h3m5 0h8M13 4.8v4.4M17.5 7a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0zM11.5 17a2.2 2.2 0 1 1-4.4 0 2.2 2.2 0 0 1 4.4 0z"
            }
            Self::Search => "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
            Self::User => "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20a7.5 7.5 0 0 1 15 0",
            Self::Settings => "M4 7h10m4 0h2M4 12h2m4 0h10M4 17h8m4 0h4M16 5v4M8 10v4M14 15v4",
            Self::SignOut => "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Check => "M5 12.5l4.5 4.5L19 7.5",
            Self::Chevron => "M6 9l6 6 6-6",
            Self::Eye => "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
            Self::EyeOff => {
                "M4 4l16 16M9.5 5.9A9 9 0 0 1 12 5.5C18 5.5 21.5 12 21.5 12a17 17 0 0 1-3 3.7M6 7.6A17 17 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4-.9M10 10a3 3 0 0 0 4 4"
            }
            Self::Bell => "M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
            Self::Star => "M12 4l2.5 5.2 5.7.8-4.1 4 1 5.7L12 17l-5.1 2.7 1-5.7-4.1-4 5.7-.8z",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Minus => "M5 12h14",
            Self::Warning => "M12 4L2.5 20h19zM12 10v4M12 17h.01",
            Self::Info => "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
            Self::Lock => "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
            Self::Bolt => "M13 3L5 14h6l-1 7 8-11h-6z",
            Self::Shield => "M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-5",
            Self::Download => "M12 4v11M7 11l5 5 5-5M5 20h14",
            Self::Refresh => "M20 11a8 8 0 1 0-2.3 6.3M20 5v6h-6",
            Self::Filter => "M4 6h16M7 12h10M10 18h4",
            Self::Trash => "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
            Self::Offline => {
                "M4 4l16 16M5 12.5a10 10 0 0 1 4-2.5M2 9a15 15 0 0 1 4-2.6M10 6a15 15 0 0 1 12 3M15 10.5a10 10 0 0 1 4 2M8.5 16a5 5 0 0 1 5.5-1M12 20h.01"
            }
        }
    }
}

/// Decoration: the words beside it, or the button's `aria-label`, say what it means.
#[component]
pub fn Icon(name: IconName) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=name.path()></path>
        </svg>
    }
}
