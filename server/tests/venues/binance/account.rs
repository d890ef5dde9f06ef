//! Balances, fills, and what the key may do.

use serde_json::{Value, json};

use super::{NO_SYMBOL, Trouble, orders, view};
use crate::{
    exchange::{
        Exchange,
        order::{OrderId, Trade},
    },
    http::{Reply, Request},
};

pub fn balance(exchange: &Exchange, asset: &str) -> (String, String) {
    let holding = exchange.funds.get(asset);
    (view::text(holding.free), view::text(holding.held))
}

fn rates(exchange: &Exchange) -> Value {
    let (maker, taker, none) = (view::text(exchange.profile.maker), view::text(exchange.profile.taker), "0.00000000");
    json!({"maker": maker, "taker": taker, "buyer": none, "seller": none})
}

#[expect(clippy::unnecessary_wraps, reason = "one of many answers, most of which can fail")]
pub fn account(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let is_all = request.param("omitZeroBalances") != Some("true");
    let held = exchange.funds.0.iter().filter(|(_, holding)| is_all || !holding.total().is_zero());
    let one = |asset: &String| {
        let (free, locked) = balance(exchange, asset);
        json!({"asset": asset, "free": free, "locked": locked})
    };
    let balances: Vec<Value> = held.map(|(asset, _)| one(asset)).collect();
    Ok(Reply::ok(&json!({
        "makerCommission": 10, "takerCommission": 10, "buyerCommission": 0, "sellerCommission": 0, "commissionRates": rates(exchange),
        "canTrade": true, "canWithdraw": true, "canDeposit": true, "brokered": false, "requireSelfTradePrevention": false,
        "preventSor": false, "updateTime": exchange.now_ms(), "accountType": "SPOT", "balances": balances, "permissions": ["SPOT"],
        "uid": 354_937_868,
    })))
}

pub fn commission(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let symbol = request.param("symbol").ok_or(NO_SYMBOL)?;
    exchange.instrument(symbol).ok_or(NO_SYMBOL)?;
    Ok(Reply::ok(&json!({"symbol": symbol, "standardCommission": rates(exchange)})))
}

#[expect(clippy::unnecessary_wraps, reason = "one of many answers, most of which can fail")]
pub fn restrictions(exchange: &mut Exchange, _request: &Request) -> Result<Reply, Trouble> {
    Ok(Reply::ok(&json!({
        "ipRestrict": false, "createTime": 1_767_366_000_000_i64, "enableReading": true,
        "enableWithdrawals": exchange.is_withdrawal_permitted, "enableInternalTransfer": false, "enableMargin": false,
        "enableFutures": false, "permitsUniversalTransfer": false, "enableVanillaOptions": false, "enableFixApiTrade": false,
        "enableFixReadOnly": false, "enableSpotAndMarginTrading": true, "enablePortfolioMarginTrading": false,
    })))
}

/// The newest, or those from an id on.
pub fn trades(exchange: &mut Exchange, request: &Request) -> Result<Reply, Trouble> {
    let symbol = request.param("symbol").ok_or(NO_SYMBOL)?;
    exchange.instrument(symbol).ok_or(NO_SYMBOL)?;
    let (from, of) = (request.number::<u64>("fromId"), request.number::<OrderId>("orderId"));
    let (start, end) = (request.number::<i64>("startTime"), request.number::<i64>("endTime"));
    let is_wanted = |trade: &&Trade| {
        let at = trade.at_us / 1000;
        trade.symbol == symbol
            && !exchange.is_hiding_trades
            && !trade.is_busted
            && from.is_none_or(|from| trade.id >= from)
            && of.is_none_or(|of| trade.order == of)
            && start.is_none_or(|start| at >= start)
            && end.is_none_or(|end| at <= end)
    };
    let found: Vec<&Trade> = exchange.trades.iter().filter(is_wanted).collect();
    let page = orders::page(&found, request, from.is_some() || start.is_some());
    Ok(Reply::ok(&page.iter().map(|trade| view::trade(trade)).collect()))
}
