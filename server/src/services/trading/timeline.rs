//! What happened to an order, moment by moment, from what the books wrote down. Our own time stands apart from the venue's.

use app::format::ms;
use speedtrade::{
    fill::Fill,
    order::{Order, OrderStatus},
    time::Timestamp,
    wire::{Moment, MomentView, OrderView},
};

use crate::store::{Journey, PastAttempt};

/// The view with its timeline, and with how long the desk and the venue took.
pub(super) fn with_timeline(view: OrderView, order: &Order, fills: &[Fill], journey: Option<&Journey>) -> OrderView {
    let answered = journey.and_then(|journey| journey.attempts.iter().find(|attempt| attempt.left_at.is_some()));
    let left = answered.and_then(|attempt| attempt.left_at);
    let ended = answered.and_then(|attempt| attempt.outcome.as_ref()).map(|(at, _)| *at);
    OrderView {
        desk_us: left.zip(journey).map(|(left, journey)| between(journey.asked_at, left)),
        venue_us: left.zip(ended).map(|(left, ended)| between(left, ended)),
        timeline: Some(moments(order, fills, journey)),
        ..view
    }
}

fn moments(order: &Order, fills: &[Fill], journey: Option<&Journey>) -> Vec<MomentView> {
    let at = order.venue.as_ref();
    let is_external = at.is_some_and(|at| at.is_external);
    let first = if is_external {
        (Moment::Seen, "Seen at the venue, placed elsewhere")
    } else {
        (Moment::Placed, "Placed, and its money set aside")
    };
    let mut moments = vec![moment(order.created_at, first.0, first.1.to_owned())];
    moments.extend(order.triggered_at.map(|at| moment(at, Moment::Triggered, "Its trigger was reached".to_owned())));
    for attempt in journey.iter().flat_map(|journey| &journey.attempts) {
        moments.extend(tried(attempt, journey.map_or(attempt.sent_at, |journey| journey.asked_at)));
    }
    let is_answered = moments.iter().any(|moment| moment.event == Moment::Accepted);
    if let Some(known) =
        at.and_then(|at| at.acknowledged_at).filter(|_| !is_answered && !is_external && order.status != OrderStatus::Rejected)
    {
        moments.push(moment(known, Moment::Known, "Found at the venue".to_owned()));
    }
    if let Some(since) = at.and_then(|at| at.unknown_since) {
        moments.push(moment(since, Moment::Unknown, "Nobody knows whether it reached the venue; it is looked for".to_owned()));
    }
    moments.extend(fills.iter().map(|fill| moment(fill.time, Moment::Filled, format!("{} at {}", fill.qty, fill.price))));
    moments.extend(end(order));
    // What happened in the same microsecond stays in the order of cause and effect.
    moments.sort_by_key(|moment| moment.at);
    moments
}

fn tried(attempt: &PastAttempt, asked_at: Timestamp) -> Vec<MomentView> {
    let mut moments = Vec::new();
    if let Some(left) = attempt.left_at {
        moments.push(moment(left, Moment::Sent, format!("Sent, {} after it was asked for", ms(between(asked_at, left)))));
    } else if attempt.outcome.is_none() {
        moments.push(moment(attempt.sent_at, Moment::Sent, "About to be sent".to_owned()));
    }
    let Some((at, outcome)) = &attempt.outcome else { return moments };
    let after = attempt.left_at.map_or_else(String::new, |left| format!(" {} later", ms(between(left, *at))));
    let detail = &attempt.detail;
    moments.push(match outcome.as_str() {
        "accepted" => moment(*at, Moment::Accepted, format!("The venue took it{after}")),
        "rejected" => moment(*at, Moment::Refused, format!("The venue refused it{after}: {detail}")),
        "not_sent" => moment(*at, Moment::NotSent, format!("Could not be sent, and nothing left: {detail}")),
        "given_up" => moment(*at, Moment::NotSent, detail.clone()),
        _ => moment(*at, Moment::NoAnswer, format!("No clear answer{after}: {detail}")),
    });
    moments
}

fn end(order: &Order) -> Option<MomentView> {
    let reason = order.reject_reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    let ended = |at: Option<Timestamp>, event, words: &str| Some(moment(at.unwrap_or(order.updated_at), event, format!("{words}{reason}")));
    match order.status {
        OrderStatus::Canceled => ended(order.canceled_at, Moment::Canceled, "Canceled"),
        OrderStatus::Expired => ended(order.canceled_at, Moment::Expired, "Its time ended"),
        OrderStatus::Rejected => ended(None, Moment::Rejected, "Rejected"),
        OrderStatus::Replaced => ended(None, Moment::Replaced, "Replaced by another order"),
        OrderStatus::PendingNew
        | OrderStatus::New
        | OrderStatus::PartiallyFilled
        | OrderStatus::Filled
        | OrderStatus::PendingCancel
        | OrderStatus::PendingReplace
        | OrderStatus::Held
        | OrderStatus::Unknown => None,
    }
}

const fn moment(at: Timestamp, event: Moment, text: String) -> MomentView {
    MomentView { at, event, text }
}

/// Microseconds; nothing where the clock was set back in between.
fn between(from: Timestamp, to: Timestamp) -> i64 {
    (to.micros() - from.micros()).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn us(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    fn attempt(sent: i64, left: Option<i64>, outcome: Option<(i64, &str)>) -> PastAttempt {
        PastAttempt {
            sent_at: us(sent),
            left_at: left.map(us),
            outcome: outcome.map(|(at, word)| (us(at), word.to_owned())),
            detail: "words".to_owned(),
        }
    }

    #[rstest::rstest]
    #[case(attempt(1_900, Some(3_450), Some((43_450, "accepted"))), &["Sent, 2.4 ms after it was asked for", "The venue took it 40.0 ms later"])]
    #[case(attempt(1_900, Some(2_000), Some((5_000, "rejected"))), &["Sent, 1.0 ms after it was asked for", "The venue refused it 3.0 ms later: words"])]
    #[case(attempt(1_900, None, Some((5_000, "not_sent"))), &["Could not be sent, and nothing left: words"])]
    #[case(attempt(1_900, Some(2_000), Some((5_000, "unknown"))), &["Sent, 1.0 ms after it was asked for", "No clear answer 3.0 ms later: words"])]
    #[case(attempt(1_900, None, None), &["About to be sent"])]
    fn an_attempt_tells_our_time_and_the_venues_apart(#[case] attempt: PastAttempt, #[case] words: &[&str]) {
        let told = tried(&attempt, us(1_000));
        assert_eq!(told.iter().map(|moment| moment.text.as_str()).collect::<Vec<_>>(), words);
        assert!(told.is_sorted_by_key(|moment| moment.at));
    }

    #[test]
    fn a_clock_that_was_set_back_takes_no_time() {
        assert_eq!((between(us(9), us(5)), ms(0)), (0, "0.0 ms".to_owned()));
    }
}
