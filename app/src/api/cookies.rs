//! `Set-Cookie` on the answer of a server function. Only on the host.

use axum::http::{HeaderValue, header::SET_COOKIE};
use leptos::prelude::use_context;
use speedtrade::wire::Problem;

use super::ApiError;

/// What a browser keeps for a year and no script reads.
pub(super) fn for_a_year(name: &str, value: &str) -> String {
    format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly")
}

pub(super) fn set(cookies: &[String]) -> Result<(), ApiError> {
    let refused = || Problem::new(500, "internal", "Something went wrong on our side. Nothing was lost; try again.");
    let response = use_context::<leptos_axum::ResponseOptions>().ok_or_else(refused)?;
    for cookie in cookies {
        response.append_header(SET_COOKIE, HeaderValue::from_str(cookie).map_err(|_| refused())?);
    }
    Ok(())
}
