//! Who may make a browser ask: only our own pages. One rule for changes, server functions and the WebSocket.
//!
//! Programs send neither `Sec-Fetch-Site` nor `Origin` nor our cookies, and pass. Forwarded headers are never read.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
};

use super::{problem::Failure, state::AppState};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guard {
    /// A change: programs without cookies pass.
    Change,
    /// A server function, for our own pages only.
    ServerFunction,
    /// The WebSocket: programs without cookies pass.
    Socket,
}

pub(super) fn refuse_foreign(state: &AppState, request: &mut Request) -> Result<(), Failure> {
    let Some(guard) = guard(request.method(), request.uri().path()) else { return Ok(()) };
    let has_session = {
        let (access, refresh) = state.cookies.tokens(request.headers());
        access.is_some() || refresh.is_some()
    };
    let own = own_origins(request.headers(), state.public_origin.as_deref());
    if !is_allowed(guard, request.method(), request.headers(), &own, has_session) {
        let detail = "This request came from another site. Open SpeedTrade itself to do this.";
        return Err(Failure::new(StatusCode::FORBIDDEN, "cross_origin", detail));
    }
    if guard == Guard::ServerFunction && !is_own_referer(request.headers(), &own) {
        // Leptos redirects forms to the referer: a foreign one would carry our answer away.
        request.headers_mut().remove(header::REFERER);
    }
    Ok(())
}

/// `None` for a plain read.
fn guard(method: &Method, path: &str) -> Option<Guard> {
    if path == "/ws" {
        Some(Guard::Socket)
    } else if path == "/fn" || path.starts_with("/fn/") {
        Some(Guard::ServerFunction)
    } else if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        None
    } else {
        Some(Guard::Change)
    }
}

fn is_allowed(guard: Guard, method: &Method, headers: &HeaderMap, own: &[String], has_session: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin"), _) => true,
        (Some("none"), _) => guard == Guard::ServerFunction && *method == Method::GET,
        (Some(_), _) => false,
        (None, Some(origin)) => own.iter().any(|o| o.eq_ignore_ascii_case(origin)),
        (None, None) => guard != Guard::ServerFunction && !has_session,
    }
}

/// The address people type, if it is configured, and otherwise the host that was asked.
fn own_origins(headers: &HeaderMap, public_origin: Option<&str>) -> Vec<String> {
    if let Some(origin) = public_origin {
        return vec![origin.to_owned()];
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    host.map(|host| format!("http://{host}")).into_iter().collect()
}

fn is_own_referer(headers: &HeaderMap, own: &[String]) -> bool {
    let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    own.iter().any(|origin| referer.strip_prefix(origin.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use rstest::rstest;

    use super::*;

    const OWN: &str = "http://desk.test:3000";

    #[rstest]
    // What browsers send.
    #[case("POST", "/fn/place", Some("same-origin"), None, false, true)]
    #[case("POST", "/fn/place", Some("cross-site"), Some(OWN), true, false)]
    #[case("POST", "/fn/place", Some("same-site"), None, true, false)]
    #[case("POST", "/fn/place", Some("none"), None, true, false)]
    #[case("GET", "/fn/read", Some("none"), None, true, true)]
    #[case("GET", "/fn/read", Some("cross-site"), None, true, false)]
    #[case("POST", "/fn/place", None, Some(OWN), true, true)]
    #[case("POST", "/fn/place", None, Some("http://evil.test"), true, false)]
    #[case("POST", "/fn/place", None, Some("null"), true, false)]
    #[case("POST", "/fn/place", None, Some("http://desk.test:3000.evil.test"), true, false)]
    // A server function is never for programs.
    #[case("POST", "/fn/place", None, None, false, false)]
    // REST: programs pass, a browser's cookies need a header.
    #[case("POST", "/api/v1/orders", None, None, false, true)]
    #[case("POST", "/api/v1/orders", None, None, true, false)]
    #[case("DELETE", "/api/v1/orders", Some("cross-site"), None, true, false)]
    #[case("POST", "/api/v1/auth/login", None, Some("http://evil.test"), false, false)]
    #[case("GET", "/api/v1/orders", Some("cross-site"), None, true, true)]
    // The socket.
    #[case("GET", "/ws", None, Some(OWN), true, true)]
    #[case("GET", "/ws", None, Some("http://evil.test"), false, false)]
    #[case("GET", "/ws", None, None, true, false)]
    #[case("GET", "/ws", None, None, false, true)]
    #[case("GET", "/ws", Some("none"), None, false, false)]
    // Pages are reached from anywhere.
    #[case("GET", "/dashboard", Some("cross-site"), None, true, true)]
    fn the_same_origin_matrix(
        #[case] method: Method,
        #[case] path: &str,
        #[case] site: Option<&'static str>,
        #[case] origin: Option<&'static str>,
        #[case] has_session: bool,
        #[case] expected: bool,
    ) {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("desk.test:3000"));
        for (name, value) in [("sec-fetch-site", site), ("origin", origin)] {
            if let Some(value) = value {
                headers.insert(name, HeaderValue::from_static(value));
            }
        }
        let own = own_origins(&headers, None);
        let is_allowed = guard(&method, path).is_none_or(|guard| is_allowed(guard, &method, &headers, &own, has_session));
        assert_eq!(is_allowed, expected);
    }

    #[test]
    fn a_configured_address_is_the_only_own_origin() {
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static("10.0.0.1:3000"));
        headers.insert("x-forwarded-host", HeaderValue::from_static("evil.test"));
        assert_eq!(own_origins(&headers, Some("https://desk.example.org")), ["https://desk.example.org"]);
    }

    #[test]
    fn foreign_referers_are_known() {
        let own = [OWN.to_owned()];
        for (referer, expected) in
            [(OWN, true), ("http://desk.test:3000/login", true), ("http://desk.test:30001/x", false), ("http://evil.test/", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, HeaderValue::from_static(referer));
            assert_eq!(is_own_referer(&headers, &own), expected, "{referer}");
        }
    }
}
