//! Opening an account, signing in and out. The forms around these work before hydration as well.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::context::backend;
use super::{ApiError, Json};

/// Where somebody lands who did not come from a page of ours.
#[cfg(feature = "ssr")]
const HOME: &str = "/dashboard";

#[server(output = Json)]
pub async fn register(email: String, username: String, password: String, next: Option<String>) -> Result<(), ApiError> {
    let entered = backend()?.accounts.register(email, username, password).await?;
    answer(&entered.set_cookies, &safe_next(next.as_deref()))
}

#[server(output = Json)]
pub async fn login(email: String, password: String, next: Option<String>) -> Result<(), ApiError> {
    let entered = backend()?.accounts.sign_in(email, password).await?;
    answer(&entered.set_cookies, &safe_next(next.as_deref()))
}

#[server(output = Json)]
pub async fn logout() -> Result<(), ApiError> {
    let parts = use_context::<axum::http::request::Parts>();
    let cookies = parts.as_ref().and_then(|parts| parts.headers.get(axum::http::header::COOKIE)).and_then(|value| value.to_str().ok());
    let cleared = backend()?.accounts.sign_out(cookies.map(str::to_owned)).await?;
    answer(&cleared, "/")
}

#[cfg(feature = "ssr")]
fn answer(cookies: &[String], to: &str) -> Result<(), ApiError> {
    super::cookies::set(cookies)?;
    leptos_axum::redirect(to);
    Ok(())
}

/// A path of this site, or home: nobody is sent elsewhere by a crafted link.
#[cfg(feature = "ssr")]
fn safe_next(next: Option<&str>) -> String {
    let is_ours =
        |path: &&str| path.starts_with('/') && !path.starts_with("//") && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    next.filter(is_ours).unwrap_or(HOME).to_owned()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::safe_next;

    #[test]
    fn only_own_paths_are_followed() {
        assert_eq!(safe_next(Some("/trade/AAPL?x=1")), "/trade/AAPL?x=1");
        for other in ["", "trade", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb"] {
            assert_eq!(safe_next(Some(other)), "/dashboard", "{other}");
        }
    }
}
