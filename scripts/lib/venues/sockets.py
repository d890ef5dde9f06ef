"""What no client of others shows: streams that fail as they are told to, and Binance's log-on by session."""

import asyncio
import base64
import json
import time

import aiohttp
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from fake import check

# How long a message may be on its way, and how long it is waited for where none may come.
SOON, QUIET = 10, 0.5


async def told(socket):
    return json.loads((await socket.receive(SOON)).data)


async def is_quiet(socket):
    try:
        await socket.receive(QUIET)
    except asyncio.TimeoutError:
        return True
    return False


async def listening(session, venue):
    socket = await session.ws_connect(f"{venue.url}/stream")
    keys = {"key_id": venue.key, "secret_key": venue.secret}
    await socket.send_json({"action": "authenticate", "data": keys})
    check("alpaca greets", (await told(socket))["data"]["status"] == "authorized")
    await socket.send_json({"action": "listen", "data": {"streams": ["trade_updates"]}})
    check("alpaca listens", (await told(socket))["data"]["streams"] == ["trade_updates"])
    return socket


async def broken(venue):
    async with aiohttp.ClientSession() as session:
        socket = await listening(session, venue)

        async def hear(kind, expected):
            if kind:
                venue.tell("stream", kind=kind)
            venue.tell("external", symbol="AAPL", side="buy", type="market", qty="1")
            heard = [(await told(socket))["data"]["event"] for _ in expected]
            check(f"stream {kind}", heard == expected and await is_quiet(socket), heard)

        await hear(None, ["new", "fill"])
        await hear("duplicate", ["new", "new", "fill"])
        await hear("reorder", ["fill", "new"])
        await hear("gap", ["fill"])
        await hear("silence", [])
        await hear("ok", ["new", "fill"])
        venue.tell("stream", kind="drop")
        check("stream drop", (await socket.receive(SOON)).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR))
        socket = await listening(session, venue)
        venue.tell("stream", kind="half_open")
        await hear(None, [])
        await socket.ping()
        check("stream half open", await is_quiet(socket))


async def logon(venue):
    key = load_pem_private_key(venue.told["ed25519_secret"].encode(), None)
    params = {"apiKey": venue.told["ed25519_key"], "timestamp": int(time.time() * 1000)}
    payload = "&".join(f"{name}={params[name]}" for name in sorted(params))
    params["signature"] = base64.b64encode(key.sign(payload.encode())).decode()
    async with aiohttp.ClientSession() as session:
        socket = await session.ws_connect(f"{venue.url}/ws-api/v3")
        await socket.send_json({"id": 1, "method": "userDataStream.subscribe"})
        check("binance knows nobody yet", (await told(socket))["status"] == 400)
        await socket.send_json({"id": 2, "method": "session.logon", "params": params})
        check("binance log-on", (await told(socket))["status"] == 200)
        await socket.send_json({"id": 3, "method": "userDataStream.subscribe"})
        subscription = (await told(socket))["result"]["subscriptionId"]
        venue.tell("balance", asset="USDT", amount="5")
        heard = await told(socket)
        check("binance balance", heard["subscriptionId"] == subscription and heard["event"]["d"] == "5.00000000", heard)


def broken_streams(venue):
    asyncio.run(broken(venue))


def session_logon(venue):
    asyncio.run(logon(venue))
