"""The life of orders over REST, by CCXT, and what is refused."""

import ccxt

from fake import AMOUNT, LOW, OPTIONS, SYMBOLS, check, near


def above(name, price):
    """A buy that waits for a rising price, in CCXT's three dialects."""
    if name == "kraken":
        return {"stopLossPrice": price}
    return {"triggerPrice": price, **({"stop_direction": "STOP_DIRECTION_STOP_UP"} if name == "coinbase" else {})}


def client(venue, name, **credentials):
    return venue.exchange(getattr(ccxt, name), **credentials, **OPTIONS[name])


def life(venue, name, **credentials):
    """Balance, a market order, a limit order that rests, is found, listed and canceled, and the account's trades."""
    one, symbol = client(venue, name, **credentials), SYMBOLS[name]
    one.load_markets()
    before = one.fetch_balance()
    bought = one.fetch_order(one.create_order(symbol, "market", "buy", AMOUNT, LOW)["id"], symbol)
    check(f"{name} market order", bought["status"] == "closed" and float(bought["filled"]) > 0, bought)
    resting = one.create_order(symbol, "limit", "buy", AMOUNT, LOW)["id"]
    found = one.fetch_order(resting, symbol)
    check(f"{name} limit order", found["status"] == "open" and near(found["price"], LOW) and near(found["amount"], AMOUNT), found)
    listed = one.fetch_open_orders(symbol)
    check(f"{name} open orders", [order["id"] for order in listed] == [resting], listed)
    one.cancel_order(resting, symbol)
    check(f"{name} cancel", one.fetch_order(resting, symbol)["status"] == "canceled")
    check(f"{name} no open orders", one.fetch_open_orders(symbol) == [])
    mine = [trade for trade in one.fetch_my_trades(symbol) if trade["order"] == bought["id"]]
    check(f"{name} my trades", near(sum(trade["amount"] for trade in mine), bought["filled"]), mine)
    balance(one, symbol, before)
    too_much(one, symbol)
    report = venue.report()
    calls = [submission["call"] for submission in report["submissions"]]
    check(f"{name} submissions", calls == ["place", "place", "cancel", "place"], calls)
    check(f"{name} orders at the venue", len(report["orders"]) == 2, report["orders"])


def changes(venue, name):
    """An order is edited, one waits for its trigger, one takes what there is and no more; all three are found among the closed."""
    one, symbol = client(venue, name), SYMBOLS[name]
    one.load_markets()
    resting = one.create_order(symbol, "limit", "buy", AMOUNT, LOW)["id"]
    edited = one.edit_order(resting, symbol, "limit", "buy", AMOUNT, LOW - 100)["id"]
    # Alpaca and Binance put another order in its place.
    found = one.fetch_order(edited if name in ("alpaca", "binance") else resting, symbol)
    check(f"{name} edit", found["status"] == "open" and near(found["price"], LOW - 100) and near(found["amount"], AMOUNT), found)
    one.cancel_order(found["id"], symbol)
    waiting = one.create_order(symbol, "limit", "buy", AMOUNT, LOW + 6000, above(name, LOW + 5500))["id"]
    check(f"{name} waits for its trigger", one.fetch_order(waiting, symbol)["status"] == "open")
    venue.tell("price", symbol=symbol.replace("/", ""), bid=str(LOW + 5600), ask=str(LOW + 5700), depth=str(AMOUNT * 1.5))
    triggered = one.fetch_order(waiting, symbol)
    check(f"{name} trigger", triggered["status"] == "closed" and near(triggered["filled"], AMOUNT), triggered)
    partial = one.create_order(symbol, "limit", "buy", AMOUNT, LOW + 6000, {"timeInForce": "IOC"})["id"]
    taken = one.fetch_order(partial, symbol)
    check(f"{name} takes what there is", taken["status"] in ("canceled", "expired") and near(taken["filled"], AMOUNT / 2), taken)
    ended = {order["id"] for order in (one.fetch_orders if one.has["fetchOrders"] else one.fetch_closed_orders)(symbol)}
    check(f"{name} closed orders", {waiting, partial, found["id"]} <= ended, ended)


