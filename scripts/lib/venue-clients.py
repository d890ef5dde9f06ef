"""Drives the fake venues with clients that others wrote: CCXT for all four, alpaca-py for Alpaca. Only the address changes.

Usage: venue-clients.py PATH_OF_FAKE_VENUE [PROTOCOL...]
"""

import json
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import ccxt

PASSED = 0


def check(what, is_so, seen=None):
    global PASSED
    if not is_so:
        raise AssertionError(f"{what}: {seen!r}")
    PASSED += 1


def near(a, b):
    return abs(float(a) - float(b)) < 1e-9


@contextmanager
def venue(program, protocol):
    process = subprocess.Popen([program, protocol], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline())
        told["url"] = f"http://127.0.0.1:{told['port']}"
        yield told
    finally:
        process.stdin.close()
        process.wait(10)


def control(told, **command):
    request = urllib.request.Request(told["url"] + "/_control", json.dumps(command).encode())
    return json.load(urllib.request.urlopen(request, timeout=5))


def moved(value, url):
    """The addresses of an exchange, all of them moved to the fake: their paths stay."""
    if isinstance(value, dict):
        return {name: moved(one, url) for name, one in value.items()}
    if isinstance(value, str) and "://" in value:
        path = value.split("://", 1)[1].partition("/")[2]
        return url + ("/" + path if path else "")
    return value


def exchange(name, told, **options):
    one = getattr(ccxt, name)({"apiKey": told["key"], "secret": told["secret"], "enableRateLimit": False, "options": options})
    one.urls["api"] = moved(one.urls["api"], told["url"])
    one.has["fetchCurrencies"] = False
    return one


def life_of_orders(one, told, symbol, low, amount):
    """Balance, a market order, a limit order that rests, is found, listed and canceled, and the account's trades."""
    base, quote = symbol.split("/")
    one.load_markets()
    check(f"{one.id} market", symbol in one.markets, list(one.markets))
    before = one.fetch_balance()
    bought = one.create_order(symbol, "market", "buy", amount, low)
    bought = one.fetch_order(bought["id"], symbol)
    check(f"{one.id} market order", bought["status"] == "closed" and float(bought["filled"]) > 0, bought)
    resting = one.create_order(symbol, "limit", "buy", amount, low)
    found = one.fetch_order(resting["id"], symbol)
    check(f"{one.id} limit order", found["status"] == "open" and near(found["price"], low) and near(found["amount"], amount), found)
    check(f"{one.id} client id", found["clientOrderId"] or one.id == "kraken", found)
    listed = one.fetch_open_orders(symbol)
    check(f"{one.id} open orders", [order["id"] for order in listed] == [resting["id"]], listed)
    one.cancel_order(resting["id"], symbol)
    check(f"{one.id} cancel", one.fetch_order(resting["id"], symbol)["status"] == "canceled")
    check(f"{one.id} open orders after", one.fetch_open_orders(symbol) == [])
    trades = one.fetch_my_trades(symbol)
    mine = [trade for trade in trades if trade["order"] == bought["id"]]
    check(f"{one.id} my trades", near(sum(trade["amount"] for trade in mine), bought["filled"]), trades)
    if one.id != "alpaca":
        after = one.fetch_balance()
        check(f"{one.id} balance", after[base]["total"] > before[base]["total"] and after[quote]["total"] < before[quote]["total"], after)
        check(f"{one.id} nothing held", near(after[quote]["used"] or 0, 0), after[quote])
    else:
        check("alpaca balance", before["USD"]["total"] == 100000, before)
    try:
        one.create_order(symbol, "limit", "buy", 1000000, low)
        check(f"{one.id} refuses what cannot be paid", False)
    except (ccxt.InsufficientFunds, ccxt.InvalidOrder, ccxt.PermissionDenied) as error:
        check(f"{one.id} refuses what cannot be paid", True, error)
    report = control(told, do="report")
    check(f"{one.id} report", [s["call"] for s in report["submissions"]] == ["place", "place", "cancel", "place"], report["submissions"])
    check(f"{one.id} orders at the venue", len(report["orders"]) == 2, report["orders"])


def wrong_key(name, told, symbol, **options):
    one = exchange(name, dict(told, secret=told["other_secret"]), **options)
    try:
        one.load_markets()
        one.fetch_open_orders(symbol)
        check(f"{name} refuses a wrong secret", False)
    except (ccxt.AuthenticationError, ccxt.ExchangeError) as error:
        check(f"{name} refuses a wrong secret", True, error)


