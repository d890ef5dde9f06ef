//! What was read, as CCXT's unified words, and how it differs from the case. Compared is what both hold; a list is compared
//! with its length.

use serde_json::{Value, json};

use super::{
    cases::Case,
    drive::{Told, number},
    facts::{Facts, as_read, decimal, difference, flatten},
};
use crate::{
    broker::{ExecutionReport, Holding, OrderReport, VenueStatus},
    net::exact::capped,
};

/// Held, and not told.
pub(super) const NONE: &str = "none";

const fn status(status: VenueStatus) -> &'static str {
    match status {
        VenueStatus::Pending | VenueStatus::Open => "open",
        VenueStatus::Canceling => "canceling",
        VenueStatus::Filled => "closed",
        VenueStatus::Canceled | VenueStatus::Replaced => "canceled",
        VenueStatus::Expired => "expired",
        VenueStatus::Rejected => "rejected",
    }
}

fn or_none<T>(told: Option<T>, value: impl Fn(T) -> Value) -> Value {
    told.map_or_else(|| json!(NONE), value)
}

pub(super) fn order(report: &OrderReport) -> Value {
    let fee = report.fees.first();
    let remaining = report.qty.map(|qty| qty.decimal() - report.filled_qty.decimal());
    json!({
        "id": report.venue_id,
        "clientOrderId": or_none(report.client_id.as_ref(), |id| json!(id)),
        "symbol": or_none(report.symbol.as_ref(), |symbol| json!(symbol.as_str())),
        "side": report.side.as_str(),
        "type": or_none(report.kind, |kind| json!(kind.as_str())),
        "timeInForce": or_none(report.time_in_force, |word| json!(word.as_str())),
        "status": status(report.status),
        "amount": or_none(report.qty, |qty| number(qty.decimal())),
        "filled": number(report.filled_qty.decimal()),
        "remaining": or_none(remaining, number),
        "average": or_none(report.avg_price, |price| number(price.decimal())),
        "timestamp": or_none(report.created_at, |time| json!(time.millis())),
        "fee": {
            "cost": or_none(fee, |fee| number(fee.amount)),
            "currency": or_none(fee, |fee| json!(fee.asset)),
        },
    })
}

pub(super) fn executions(all: &[ExecutionReport]) -> Value {
    let one = |execution: &ExecutionReport| {
        json!({
            "id": execution.exec_id,
            "order": execution.venue_order_id,
            "timestamp": execution.time.millis(),
            "symbol": or_none(execution.symbol.as_ref(), |symbol| json!(symbol.as_str())),
            "side": execution.side.as_str(),
            "takerOrMaker": or_none(execution.is_maker, |is_maker| json!(if is_maker { "maker" } else { "taker" })),
            "price": number(execution.price.decimal()),
            "amount": number(execution.qty.decimal()),
        })
    };
    all.iter().map(one).collect()
}

pub(super) fn holdings(all: &[Holding]) -> Value {
    let sum = |of: fn(&Holding) -> Value| all.iter().map(|holding| (holding.asset.clone(), of(holding))).collect::<Value>();
    json!({
        "total": sum(|holding| number(holding.total)),
        "used": sum(|holding| number(holding.locked)),
        "free": sum(|holding| number(holding.total - holding.locked)),
    })
}

/// Empty where what we read is what CCXT reads.
pub(super) fn compared(told: Result<Told, String>, case: &Case) -> String {
    match (told, &case.ccxt_error) {
        (Ok(Told::Facts(ours)), None) => unlike(case, &ours),
        (Ok(Told::Refused(code)), Some(error)) if error.contains(&code) => String::new(),
        (Ok(Told::Facts(ours)), Some(error)) => format!("{error}→{ours}"),
        (Ok(Told::Refused(code)), _) => format!("refused, {code}"),
        (Ok(Told::Failed(why)) | Err(why), _) => why,
    }
}

/// A unified quantity of the desk is in whole atoms of 10⁻⁸ (a ninth digit is cut): theirs are read as ours are.
fn in_atoms(value: &str) -> String {
    decimal(value).and_then(capped).map_or_else(|| value.to_owned(), |qty| qty.decimal().normalize().to_string())
}

fn is_quantity(method: &str, word: &str) -> bool {
    let name = word.rsplit('.').next().unwrap_or_default();
    match method {
        "fetchOHLCV" => name == "5",
        "fetchOrderBook" => name == "1" && word.matches('.').count() == 2,
        _ => ["amount", "filled", "remaining", "baseVolume", "bidVolume", "askVolume"].contains(&name),
    }
}

fn unlike(case: &Case, ours: &Value) -> String {
    let (mut their_facts, mut our_facts) = (Facts::new(), Facts::new());
    flatten(&case.parsed_response, "", as_read, &mut their_facts);
    flatten(ours, "", as_read, &mut our_facts);
    for (word, value) in &mut their_facts {
        match word.rsplit('.').next() {
            Some("timeInForce") => value.make_ascii_lowercase(),
            Some("symbol") => *value = value.replace("USDT", "USD"),
            _ if is_quantity(&case.method, word) => *value = in_atoms(value),
            _ => {}
        }
    }
    their_facts.retain(|word, _| our_facts.contains_key(word));
    // A balance that they don't know differs, too.
    our_facts.retain(|word, _| their_facts.contains_key(word) || word.starts_with("total."));
    if their_facts.is_empty() && our_facts.is_empty() { "nothing to compare".to_owned() } else { difference(&their_facts, &our_facts) }
}
