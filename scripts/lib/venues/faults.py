"""Every way to fail, seen by CCXT: what it is told, and whether the order is at the venue."""

import ccxt

import orders
from fake import AMOUNT, LOW, SYMBOLS, check

# CCXT takes half an answer for an order without an id, or raises: no matter here.
WHATEVER = object()
# How long CCXT waits, in milliseconds.
IMPATIENT, PATIENT = 1000, 20000
# Whether the order is there afterwards, and what a client thinks of it.
FAULTS = {
    "delay_ms:50": (True, None),
    "delay_before_ms:50": (True, None),
    "timeout_after": (True, ccxt.RequestTimeout),
    "http_500_after": (True, ccxt.ExchangeNotAvailable),
    "reset_after": (True, ccxt.NetworkError),
    "bad_json_after": (True, WHATEVER),
    "half_body_after": (True, ccxt.BaseError),
    "drop_before": (False, ccxt.NetworkError),
    "http_503_before": (False, ccxt.ExchangeNotAvailable),
    "http_429:7": (False, ccxt.NetworkError),
}


def all_kinds(venue, name):
    one, symbol = orders.client(venue, name), SYMBOLS[name]
    one.load_markets()
    for kind, (is_there, error) in FAULTS.items():
        venue.tell("fault", call="place", kind=kind)
        seen = None
        # On a busy machine everything but the fault takes its time.
        one.timeout = IMPATIENT if kind == "timeout_after" else PATIENT
        try:
            one.create_order(symbol, "limit", "buy", AMOUNT, LOW)
        except ccxt.BaseError as raised:
            seen = raised
        is_expected = error is WHATEVER or (seen is None if error is None else isinstance(seen, error))
        check(f"{name} {kind}", is_expected, seen)
        report = venue.report()
        submission = report["submissions"][-1]
        check(f"{name} {kind} at the venue", len(report["orders"]) == is_there and submission["fault"] == kind, report)
        check(f"{name} {kind} processed", submission["processed"] == is_there, submission)
        venue.tell("reset")
        # A nonce or a time of an order that arrived late must not trouble the next one.
        one.fetch_open_orders(symbol)


def freeze(venue, name):
    one, symbol = orders.client(venue, name), SYMBOLS[name]
    one.load_markets()
    for lose in (True, False):
        venue.tell("freeze", lose=lose)
        one.timeout = IMPATIENT
        try:
            one.create_order(symbol, "limit", "buy", AMOUNT, LOW)
            check(f"{name} frozen", False)
        except ccxt.RequestTimeout:
            check(f"{name} frozen", True)
        venue.tell("thaw")
        one.timeout = PATIENT
        one.fetch_open_orders(symbol)
        there = len(venue.report()["orders"])
        check(f"{name} thawed", there == (0 if lose else 1), there)
        venue.tell("reset")
