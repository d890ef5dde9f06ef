//! What each refusal means for an order, a cancel and a question.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header::RETRY_AFTER};
use rstest::rstest;

use crate::broker::{
    CancelError, SubmitError, VenueError,
    binance::errors::{DEFINITE, of_cancel, of_order, of_question},
    http::Answer,
};

fn answer(status: u16, body: &str) -> Answer {
    let status = StatusCode::from_u16(status).expect("a status");
    Answer { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
}

fn refusal(status: u16, code: i64, msg: &str) -> Answer {
    answer(status, &format!(r#"{{"code":{code},"msg":"{msg}"}}"#))
}

#[test]
fn every_listed_code_is_a_refusal_and_never_one_with_a_5xx_or_a_429() {
    for &code in DEFINITE {
        let told = of_order(&refusal(400, code, "Filter failure: LOT_SIZE"));
        let expected = SubmitError::Rejected { code: code.to_string(), message: "Filter failure: LOT_SIZE".to_owned() };
        assert_eq!(told, expected);
        for status in [418, 429, 500, 502, 503, 504] {
            let told = of_order(&refusal(status, code, ""));
            assert!(matches!(told, SubmitError::Unknown { .. }), "{status} {code}: {told:?}");
        }
    }
}

#[rstest]
#[case::unknown_error(refusal(400, -1000, "An unknown error occurred while processing the request."))]
#[case::disconnected(refusal(400, -1001, "Internal error"))]
#[case::too_many_requests(refusal(400, -1003, "Too much request weight used"))]
#[case::unexpected_response(refusal(400, -1006, "Execution status unknown."))]
#[case::time_out(refusal(400, -1007, "Send status unknown; execution status unknown."))]
#[case::overloaded(refusal(400, -1008, "Server is currently overloaded"))]
#[case::unlisted(refusal(400, -9_999, "new"))]
#[case::a_page(answer(400, "<html>"))]
#[case::no_words(answer(400, ""))]
#[case::gone(answer(404, ""))]
#[case::redirect(answer(302, ""))]
#[case::time_out_of_a_proxy(answer(408, ""))]
fn an_order_whose_refusal_is_not_listed_is_unknown(#[case] answer: Answer) {
    let told = of_order(&answer);
    assert!(matches!(told, SubmitError::Unknown { .. }), "{told:?}");
}

#[test]
fn a_duplicate_proves_that_the_order_is_there() {
    assert_eq!(of_order(&refusal(400, -2010, "Duplicate order sent.")), SubmitError::Exists);
    let told = of_order(&refusal(400, -2010, "Account has insufficient balance for requested action."));
    assert!(matches!(told, SubmitError::Rejected { .. }));
}

#[rstest]
#[case(401)]
#[case(403)]
fn what_a_key_may_not_do_is_refused_for_good(#[case] status: u16) {
    let told = of_order(&answer(status, "<html>"));
    assert!(matches!(&told, SubmitError::Rejected { code, .. } if *code == format!("http_{status}")), "{told:?}");
    assert!(matches!(of_cancel(&answer(status, "")), CancelError::Refused { .. }));
}

#[test]
fn the_wait_is_the_venues_own() {
    let mut limited = refusal(429, -1003, "Too many requests");
    limited.headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
    let wait = Some(Duration::from_secs(7));
    assert!(matches!(of_order(&limited), SubmitError::Unknown { retry_after, .. } if retry_after == wait));
    assert!(matches!(of_cancel(&limited), CancelError::Unknown { retry_after, .. } if retry_after == wait));
    assert_eq!(of_question(&limited), VenueError::RateLimited { retry_after: wait });
    assert_eq!(of_question(&answer(418, "")), VenueError::RateLimited { retry_after: None });
}

fn halves(status: u16, code: i64, cancel: &str, new: &str, responses: &str) -> Answer {
    let data = format!(r#"{{"cancelResult":"{cancel}","newOrderResult":"{new}",{responses}}}"#);
    answer(status, &format!(r#"{{"code":{code},"msg":"Order cancel-replace failed.","data":{data}}}"#))
}

#[rstest]
#[case::nothing_done(
    halves(400, -2022, "FAILURE", "NOT_ATTEMPTED", r#""cancelResponse":{"code":-2011,"msg":"Unknown order sent."},"newOrderResponse":null"#),
    "-2011"
)]
#[case::canceled_and_refused(
    halves(409, -2021, "SUCCESS", "FAILURE", r#""cancelResponse":{"symbol":"BTCUSDT"},"newOrderResponse":{"code":-2010,"msg":"Insufficient"}"#),
    "-2010"
)]
fn a_replacement_that_placed_nothing_is_refused(#[case] answer: Answer, #[case] code: &str) {
    let told = of_order(&answer);
    assert!(matches!(&told, SubmitError::Rejected { code: told, .. } if told == code), "{told:?}");
}

#[test]
fn a_replacement_that_may_have_placed_something_is_unknown() {
    let responses = r#""cancelResponse":{"symbol":"BTCUSDT"},"newOrderResponse":{"code":-1007,"msg":"Timeout"}"#;
    assert!(matches!(of_order(&halves(409, -2021, "SUCCESS", "FAILURE", responses)), SubmitError::Unknown { .. }));
    assert!(matches!(of_order(&refusal(409, -2021, "no halves")), SubmitError::Unknown { .. }));
}

#[rstest]
#[case(refusal(400, -2011, "Unknown order sent."))]
#[case(refusal(400, -2013, "Order does not exist."))]
fn what_is_not_open_can_not_be_canceled(#[case] answer: Answer) {
    assert_eq!(of_cancel(&answer), CancelError::NotOpen);
}

#[test]
fn a_cancel_is_refused_by_listed_words_only() {
    assert!(matches!(of_cancel(&refusal(400, -1121, "Invalid symbol.")), CancelError::Refused { code, .. } if code == "-1121"));
    for unknown in [refusal(400, -1000, ""), refusal(503, -2011, ""), answer(400, "?")] {
        assert!(matches!(of_cancel(&unknown), CancelError::Unknown { .. }));
    }
}

#[rstest]
#[case(refusal(400, -2015, "Invalid API-key, IP, or permissions for action."), "not authorized")]
#[case(refusal(401, -2014, "API-key format invalid."), "not authorized")]
#[case(refusal(400, -1022, "Signature for this request is not valid."), "not authorized")]
#[case(refusal(400, -1021, "Timestamp is outside of the recvWindow."), "the clock")]
#[case(refusal(400, -1121, "Invalid symbol."), "refused (-1121)")]
#[case(refusal(503, -1008, "busy"), "not reachable")]
#[case(answer(403, "<html>"), "not reachable")]
fn a_question_says_why_it_was_not_answered(#[case] answer: Answer, #[case] words: &str) {
    let told = of_question(&answer).to_string();
    assert!(told.starts_with(words), "{told}");
}
