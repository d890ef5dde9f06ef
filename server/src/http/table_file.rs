//! A table as a file to keep.

use axum::{
    http::{
        HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};

use super::problem::Failure;
use crate::services::ServiceError;

/// `name` is of letters, digits and hyphens.
pub(super) fn table_file(name: &str, written: Result<Vec<u8>, csv::Error>) -> Result<Response, Failure> {
    let table = written.map_err(|_| ServiceError::Internal("a table could not be written"))?;
    let name = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    let name = name.unwrap_or(HeaderValue::from_static("attachment"));
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), (CONTENT_DISPOSITION, name)], table).into_response())
}
