//! What every connector must make of a venue that fails: a definite word is a refusal, everything else is unknown, and what
//! became of an order is found out under its name.

use server::broker::{CancelError, Connector, SubmitError, VenueError};

use super::stand::{Stand, name, now, resting};

/// The tests of a connector against a failing venue. The file has a `stand()`; `questions` is the module that asks the way its
/// venue finds orders, `refusals` are the venue's words for a definite no.
macro_rules! fault_tests {
    (questions: $questions:ident, refusals: [$($code:literal),+]) => {
        #[tokio::test]
        async fn an_order_whose_answer_is_lost_is_unknown_and_found_by_its_name() {
            faults::an_order_whose_answer_is_lost_is_unknown_and_found_by_its_name(stand().await).await;
        }

        #[tokio::test]
        async fn an_order_that_was_lost_is_unknown_and_not_found() {
            faults::an_order_that_was_lost_is_unknown_and_not_found(stand().await).await;
        }

        #[tokio::test]
        async fn a_listed_refusal_is_definite() {
            $(faults::a_listed_refusal_is_definite(stand().await, $code).await;)+
        }

        #[tokio::test]
        async fn a_rate_limit_leaves_the_outcome_unknown_and_is_kept() {
            faults::a_rate_limit_leaves_the_outcome_unknown_and_is_kept(stand().await).await;
        }

        #[tokio::test]
        async fn questions_and_cancels_that_fail_say_so() {
            $questions::questions_and_cancels_that_fail_say_so(stand().await).await;
        }
    };
}

const AFTER: [&str; 5] = ["timeout_after", "http_500_after", "reset_after", "bad_json_after", "half_body_after"];
const BEFORE: [&str; 2] = ["drop_before", "http_503_before"];

/// Accepted, and the answer lost in every way there is.
pub async fn an_order_whose_answer_is_lost_is_unknown_and_found_by_its_name<C: Connector>(mut stand: Stand<C>) {
    for (i, kind) in AFTER.into_iter().enumerate() {
        let order = resting(&format!("st0001-after-{i}"));
        let frozen = stand.connector.freeze(&order).expect("supported");
        stand.fault("place", kind).await;
        let answer = stand.connector.submit(&frozen, now()).await;
        assert!(matches!(answer, Err(SubmitError::Unknown { .. })), "{kind}: {answer:?}");
        let found = stand.find(&order).await.unwrap_or_else(|| panic!("{kind}: the order is there"));
        assert_eq!(found.client_id.as_deref(), Some(order.client_id.as_str()));
        assert!(!found.status.is_final(), "{kind}: {found:?}");
        assert_eq!(stand.count(&order.client_id).await, 1, "{kind}");
    }
}

/// Lost on its way: unknown as well, because nobody can tell it from the others.
pub async fn an_order_that_was_lost_is_unknown_and_not_found<C: Connector>(mut stand: Stand<C>) {
    for (i, kind) in BEFORE.into_iter().enumerate() {
        let order = resting(&format!("st0001-before-{i}"));
        let frozen = stand.connector.freeze(&order).expect("supported");
        stand.fault("place", kind).await;
        let answer = stand.connector.submit(&frozen, now()).await;
        assert!(matches!(answer, Err(SubmitError::Unknown { .. })), "{kind}: {answer:?}");
        assert_eq!(stand.find(&order).await, None, "{kind}");
        assert_eq!(stand.count(&order.client_id).await, 0, "{kind}");
    }
}

pub async fn a_listed_refusal_is_definite<C: Connector>(mut stand: Stand<C>, code: &str) {
    let order = resting("st0001-refused");
    let frozen = stand.connector.freeze(&order).expect("supported");
    stand.fault("place", &format!("reject:{code}")).await;
    let answer = stand.connector.submit(&frozen, now()).await;
    assert!(matches!(&answer, Err(SubmitError::Rejected { code: told, .. }) if told == code), "{answer:?}");
    assert_eq!(stand.count(&order.client_id).await, 0);
}

/// The wait that the venue asks for holds questions back as well, and nothing is sent meanwhile.
pub async fn a_rate_limit_leaves_the_outcome_unknown_and_is_kept<C: Connector>(mut stand: Stand<C>) {
    let order = resting("st0001-limited");
    let frozen = stand.connector.freeze(&order).expect("supported");
    stand.fault("place", "http_429:60").await;
    let answer = stand.connector.submit(&frozen, now()).await;
    let Err(SubmitError::Unknown { retry_after: Some(wait), .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(wait.as_secs(), 60);
    let again = stand.connector.submit(&frozen, now()).await;
    assert!(matches!(again, Err(SubmitError::NotSent { .. })), "{again:?}");
    assert!(matches!(stand.connector.holdings().await, Err(VenueError::Unavailable { .. })));
    assert!(matches!(stand.connector.cancel(&name(&order)).await, Err(CancelError::NotOpen)), "cancels have a place");
}

pub async fn questions_and_cancels_that_fail_say_so<C: Connector>(mut stand: Stand<C>) {
    let order = resting("st0001-asked");
    stand.place(&order).await;
    for kind in ["http_500_after", "reset_after", "bad_json_after", "drop_before"] {
        stand.fault("get", kind).await;
        assert!(stand.connector.find_order(&name(&order)).await.is_err(), "{kind}: never an order that is not there");
        stand.fault("list", kind).await;
        assert!(stand.connector.open_orders().await.is_err(), "{kind}: never an empty venue");
        stand.fault("balances", kind).await;
        assert!(stand.connector.holdings().await.is_err(), "{kind}");
    }
    let found = stand.find(&order).await.expect("there");
    let named = server::broker::OrderName { venue_id: Some(found.venue_id), ..name(&order) };
    stand.fault("cancel", "http_500_after").await;
    assert!(matches!(stand.connector.cancel(&named).await, Err(CancelError::Unknown { .. })));
    assert!(stand.find(&order).await.expect("there").status.is_final(), "it was canceled all the same");
    assert_eq!(stand.connector.cancel(&named).await, Err(CancelError::NotOpen));
}

/// Nobody listens at that address: no byte has left.
pub async fn what_finds_nobody_was_not_sent<C: Connector>(connector: C) {
    let order = resting("st0001-nobody");
    let frozen = connector.freeze(&order).expect("supported");
    assert!(matches!(connector.submit(&frozen, now()).await, Err(SubmitError::NotSent { .. })));
    assert!(matches!(connector.cancel(&name(&order)).await, Err(CancelError::NotSent { .. })));
    assert!(matches!(connector.find_order(&name(&order)).await, Err(VenueError::Unavailable { .. })));
    let (events, _heard) = tokio::sync::mpsc::channel(8);
    assert!(matches!(connector.listen(&events).await, server::broker::StreamEnd::Dropped { .. }));
}
