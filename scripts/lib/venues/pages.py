"""Fills in pages: each of them comes once, whatever the venue calls the next page."""

import orders
from fake import SYMBOLS, check

FILLS = 120


def alpaca(one, _symbol):
    token = None
    while True:
        more = {"page_token": token} if token else {}
        page = one.traderPrivateGetV2AccountActivitiesActivityType({"activity_type": "FILL", "page_size": 50, **more})
        yield [fill["id"] for fill in page]
        if not page:
            return
        token = page[-1]["id"]


def binance(one, symbol):
    first = 0
    while True:
        page = one.privateGetMyTrades({"symbol": one.market_id(symbol), "fromId": first, "limit": 50})
        yield [fill["id"] for fill in page]
        if not page:
            return
        first = int(page[-1]["id"]) + 1


def coinbase(one, _symbol):
    cursor = ""
    while True:
        page = one.v3PrivateGetBrokerageOrdersHistoricalFills({"limit": 50, **({"cursor": cursor} if cursor else {})})
        yield [fill["trade_id"] for fill in page["fills"]]
        cursor = page["cursor"]
        if not cursor:
            return


def kraken(one, _symbol):
    offset = 0
    while True:
        page = one.privatePostTradesHistory({"ofs": offset})["result"]["trades"]
        yield list(page)
        if not page:
            return
        offset += len(page)


def every_fill_once(venue, name):
    one, symbol = orders.client(venue, name), SYMBOLS[name]
    one.load_markets()
    for _ in range(FILLS):
        venue.tell("external", symbol=symbol.replace("/", ""), side="buy", type="market", qty="0.001")
    pages = list(globals()[name](one, symbol))
    ids = [fill for page in pages for fill in page]
    check(f"{name} pages", len(ids) == len(set(ids)) == FILLS and len(pages) > 2, [len(page) for page in pages])
