//! Accounts, fees, what the key may do, and the products for who is known.

use serde_json::{Value, json};

use super::{market, trouble};
use crate::{
    exchange::{Exchange, funds::Holding},
    http::{Reply, Request},
    write::{micros, plain, uuid},
};

pub fn answer(exchange: &Exchange, path: &str, request: &Request) -> Option<Reply> {
    if request.method != "GET" {
        return None;
    }
    let portfolio = uuid("90470000", 1);
    Some(Reply::ok(&match path {
        "/accounts" => {
            let accounts: Vec<Value> = accounts(exchange).collect();
            json!({"has_next": false, "cursor": "", "size": accounts.len(), "accounts": accounts})
        }
        "/key_permissions" => json!({"can_view": true, "can_trade": true, "can_transfer": exchange.is_withdrawal_permitted,
            "portfolio_uuid": portfolio, "portfolio_type": "DEFAULT"}),
        "/portfolios" => json!({"portfolios": [{"name": "Default", "uuid": portfolio, "type": "DEFAULT", "deleted": false}]}),
        "/best_bid_ask" => market::best_bid_ask(exchange, request),
        "/transaction_summary" => json!({"total_volume": 0, "total_fees": 0, "fee_tier": {"pricing_tier": "Advanced 2",
            "usd_from": "0", "usd_to": "10000", "maker_fee_rate": plain(exchange.profile.maker),
            "taker_fee_rate": plain(exchange.profile.taker)}, "advanced_trade_only_volume": 0, "advanced_trade_only_fees": 0}),
        path => match path.strip_prefix("/accounts/") {
            Some(id) => match accounts(exchange).find(|account| account["uuid"] == id) {
                Some(account) => json!({"account": account}),
                None => return Some(trouble(404, "NOT_FOUND", "account not found")),
            },
            None => return market::products(exchange, path, request),
        },
    }))
}

fn accounts(exchange: &Exchange) -> impl Iterator<Item = Value> {
    let at = micros(exchange.now_us());
    exchange.funds.0.iter().zip(1..).map(move |((asset, holding), number)| account(asset, holding, number, &at))
}

fn account(asset: &str, holding: &Holding, number: u64, at: &str) -> Value {
    let amount = |value| json!({"value": plain(value), "currency": asset});
    let kind = if asset == "USD" { "ACCOUNT_TYPE_FIAT" } else { "ACCOUNT_TYPE_CRYPTO" };
    json!({
        "uuid": uuid("acc00000", number), "name": format!("{asset} Wallet"), "currency": asset,
        "available_balance": amount(holding.free), "default": true, "active": true, "created_at": "2026-01-02T15:00:00Z",
        "updated_at": at, "deleted_at": null, "type": kind, "ready": true, "hold": amount(holding.held),
        "retail_portfolio_id": uuid("90470000", 1), "platform": "ACCOUNT_PLATFORM_CONSUMER",
    })
}
