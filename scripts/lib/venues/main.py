"""Drives the fake venues with clients that others wrote: CCXT for all four, alpaca-py for Alpaca. Only the address changes.

Usage: main.py PATH_OF_FAKE_VENUE
"""

import sys
import time

import fake
import faults
import orders
import pages
import sockets
import streams


def alpaca(venue, _program):
    orders.alpaca_py(venue)
    venue.tell("reset")
    streams.alpaca_py(venue)
    sockets.broken_streams(venue)
    orders.wrong_secret(venue, "alpaca", "wrong")


def binance(venue, _program):
    orders.life(venue, "binance", key=venue.told["ed25519_key"], secret=venue.told["ed25519_secret"])
    sockets.session_logon(venue)
    orders.wrong_secret(venue, "binance", "wrong")


def coinbase(venue, program):
    with fake.fake(program, "coinbase") as other:
        orders.wrong_secret(venue, "coinbase", other.secret)


def kraken(venue, _program):
    orders.wrong_secret(venue, "kraken", "d3Jvbmc=")


def main(program):
    for its_own in (alpaca, binance, coinbase, kraken):
        name = its_own.__name__
        with fake.fake(program, name) as venue:
            orders.life(venue, name)
            for more in (orders.changes, pages.every_fill_once, streams.ccxt_stream, faults.all_kinds, faults.freeze):
                venue.tell("reset")
                more(venue, name)
            its_own(venue, program)
        print(f"    {name}: as its clients expect", flush=True)


def told(word, failed):
    # As cargo says it: scripts/test counts these lines.
    print(f"test result: {word}. {fake.passed} passed; {failed} failed; 0 ignored; finished in {time.monotonic() - BEGUN:.1f}s")


BEGUN = time.monotonic()
try:
    main(sys.argv[1])
except BaseException:
    told("FAILED", 1)
    raise
told("ok", 0)
