//! Every code a program may meet in a `problem+json`, for the OpenAPI document.

use serde_json::{Value, json};
use speedtrade::{order::TICKET_CODES, risk};

/// Refusals that are not about money or a field of a ticket: code, status, when it comes.
const CODES: [(&str, u16, &str); 53] = [
    ("malformed", 400, "The request is not what the route reads."),
    ("not_signed_in", 401, "The route is for signed-in users."),
    ("invalid_token", 401, "The token has ended or was never ours."),
    ("wrong_credentials", 401, "The email or the password is wrong."),
    ("cross_origin", 403, "The request came from another site."),
    ("password_wrong", 403, "The change needs the user's password, and this is not it."),
    ("not_found", 404, "There is no such route."),
    ("order_not_found", 404, "There is no such order, or it is somebody else's."),
    ("no_position", 404, "Nothing of the symbol is held."),
    ("no_discrepancy", 404, "The venue's number and ours agree."),
    ("number_changed", 409, "The venue has another number by now than the one that was seen."),
    ("unknown_account", 404, "There is no such account, or it is somebody else's."),
    ("unknown_symbol", 404, "The desk does not list the symbol; 422 in a ticket."),
    ("watchlist_not_found", 404, "There is no such watchlist, or it is somebody else's."),
    ("not_in_watchlist", 404, "The symbol is not in this watchlist."),
    ("alert_not_found", 404, "There is no such alert, or it is somebody else's."),
    ("webhook_not_found", 404, "There is no such webhook, or it is somebody else's."),
    ("push_subscription_not_found", 404, "There is no such subscription, or it is somebody else's."),
    ("method_not_allowed", 405, "The route does not do that."),
    ("client_order_id_taken", 409, "Another order has this name."),
    ("order_not_open", 409, "The order was filled, canceled, replaced or has expired."),
    ("qty_filled_already", 409, "The order filled while it was being changed."),
    ("email_taken", 409, "There is an account with this email."),
    ("username_taken", 409, "Somebody has this username."),
    ("watchlist_full", 409, "A watchlist holds at most 500 symbols."),
    ("too_many_watchlists", 409, "A user has at most 50 watchlists."),
    ("too_many_alerts", 409, "A user has at most 1,000 alerts."),
    ("too_many_webhooks", 409, "A user has at most 10 webhooks."),
    ("too_many_push_subscriptions", 409, "At most 10 browsers of a user are told."),
    ("too_many_accounts", 409, "A user connects at most 8 accounts."),
    ("account_connected", 409, "This account at the venue is connected already."),
    ("account_has_open_orders", 409, "The account has open orders: cancel them before it is removed."),
    ("paper_account", 409, "The desk's own paper account has no key and is not removed."),
    ("too_large", 413, "The body is larger than 64 KiB."),
    ("unsupported_media_type", 415, "The body is not `application/json`."),
    ("validation_failed", 422, "`errors` names the fields and what is wrong with each, with a code."),
    ("key_refused", 422, "The venue does not accept the key."),
    ("key_may_withdraw", 422, "The key may withdraw: only keys that can't are kept."),
    ("key_of_other_account", 422, "The key belongs to another account at the venue."),
    ("upgrade_required", 426, "The route is a WebSocket."),
    ("rate_limited", 429, "Too many requests."),
    ("internal", 500, "A fault of ours; nothing was done."),
    ("busy", 503, "The queue is full; nothing was done."),
    ("not_saved", 503, "The store did not take it, for its disk is full or it is broken; nothing was done."),
    ("outcome_unknown", 503, "The store went away while saving: look before trying again."),
    ("store_unavailable", 503, "The store does not answer."),
    ("account_not_ready", 503, "The account's venue is being read, or can't be reached: nothing was placed."),
    ("unsupported_order", 422, "The account's venue does not take such an order."),
    ("prices_simulated", 422, "An account with real money needs real prices: no feed tells them."),
    ("stopping", 503, "The desk is shutting down."),
    ("venue_unavailable", 503, "The venue did not say whose key it is; nothing was changed."),
    ("too_many_sockets", 503, "More sockets than are kept open."),
    ("invalid", 422, "Only in `errors`: the field is wrong in a way that its message says."),
];

/// In `error` messages of the WebSocket, beside those of problems.
const SOCKET_CODES: [(&str, &str); 2] = [
    ("too_many_symbols", "More symbols than one connection follows."),
    ("too_many_books", "More order books than one connection follows."),
];

fn fields() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    TICKET_CODES.iter().chain(&risk::LIMIT_CODES)
}

/// The value of `x-error-codes`.
pub(super) fn table() -> Value {
    let problem = |(code, status, when): &(&str, u16, &str)| json!({"code": code, "status": status, "when": when});
    let problems: Vec<Value> = CODES.iter().chain(&risk::CODES).map(problem).collect();
    let rows = |(code, when): &(&str, &str)| json!({"code": code, "when": when});
    let [fields, sockets]: [Vec<Value>; 2] = [fields().map(rows).collect(), SOCKET_CODES.iter().map(rows).collect()];
    json!({"problems": problems, "fields": fields, "sockets": sockets})
}

/// The same as Markdown, for people.
pub(super) fn markdown() -> String {
    let problems = CODES.iter().chain(&risk::CODES).map(|(code, status, when)| format!("| `{code}` | {status} | {when} |\n"));
    let row = |(code, when): &(&str, &str)| format!("| `{code}` | {when} |\n");
    format!(
        "\n\n## Codes of problems\n\n| code | status | when |\n|---|---|---|\n{}\n## Codes of `errors[].code` in a ticket, a closing or \
         limits\n\n| code | when |\n|---|---|\n{}\n## Codes of `error` messages of the WebSocket, beside those of problems\n\n\
         | code | when |\n|---|---|\n{}",
        problems.collect::<String>(),
        fields().map(row).collect::<String>(),
        SOCKET_CODES.iter().map(row).collect::<String>()
    )
}
