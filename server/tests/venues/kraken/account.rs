//! Balances, and what the key may do.

use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{Trouble, names};
use crate::{exchange::Exchange, write::plain};

pub fn answer(exchange: &Exchange, name: &str) -> Result<Value, Trouble> {
    let funds = || exchange.funds.0.iter();
    match name {
        "Balance" => {
            let all = funds().map(|(asset, holding)| (names::asset(asset).to_owned(), json!(plain(holding.total()))));
            Ok(Value::Object(all.collect::<Map<_, _>>()))
        }
        "BalanceEx" => {
            let one =
                |holding: &crate::exchange::funds::Holding| json!({"balance": plain(holding.total()), "hold_trade": plain(holding.held)});
            Ok(Value::Object(funds().map(|(asset, holding)| (names::asset(asset).to_owned(), one(holding))).collect::<Map<_, _>>()))
        }
        "TradeBalance" => {
            let coins: Decimal =
                exchange.profile.instruments.iter().map(|one| exchange.funds.get(one.base).total() * exchange.touch(&one.symbol).bid).sum();
            let total = plain(coins + exchange.funds.get("USD").total());
            Ok(json!({"eb": total, "tb": total, "m": "0", "n": "0", "c": "0", "v": "0", "e": total, "mf": total}))
        }
        "GetApiKeyInfo" => Ok(key_info(exchange)),
        "WithdrawMethods" | "WithdrawAddresses" if exchange.is_withdrawal_permitted => Ok(json!([])),
        "WithdrawMethods" | "WithdrawAddresses" => Err("EGeneral:Permission denied"),
        _ => Err("EGeneral:Unknown method"),
    }
}

/// The fields beside `permissions` are from memory.
fn key_info(exchange: &Exchange) -> Value {
    let mut permissions = vec!["query-funds", "query-open-trades", "query-closed-trades", "modify-trades", "close-trades"];
    if exchange.is_withdrawal_permitted {
        permissions.push("withdraw-funds");
    }
    json!({"api_key_name": "fake-venue", "permissions": permissions, "nonce_window": "0", "ip_allowlist": [],
        "created_time": "1767366000", "modified_time": "1767366000", "valid_until": "0"})
}
