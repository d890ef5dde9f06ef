//! A wish of CCXT's through the connector's own calls.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use speedtrade::time::Timestamp;

use super::{
    cases::Case,
    told::{executions, holdings, order},
};
use crate::broker::{Connector, OrderName, SubmitError};

/// What a connector said: facts to compare, a definite refusal, or anything else.
pub(super) enum Told {
    Facts(Value),
    Refused(String),
    Failed(String),
}

impl Told {
    fn of<T, E: std::fmt::Display>(answer: Result<T, E>, facts: impl Fn(T) -> Value) -> Self {
        match answer {
            Ok(told) => Self::Facts(facts(told)),
            Err(error) => Self::Failed(error.to_string()),
        }
    }
}

/// `Err`: it is not asked, and why.
pub(super) async fn drive<C: Connector>(desk: &C, case: &Case, at: Timestamp) -> Result<Told, String> {
    Ok(match case.method.as_str() {
        "createOrder" | "createMarketBuyOrderWithCost" => {
            let frozen = desk.freeze(&case.order(0)?).map_err(|unsupported| unsupported.0)?;
            match desk.submit(&frozen, at).await {
                Err(SubmitError::Rejected { code, .. }) => Told::Refused(code),
                answer => Told::of(answer, |report| order(&report)),
            }
        }
        "editOrder" => Told::of(desk.replace(&case.name(0, 1), &case.order(1)?, at).await, |report| order(&report)),
        "cancelOrder" => Told::of(desk.cancel(&case.name(0, 1)).await, |()| json!({"id": case.text(0)})),
        "cancelOrders" => {
            for id in case.input[0].as_array().into_iter().flatten() {
                let _ = desk.cancel(&OrderName { venue_id: id.as_str().map(str::to_owned), ..case.name(0, 1) }).await;
            }
            Told::Facts(Value::Null)
        }
        "fetchOrder" => Told::of(desk.find_order(&case.name(0, 1)).await, |found| found.map_or(Value::Null, |report| order(&report))),
        "fetchOpenOrders" => Told::of(desk.open_orders().await, |orders| orders.iter().map(order).collect()),
        "fetchOrders" => Told::of(desk.orders_since(case.since(1), &[case.symbol(0)]).await, |orders| orders.iter().map(order).collect()),
        "fetchMyTrades" => Told::of(desk.executions_since(case.since(1), &[case.symbol(0)]).await, |all| executions(&all)),
        "fetchBalance" => Told::of(desk.holdings().await, |all| holdings(&all)),
        "fetchTime" => Told::of(desk.server_time().await, |time| json!(time.millis())),
        _ => return Err("not asked".to_owned()),
    })
}

pub(super) fn number(value: Decimal) -> Value {
    json!(value.normalize().to_string())
}
