"""The user's stream, heard by CCXT and by alpaca-py while orders are placed over REST."""

import asyncio
import threading

import ccxt.pro

import orders
from fake import AMOUNT, LOW, OPTIONS, SYMBOLS, check

SOON = 10


async def hear(venue, name):
    """A resting order opens and is filled, and is heard to be both."""
    symbol = SYMBOLS[name]
    one = venue.exchange(getattr(ccxt.pro, name), **OPTIONS[name])
    desk = orders.client(venue, name)
    # Kraken does not repeat an order's symbol when it ends, and CCXT then finds nobody who asked for that symbol.
    watched = None if name == "kraken" else symbol
    heard = set()

    async def listen():
        while True:
            heard.update((order["id"], order["status"]) for order in await one.watch_orders(watched))

    await one.load_markets()
    desk.load_markets()
    listening = asyncio.ensure_future(listen())
    try:
        # CCXT does not tell when a subscription stands: orders go on until one is heard from its beginning to its end.
        for _ in range(SOON * 5):
            order = desk.create_order(symbol, "limit", "buy", AMOUNT, LOW)["id"]
            await asyncio.sleep(0.1)
            venue.tell("fill", order_id=order)
            await asyncio.sleep(0.1)
            opened, filled = (order, "open") in heard, (order, "closed") in heard
            if opened and filled or listening.done():
                break
        failure = listening.exception() if listening.done() else None
        check(f"{name} stream", opened and filled and not failure, failure or heard)
    finally:
        listening.cancel()
        await one.close()


def ccxt_stream(venue, name):
    asyncio.run(hear(venue, name))


def alpaca_py(venue):
    from alpaca.trading.stream import TradingStream

    stream = TradingStream(venue.key, venue.secret, url_override=f"ws://{venue.address}/stream")
    heard, is_filled = [], threading.Event()

    async def update(data):
        heard.append((str(data.event), data.order.client_order_id))
        if data.event == "fill":
            is_filled.set()

    stream.subscribe_trade_updates(update)
    thread = threading.Thread(target=stream.run, daemon=True)
    thread.start()
    try:
        for number in range(SOON * 5):
            venue.tell("external", symbol="AAPL", side="buy", type="market", qty="1", client_id=f"heard-{number}")
            if is_filled.wait(0.2):
                break
        last = heard[-1][1] if heard else None
        check("alpaca-py stream", ("new", last) in heard and ("fill", last) in heard, heard)
    finally:
        stream.stop()
        thread.join(SOON)
