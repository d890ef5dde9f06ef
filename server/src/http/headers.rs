//! Headers that every answer carries, and how long each kind may be kept.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), midi=(), payment=(), usb=()",
    ),
];

/// For what is not a page of the app: pages bring their own policy.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";
/// A service worker fetches under the policy of its own script.
const WORKER: &str = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";
const FOREVER: &str = "public, max-age=31536000, immutable";

/// What an address asks of its answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    policy: &'static str,
    keep_found: &'static str,
    keep_missing: &'static str,
}

impl Rules {
    pub(super) fn of(path: &str) -> Self {
        let policy = if path == "/sw.js" { WORKER } else { NOTHING };
        Self { policy, keep_found: keep(path, true), keep_missing: keep(path, false) }
    }

    pub(super) fn set(self, response: &mut Response) {
        let is_found = response.status().is_success() || response.status() == axum::http::StatusCode::NOT_MODIFIED;
        let headers = response.headers_mut();
        headers.reserve(ALWAYS.len() + 2);
        for (name, value) in ALWAYS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        default(headers, header::CONTENT_SECURITY_POLICY, self.policy);
        default(headers, header::CACHE_CONTROL, if is_found { self.keep_found } else { self.keep_missing });
    }
}

fn default(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

fn keep(path: &str, is_found: bool) -> &'static str {
    if path.starts_with("/api/") || path.starts_with("/fn/") {
        return "no-store";
    }
    let is_named_by_content = path.strip_prefix("/pkg/").is_some_and(is_hashed) || path.strip_prefix("/vendor/").is_some_and(is_versioned);
    if is_found && is_named_by_content { FOREVER } else { "no-cache" }
}

/// `app.<hash>.wasm`, and no snippet: those keep their names when they change.
fn is_hashed(file: &str) -> bool {
    let parts: Vec<_> = file.split('.').collect();
    !file.contains('/') && matches!(parts.as_slice(), [_, hash, _] if hash.len() >= 16)
}

/// `lightweight-charts-5.2.1/…` or `lightweight-charts-5.2.1.mjs`: a digit, a dot and a digit.
fn is_versioned(file: &str) -> bool {
    file.as_bytes().windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b'.' && w[2].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/pkg/app.Zm9vYmFyYmF6cXV4.wasm", FOREVER)]
    #[case("/pkg/app.wasm", "no-cache")]
    #[case("/pkg/snippets/a-0123456789abcdef/inline0.js", "no-cache")]
    #[case("/pkg/snippets/a.0123456789abcdef.js", "no-cache")]
    #[case("/vendor/lightweight-charts-5.2.1.mjs", FOREVER)]
    #[case("/vendor/lightweight-charts.mjs", "no-cache")]
    #[case("/sw.js", "no-cache")]
    #[case("/", "no-cache")]
    #[case("/api/v1/orders", "no-store")]
    #[case("/fn/place_order", "no-store")]
    fn how_long_answers_keep(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(keep(path, true), expected);
    }

    #[test]
    fn a_missing_file_is_never_kept() {
        assert_eq!(keep("/pkg/app.Zm9vYmFyYmF6cXV4.wasm", false), "no-cache");
    }
}
