//! The WebSocket API as far as it brings the user's events: log on, subscribe, and hear of orders and balances.

use serde_json::{Value, json};

use super::{account::balance, auth::Keys, view};
use crate::{
    exchange::{
        Exchange,
        order::{Event, Order, What},
    },
    venue::Say,
};

#[derive(Default)]
pub struct Client {
    is_known: bool,
    pub subscription: Option<u64>,
    subscriptions: u64,
}

impl Client {
    pub fn received(&mut self, keys: &Keys, now_ms: i64, text: &str) -> Say {
        let request: Value = serde_json::from_str(text).unwrap_or_default();
        let limits = json!([{"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6_000, "count": 2}]);
        Say::json(&match self.answer(keys, now_ms, &request) {
            Ok(result) => json!({"id": request["id"], "status": 200, "result": result, "rateLimits": limits}),
            Err((status, error)) => json!({"id": request["id"], "status": status, "error": error, "rateLimits": limits}),
        })
    }

    fn answer(&mut self, keys: &Keys, now_ms: i64, request: &Value) -> Result<Value, (u16, Value)> {
        let refuse = |code: i64, message: &str| Err((400, json!({"code": code, "msg": message})));
        let check = || keys.check_params(&request["params"], now_ms).map_err(|trouble| (trouble.0, trouble.value()));
        match request["method"].as_str() {
            Some("ping") => Ok(json!({})),
            Some("time") => Ok(json!({"serverTime": now_ms})),
            Some("session.logon") => {
                if !check()? {
                    return refuse(-4056, "HMAC_SHA256 API key is not supported.");
                }
                self.is_known = true;
                let key = &request["params"]["apiKey"];
                Ok(json!({"apiKey": key, "authorizedSince": now_ms, "connectedSince": now_ms, "returnRateLimits": true,
                    "serverTime": now_ms, "userDataStream": self.subscription.is_some()}))
            }
            Some("session.logout") => {
                self.is_known = false;
                Ok(json!({"apiKey": null, "serverTime": now_ms}))
            }
            Some("userDataStream.subscribe") if !self.is_known => refuse(-1125, "The session is not authenticated."),
            Some("userDataStream.subscribe") => Ok(self.subscribe()),
            Some("userDataStream.subscribe.signature") => {
                check()?;
                Ok(self.subscribe())
            }
            Some("userDataStream.unsubscribe") => {
                self.subscription = None;
                Ok(json!({}))
            }
            _ => refuse(-1000, "Unknown method."),
        }
    }

    fn subscribe(&mut self) -> Value {
        let id = *self.subscription.get_or_insert(self.subscriptions);
        self.subscriptions += 1;
        json!({"subscriptionId": id})
    }
}

pub fn told(exchange: &Exchange, event: &Event, subscription: u64) -> Vec<Say> {
    let events = match event {
        Event::Order { what, order, at_us } => {
            let instrument = exchange.instrument_of(order);
            let position = position(exchange, &[instrument.base, instrument.quote], *at_us / 1000);
            match what {
                What::Bust(_) => vec![position],
                What::New | What::Trade(_) | What::Canceled | What::Expired | What::Replaced | What::Amended => {
                    vec![report(what, order, *at_us / 1000), position]
                }
            }
        }
        Event::Balance { asset, amount, at_us } => {
            let at = at_us / 1000;
            vec![json!({"e": "balanceUpdate", "E": at, "a": asset, "d": view::text(*amount), "T": at}), position(exchange, &[asset], at)]
        }
    };
    events.into_iter().map(|event| Say::json(&json!({"subscriptionId": subscription, "event": event}))).collect()
}

fn position(exchange: &Exchange, assets: &[&str], at: i64) -> Value {
    let one = |asset: &&str| {
        let (free, locked) = balance(exchange, asset);
        json!({"a": asset, "f": free, "l": locked})
    };
    json!({"e": "outboundAccountPosition", "E": at, "u": at, "B": assets.iter().map(one).collect::<Vec<_>>()})
}

fn report(what: &What, order: &Order, at: i64) -> Value {
    let asked = &order.asked;
    let (execution, trade) = match what {
        What::New => ("NEW", None),
        What::Trade(trade) | What::Bust(trade) => ("TRADE", Some(trade)),
        What::Canceled => ("CANCELED", None),
        What::Expired => ("EXPIRED", None),
        What::Replaced | What::Amended => ("REPLACED", None),
    };
    let is_cancel = execution == "CANCELED";
    let (name, original) = if is_cancel { (view::cancel_id(order), asked.client_id.as_str()) } else { (asked.client_id.clone(), "") };
    let zero = rust_decimal::Decimal::ZERO;
    let (qty, price) = trade.map_or((zero, zero), |trade| (trade.qty, trade.price));
    json!({
        "e": "executionReport", "E": at, "s": asked.symbol, "c": name, "S": asked.side.upper(), "o": view::kind(order),
        "f": view::tif(asked.tif), "q": view::text(order.qty), "p": view::text(asked.limit.unwrap_or_default()),
        "P": view::text(order.stop.unwrap_or_default()), "F": view::text(zero), "g": -1, "C": original, "x": execution,
        "X": view::status(order.status), "r": "NONE", "i": order.id, "l": view::text(qty), "z": view::text(order.filled),
        "L": view::text(price), "n": trade.map_or_else(|| "0".to_owned(), |trade| view::text(trade.fee)),
        "N": trade.map(|trade| trade.fee_asset.clone()), "T": at, "t": trade.map_or(-1, |trade| i64::try_from(trade.id).unwrap_or(-1)),
        "I": at, "w": order.is_open(), "m": trade.is_some_and(|trade| trade.is_maker), "M": false, "O": order.created_us / 1000,
        "Z": view::text(order.cost), "Y": view::text(qty * price), "Q": view::text(asked.notional.unwrap_or_default()),
        "W": order.created_us / 1000, "V": "EXPIRE_MAKER",
    })
}
