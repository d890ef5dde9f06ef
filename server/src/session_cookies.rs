//! The browser's session: two HttpOnly cookies. Over https they carry the `__Host-` prefix, so no other host can set them.

use axum::http::{HeaderMap, header};

use crate::services::sessions::{ACCESS_SECONDS, REFRESH_SECONDS, Tokens};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CookieStyle {
    /// Served over https: `__Host-`, `Secure`.
    Secure,
    /// Plain http on the own machine.
    Plain,
}

impl CookieStyle {
    pub(crate) const fn access(self) -> &'static str {
        match self {
            Self::Secure => "__Host-st_access",
            Self::Plain => "st_access",
        }
    }

    pub(crate) const fn refresh(self) -> &'static str {
        match self {
            Self::Secure => "__Host-st_refresh",
            Self::Plain => "st_refresh",
        }
    }

    /// The `Set-Cookie` values of a session.
    pub(crate) fn set(self, tokens: &Tokens) -> Vec<String> {
        vec![self.cookie(self.access(), &tokens.access, ACCESS_SECONDS), self.cookie(self.refresh(), &tokens.refresh, REFRESH_SECONDS)]
    }

    /// The `Set-Cookie` values that end it.
    pub(crate) fn clear(self) -> Vec<String> {
        vec![self.cookie(self.access(), "", 0), self.cookie(self.refresh(), "", 0)]
    }

    fn cookie(self, name: &str, value: &str, seconds: i64) -> String {
        let secure = match self {
            Self::Secure => "; Secure",
            Self::Plain => "",
        };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
    }

    /// The access and refresh tokens of a request's cookies.
    pub(crate) fn tokens(self, headers: &HeaderMap) -> (Option<String>, Option<String>) {
        (find(headers, self.access()), find(headers, self.refresh()))
    }
}

/// The first cookie of that name that isn't empty.
pub(crate) fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    let pairs = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    let named = pairs.filter_map(|pair| pair.trim().split_once('=')).find(|(key, value)| *key == name && !value.is_empty());
    named.map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("xst_access=no; st_access=; theme=dark"));
        headers.append(header::COOKIE, HeaderValue::from_static("st_access=yes=; st_refresh=r"));
        assert_eq!(CookieStyle::Plain.tokens(&headers), (Some("yes=".to_owned()), Some("r".to_owned())));
        assert_eq!(CookieStyle::Secure.tokens(&headers), (None, None));
    }

    #[test]
    fn cookies_over_https_are_bound_to_the_host() {
        let tokens = Tokens { access: "a".to_owned(), refresh: "r".to_owned() };
        assert_eq!(CookieStyle::Secure.set(&tokens)[0], "__Host-st_access=a; Path=/; HttpOnly; SameSite=Lax; Max-Age=1800; Secure");
        assert_eq!(CookieStyle::Plain.clear()[1], "st_refresh=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    }
}
