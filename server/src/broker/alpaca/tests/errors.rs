//! What each refusal means for an order, a replacement, a cancel and a question.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};
use rstest::rstest;

use crate::broker::{
    CancelError, SubmitError, VenueError,
    alpaca::errors::{of_cancel, of_order, of_question, of_replacement},
    http::Answer,
};

fn answer(status: u16, body: &str) -> Answer {
    let status = StatusCode::from_u16(status).expect("a status");
    Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
}

#[rstest]
#[case(400, r#"{"code":40010000,"message":"request body format is invalid"}"#, "40010000")]
#[case(401, r#"{"code":40110000,"message":"request is not authorized"}"#, "40110000")]
#[case(403, r#"{"code":40310000,"message":"insufficient buying power","buying_power":"0"}"#, "40310000")]
#[case(403, r#"{"message": "forbidden."}"#, "http_403")]
#[case(403, "<html>", "http_403")]
#[case(401, "", "http_401")]
#[case(
    422,
    r#"{"code":42210000,"message":"invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing criteria"}"#,
    "42210000"
)]
#[case(422, r#"{"code":40010001,"message":"qty must be > 0"}"#, "40010001")]
fn a_listed_refusal_is_definite(#[case] status: u16, #[case] body: &str, #[case] code: &str) {
    let told = of_order(&answer(status, body));
    assert!(matches!(&told, SubmitError::Rejected { code: told, .. } if told == code), "{told:?}");
}

#[test]
fn a_name_that_was_taken_proves_that_the_order_is_there() {
    assert_eq!(of_order(&answer(422, r#"{"code":40010001,"message":"client_order_id must be unique"}"#)), SubmitError::Exists);
}

#[rstest]
#[case(400, "<html>")]
#[case(422, "")]
#[case(404, r#"{"code":40410000,"message":"not found"}"#)]
#[case(408, "")]
#[case(409, r#"{"message":"conflict"}"#)]
#[case(429, r#"{"code":42910000,"message":"rate limit exceeded"}"#)]
#[case(500, r#"{"code":50010000,"message":"internal server error occurred"}"#)]
#[case(504, "upstream request timeout")]
#[case(302, "")]
fn everything_else_is_unknown(#[case] status: u16, #[case] body: &str) {
    let told = of_order(&answer(status, body));
    assert!(matches!(told, SubmitError::Unknown { .. }), "{told:?}");
}

#[test]
fn a_replacement_of_what_is_not_there_is_refused() {
    let gone = answer(404, r#"{"code":40410000,"message":"order not found for 1"}"#);
    assert!(matches!(of_replacement(&gone), SubmitError::Rejected { code, .. } if code == "40410000"));
    let over = answer(422, r#"{"code":42210000,"message":"cannot replace order in filled status"}"#);
    assert!(matches!(of_replacement(&over), SubmitError::Rejected { .. }));
    assert!(matches!(of_replacement(&answer(404, "<html>")), SubmitError::Unknown { .. }));
}

#[rstest]
#[case(404, CancelError::NotOpen)]
#[case(422, CancelError::NotOpen)]
#[case(500, CancelError::Unknown { detail: "500 Internal Server Error".to_owned(), retry_after: None })]
#[case(408, CancelError::Unknown { detail: "408 Request Timeout".to_owned(), retry_after: None })]
fn a_cancel_is_told_from_its_status(#[case] status: u16, #[case] meaning: CancelError) {
    assert_eq!(of_cancel(&answer(status, "")), meaning);
}

#[test]
fn the_wait_is_the_venues_own() {
    let mut limited = answer(429, r#"{"code":42910000,"message":"rate limit exceeded"}"#);
    limited.headers.insert(RETRY_AFTER, HeaderValue::from_static("3"));
    let wait = Some(Duration::from_secs(3));
    assert!(matches!(of_order(&limited), SubmitError::Unknown { retry_after, .. } if retry_after == wait));
    assert!(matches!(of_cancel(&limited), CancelError::Unknown { retry_after, .. } if retry_after == wait));
    assert_eq!(of_question(&limited), VenueError::RateLimited { retry_after: wait });
}

#[rstest]
#[case(401, r#"{"code":40110000,"message":"request is not authorized"}"#, "not authorized")]
#[case(403, r#"{"message": "forbidden."}"#, "not authorized")]
#[case(422, r#"{"code":42210000,"message":"invalid after"}"#, "refused (42210000)")]
#[case(502, "<html>", "not reachable")]
#[case(404, "<html>", "not reachable")]
fn a_question_says_why_it_was_not_answered(#[case] status: u16, #[case] body: &str, #[case] words: &str) {
    let told = of_question(&answer(status, body)).to_string();
    assert!(told.starts_with(words), "{told}");
}