def balance(one, symbol, before):
    after = one.fetch_balance()
    base, quote = symbol.split("/")
    # CCXT asks Alpaca for cash alone.
    if one.id != "alpaca":
        check(f"{one.id} bought", after[base]["total"] > before[base]["total"], after)
        check(f"{one.id} nothing held", near(after[quote]["used"] or 0, 0), after[quote])
    check(f"{one.id} paid", after[quote]["total"] < before[quote]["total"], after)


def too_much(one, symbol):
    try:
        one.create_order(symbol, "limit", "buy", 1000000, LOW)
    except (ccxt.InsufficientFunds, ccxt.InvalidOrder, ccxt.BadRequest):
        return check(f"{one.id} refuses what cannot be paid", True)
    check(f"{one.id} refuses what cannot be paid", False)


def wrong_secret(venue, name, secret):
    one = client(venue, name, secret=secret)
    try:
        one.load_markets()
        one.fetch_open_orders(SYMBOLS[name])
    except (ccxt.AuthenticationError, ccxt.ExchangeError):
        return check(f"{name} refuses a wrong secret", True)
    check(f"{name} refuses a wrong secret", False)


def alpaca_py(venue):
    from alpaca.common.exceptions import APIError
    from alpaca.trading.client import TradingClient
    from alpaca.trading.enums import OrderSide, QueryOrderStatus, TimeInForce
    from alpaca.trading.requests import (
        GetAssetsRequest,
        GetOrdersRequest,
        LimitOrderRequest,
        MarketOrderRequest,
        ReplaceOrderRequest,
        StopLossRequest,
        TakeProfitRequest,
    )

    desk = TradingClient(venue.key, venue.secret, url_override=venue.url)
    check("alpaca-py account", desk.get_account().cash == "100000")
    check("alpaca-py assets", any(asset.symbol == "AAPL" for asset in desk.get_all_assets(GetAssetsRequest())))
    check("alpaca-py clock", desk.get_clock().is_open)
    bought = desk.submit_order(MarketOrderRequest(symbol="AAPL", qty=2, side=OrderSide.BUY, time_in_force=TimeInForce.DAY))
    check("alpaca-py market order", desk.get_order_by_id(bought.id).filled_qty == "2")
    check("alpaca-py position", desk.get_open_position("AAPL").qty == "2")
    limit = {"qty": 1, "side": OrderSide.BUY, "time_in_force": TimeInForce.GTC}
    named = LimitOrderRequest(symbol="AAPL", limit_price=200, client_order_id="mine-1", **limit)
    resting = desk.submit_order(named)
    check("alpaca-py by client id", desk.get_order_by_client_id("mine-1").id == resting.id)
    try:
        desk.submit_order(named)
        check("alpaca-py client id twice", False)
    except APIError as error:
        check("alpaca-py client id twice", error.status_code == 422 and "unique" in error.message, error)
    replaced = desk.replace_order_by_id(resting.id, ReplaceOrderRequest(limit_price=201))
    check("alpaca-py replace", replaced.id != resting.id and desk.get_order_by_id(resting.id).status == "replaced")
    check("alpaca-py open orders", [order.id for order in desk.get_orders()] == [replaced.id])
    desk.cancel_order_by_id(replaced.id)
    check("alpaca-py cancel", desk.get_order_by_id(replaced.id).status == "canceled")
    profit, loss = TakeProfitRequest(limit_price=450), StopLossRequest(stop_price=380)
    bracket = LimitOrderRequest(symbol="MSFT", limit_price=400, order_class="bracket", take_profit=profit, stop_loss=loss, **limit)
    bracket = desk.submit_order(bracket)
    venue.tell("price", symbol="MSFT", bid="399", ask="400")
    venue.tell("price", symbol="MSFT", bid="379", ask="380")
    family = desk.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, symbols=["MSFT"]))
    legs = {order.type.value: order.status.value for order in family if order.id != bracket.id}
    check("alpaca-py bracket", legs == {"limit": "canceled", "stop": "filled"}, legs)
    desk.cancel_orders()
    desk.close_position("AAPL")
    check("alpaca-py position closed", desk.get_all_positions() == [])
    desk.submit_order(MarketOrderRequest(symbol="SPY", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.DAY))
    desk.close_all_positions()
    check("alpaca-py all positions closed", desk.get_all_positions() == [])