def binance(told):
    options = {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": False, "adjustForTimeDifference": True}
    one = exchange("binance", told, **options)
    life_of_orders(one, told, "BTC/USDT", 60000, 0.01)
    wrong_key("binance", dict(told, other_secret="wrong"), "BTC/USDT", **options)
    control(told, do="reset")
    ed25519 = exchange("binance", dict(told, key=told["ed25519_key"], secret=told["ed25519_secret"]), **options)
    life_of_orders(ed25519, told, "ETH/USDT", 3000, 0.1)


def kraken(told):
    life_of_orders(exchange("kraken", told), told, "BTC/USD", 60000, 0.01)
    wrong_key("kraken", dict(told, other_secret="d3Jvbmc="), "BTC/USD")


def coinbase(told):
    one = exchange("coinbase", told, fetchBalance="v3PrivateGetBrokerageAccounts")
    life_of_orders(one, told, "BTC/USD", 60000, 0.01)
    with venue(sys.argv[1], "coinbase") as other:
        wrong_key("coinbase", dict(told, other_secret=other["secret"]), "BTC/USD")


def alpaca(told):
    life_of_orders(exchange("alpaca", told), told, "BTC/USD", 60000, 0.01)
    wrong_key("alpaca", dict(told, other_secret="wrong"), "BTC/USD")
    control(told, do="reset")
    alpaca_py(told)


def alpaca_py(told):
    from alpaca.common.exceptions import APIError
    from alpaca.trading.client import TradingClient
    from alpaca.trading.enums import OrderClass, OrderSide, QueryOrderStatus, TimeInForce
    from alpaca.trading.requests import (
        GetAssetsRequest, GetOrdersRequest, LimitOrderRequest, MarketOrderRequest, ReplaceOrderRequest, StopLossRequest, TakeProfitRequest)

    client = TradingClient(told["key"], told["secret"], url_override=told["url"])
    check("alpaca-py account", client.get_account().cash == "100000")
    check("alpaca-py assets", any(asset.symbol == "AAPL" for asset in client.get_all_assets(GetAssetsRequest())))
    check("alpaca-py clock", client.get_clock().is_open)
    bought = client.submit_order(MarketOrderRequest(symbol="AAPL", qty=2, side=OrderSide.BUY, time_in_force=TimeInForce.DAY))
    check("alpaca-py market order", client.get_order_by_id(bought.id).filled_qty == "2")
    check("alpaca-py position", client.get_open_position("AAPL").qty == "2")
    limit = LimitOrderRequest(symbol="AAPL", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.GTC, limit_price=200, client_order_id="mine-1")
    resting = client.submit_order(limit)
    check("alpaca-py by client id", client.get_order_by_client_id("mine-1").id == resting.id)
    try:
        client.submit_order(limit)
        check("alpaca-py client id twice", False)
    except APIError as error:
        check("alpaca-py client id twice", error.status_code == 422 and "unique" in error.message, error)
    replaced = client.replace_order_by_id(resting.id, ReplaceOrderRequest(limit_price=201))
    check("alpaca-py replace", replaced.id != resting.id and client.get_order_by_id(resting.id).status == "replaced")
    check("alpaca-py open orders", [order.id for order in client.get_orders()] == [replaced.id])
    client.cancel_order_by_id(replaced.id)
    check("alpaca-py cancel", client.get_order_by_id(replaced.id).status == "canceled")
    bracket = client.submit_order(LimitOrderRequest(
        symbol="MSFT", qty=1, side=OrderSide.BUY, time_in_force=TimeInForce.GTC, limit_price=400, order_class=OrderClass.BRACKET,
        take_profit=TakeProfitRequest(limit_price=450), stop_loss=StopLossRequest(stop_price=380)))
    control(told, do="price", symbol="MSFT", bid="399", ask="400")
    control(told, do="price", symbol="MSFT", bid="379", ask="380")
    family = client.get_orders(GetOrdersRequest(status=QueryOrderStatus.ALL, symbols=["MSFT"]))
    legs = {order.type.value: order.status.value for order in family if order.id != bracket.id}
    check("alpaca-py bracket", legs == {"limit": "canceled", "stop": "filled"}, legs)
    client.cancel_orders()
    client.close_position("AAPL")
    check("alpaca-py positions", client.get_all_positions() == [])


def main():
    begun = time.monotonic()
    for name in sys.argv[2:] or ["alpaca", "binance", "coinbase", "kraken"]:
        with venue(sys.argv[1], name) as told:
            globals()[name](told)
        print(f"    {name}: as its clients expect", flush=True)
    print(f"test result: ok. {PASSED} passed; 0 failed; 0 ignored; in {time.monotonic() - begun:.1f} s")


main()
