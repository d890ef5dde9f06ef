"""A fake venue as a check holds it: its address and keys, its control, and clients whose only change is the address."""

import json
import subprocess
import urllib.request
from contextlib import contextmanager

passed = 0


def check(what, is_so, seen=None):
    global passed
    if not is_so:
        raise AssertionError(f"{what}: {seen!r}")
    passed += 1


def near(a, b):
    return abs(float(a) - float(b)) < 1e-9


class Fake:
    def __init__(self, told):
        self.key, self.secret, self.told = told["key"], told["secret"], told
        self.address = f"127.0.0.1:{told['port']}"
        self.url = f"http://{self.address}"

    def tell(self, do, **command):
        request = urllib.request.Request(self.url + "/_control", json.dumps({"do": do, **command}).encode())
        return json.load(urllib.request.urlopen(request, timeout=5))

    def report(self):
        return self.tell("report")

    def moved(self, value):
        """Addresses of an exchange, all of them moved here: their paths stay."""
        if isinstance(value, dict):
            return {name: self.moved(one) for name, one in value.items()}
        if isinstance(value, str) and "://" in value:
            scheme, rest = value.split("://", 1)
            path = rest.partition("/")[2]
            return f"{'ws' if scheme == 'wss' else 'http'}://{self.address}" + ("/" + path if path else "")
        return value

    def exchange(self, make, key=None, secret=None, **options):
        """One of CCXT's, made by its class."""
        one = make({"apiKey": key or self.key, "secret": secret or self.secret, "enableRateLimit": False, "options": options})
        one.urls["api"] = self.moved(one.urls["api"])
        # Currencies bring nothing that is checked, and cost endpoints that no desk needs.
        one.has["fetchCurrencies"] = False
        return one


@contextmanager
def fake(program, protocol):
    process = subprocess.Popen([program, protocol], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Fake(json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(10)


# What each exchange of CCXT has to be told to ask only for what is checked, and what is traded there.
OPTIONS = {
    "alpaca": {},
    "binance": {"fetchMarkets": {"types": ["spot"]}, "fetchMargins": False, "adjustForTimeDifference": True},
    "coinbase": {"fetchBalance": "v3PrivateGetBrokerageAccounts"},
    "kraken": {},
}
SYMBOLS = {"alpaca": "BTC/USD", "binance": "BTC/USDT", "coinbase": "BTC/USD", "kraken": "BTC/USD"}
# A price that rests.
LOW = 60000
AMOUNT = 0.01
