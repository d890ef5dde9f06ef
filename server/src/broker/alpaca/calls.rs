//! What the desk asks Alpaca, call by call. Must never hold a key.

use axum::http::Method;
use chrono::SecondsFormat;
use speedtrade::time::Timestamp;

use crate::broker::{
    form::segment,
    http::{Outgoing, Urgency},
};

/// Items of a page, the most there are.
pub(super) const ORDERS_PAGE: usize = 500;
pub(super) const ACTIVITIES_PAGE: usize = 100;
/// An execution may bear an earlier time than ours when its order was sent.
pub(super) const CLOCKS_APART_US: i64 = 5 * 60 * 1_000_000;

fn call(method: Method, target: String, urgency: Urgency) -> Outgoing {
    Outgoing { method, target, headers: Vec::new(), body: String::new(), urgency, weight: 1 }
}

fn question(target: String) -> Outgoing {
    call(Method::GET, target, Urgency::Question)
}

pub(super) fn submit(path: &str, body: &str) -> Outgoing {
    Outgoing { body: body.to_owned(), ..call(Method::POST, path.to_owned(), Urgency::Order) }
}

pub(super) fn replace(venue_id: &str, body: String) -> Outgoing {
    Outgoing { body, ..call(Method::PATCH, format!("/v2/orders/{}", segment(venue_id)), Urgency::Order) }
}

pub(super) fn cancel(venue_id: &str) -> Outgoing {
    call(Method::DELETE, format!("/v2/orders/{}", segment(venue_id)), Urgency::Cancel)
}

pub(super) fn order(venue_id: &str) -> Outgoing {
    question(format!("/v2/orders/{}?nested=true", segment(venue_id)))
}

/// A cancel that does not know the venue's name yet must not wait behind questions.
pub(super) fn order_by_client_id(client_id: &str, urgency: Urgency) -> Outgoing {
    call(Method::GET, format!("/v2/orders:by_client_order_id?client_order_id={}", segment(client_id)), urgency)
}

/// Oldest first, of those submitted at `since` or later. Legs come as orders of their own: inside a parent that is filled, open
/// ones would not be among the open orders.
pub(super) fn orders(status: &str, since: Option<Timestamp>) -> Outgoing {
    let mut target = format!("/v2/orders?status={status}&limit={ORDERS_PAGE}&direction=asc&nested=false");
    if let Some(since) = since {
        // The venue leaves out what was submitted at the very time.
        let before = since.plus_micros(-1).to_utc().to_rfc3339_opts(SecondsFormat::Micros, true);
        target = target + "&after=" + &segment(&before);
    }
    question(target)
}

pub(super) fn fills(since: Timestamp, page_token: Option<&str>) -> Outgoing {
    let after = segment(&since.plus_micros(-1_000).to_string());
    let mut target = format!("/v2/account/activities/FILL?direction=asc&page_size={ACTIVITIES_PAGE}&after={after}");
    if let Some(token) = page_token {
        target = target + "&page_token=" + &segment(token);
    }
    question(target)
}

pub(super) fn account() -> Outgoing {
    question("/v2/account".to_owned())
}

pub(super) fn positions() -> Outgoing {
    question("/v2/positions".to_owned())
}

pub(super) fn assets(class: &str) -> Outgoing {
    question(format!("/v2/assets?status=active&asset_class={class}"))
}

pub(super) fn clock() -> Outgoing {
    question("/v2/clock".to_owned())
}
