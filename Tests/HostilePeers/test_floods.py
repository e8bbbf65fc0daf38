"""Peers that send more than anybody needs. Each must lose its connection, at a bounded price, while an honest caller
goes on; and so must each that does not even read the answers."""

import re

import pytest
from raw_frames import *  # noqa: F403
from stack import http_get

COUNT = 20_000  # frames that a flood may send at most; every budget is far below
CHECK = "/grpc.health.v1.Health/Check"


def open_stream(peer):
    """A request whose body is still to come, on stream 1."""
    peer.send(headers(1, peer.block("POST", CHECK, ("content-type", "application/json")), end=False))


def held(peer, count=64):
    """Answers that wait for a window of zero."""
    peer.send(settings((INITIAL_WINDOW_SIZE, 0)), *(headers(2 * n + 1, peer.block()) for n in range(count)))


class Flood:
    """Frames by number. `prepare` says what goes before; `each` is how many frames one number makes."""

    def __init__(self, name, make, prepare=None, each=1):
        self.name, self.make, self.prepare, self.each = name, make, prepare, each

    def __repr__(self):
        return self.name


def requests_then(name, make, end=True):
    """A request and something that ends its stream at once; the same block each time, nothing is indexed."""
    return Flood(name, lambda peer, n: headers(2 * n + 1, PLAIN, end=end) + make(2 * n + 1), each=2)


def plain(*fields):
    """A block of fields spelled out, that leaves the tables alone."""
    block = b""
    for name, value in fields:
        name, value = name.encode(), value.encode()
        block += bytes([0, len(name)]) + name + bytes([len(value)]) + value
    return block


METHOD, SCHEME, PATH = (":method", "POST"), (":scheme", "http"), (":path", CHECK)
PLAIN = plain(METHOD, SCHEME, PATH, (":authority", "a"), ("content-type", "application/json"))

FLOODS = [
    Flood("PING", lambda p, n: ping(n.to_bytes(8))),
    Flood("PING acknowledgements", lambda p, n: ping(n.to_bytes(8), flags=ACK)),
    Flood("SETTINGS", lambda p, n: settings()),
    Flood("SETTINGS of 32 entries", lambda p, n: settings(*[(INITIAL_WINDOW_SIZE, n)] * 32)),
    Flood("SETTINGS of 1000 entries", lambda p, n: settings(*[(0xff, n)] * 1_000)),
    Flood("SETTINGS acknowledgements", lambda p, n: settings(flags=ACK)),
    Flood("HEADER_TABLE_SIZE up and down", lambda p, n: settings((HEADER_TABLE_SIZE, n % 2 * 65_536))),
    Flood("INITIAL_WINDOW_SIZE up and down over open streams",
          lambda p, n: settings(*[(INITIAL_WINDOW_SIZE, m % 2) for m in range(32)]), prepare=held),
    Flood("PRIORITY", lambda p, n: priority(2 * n + 1)),
    Flood("PRIORITY chains", lambda p, n: priority(2 * n + 3, on=2 * n + 1, exclusive=True)),
    Flood("PRIORITY_UPDATE", lambda p, n: frame(0x10, payload=(2 * n + 1).to_bytes(4) + b"u=1")),
    Flood("WINDOW_UPDATE of the connection", lambda p, n: window_update(0, 1)),
    Flood("WINDOW_UPDATE of a stream", lambda p, n: window_update(1, 1), prepare=open_stream),
    Flood("WINDOW_UPDATE of held streams", lambda p, n: window_update(n % 64 * 2 + 1, 1), prepare=held),
    Flood("empty DATA", lambda p, n: data(1), prepare=open_stream),
    Flood("DATA of padding", lambda p, n: data(1, padding=200), prepare=open_stream),
    Flood("unknown frames", lambda p, n: frame(0xbb, stream=n)),
    Flood("unknown frames of 16 KiB", lambda p, n: frame(0xbb, payload=b"x" * MAX_FRAME)),
    Flood("GOAWAY with a stream open", lambda p, n: goaway(code=n % 14), prepare=open_stream),
    Flood("RST_STREAM of one stream", lambda p, n: rst_stream(1), prepare=open_stream),
    Flood("CONTINUATION of nothing",
          lambda p, n: headers(1, PLAIN, end_headers=False) if n == 0 else continuation(1, b"", end_headers=False)),
    Flood("CONTINUATION of fields",
          lambda p, n: headers(1, PLAIN, end_headers=False) if n == 0
          else continuation(1, plain((f"x-{n}", "y" * 100)) * 100, end_headers=False)),
    requests_then("rapid reset", rst_stream),
    requests_then("rapid reset of unfinished requests", rst_stream, end=False),
    requests_then("window overflow", lambda stream: window_update(stream, MAX_WINDOW), end=False),
    requests_then("WINDOW_UPDATE of 0", lambda stream: window_update(stream, 0), end=False),
    requests_then("PRIORITY on itself", lambda stream: priority(stream, on=stream), end=False),
    requests_then("DATA on a half-closed stream", lambda stream: data(stream, b"x")),
    requests_then("HEADERS on a half-closed stream", lambda stream: headers(stream, PLAIN)),
    requests_then("PRIORITY of a wrong length", lambda stream: frame(PRIORITY, 0, stream, b"\0\0\0\0"), end=False),
    requests_then("WINDOW_UPDATE of a wrong length", lambda stream: frame(WINDOW_UPDATE, 0, stream, b"\0"), end=False),
    Flood("content-length that is not kept",
          lambda p, n: headers(2 * n + 1, PLAIN + plain(("content-length", "1")), end=False) + data(2 * n + 1, b"xx"),
          each=2),
    Flood("requests without :path", lambda p, n: headers(2 * n + 1, plain(METHOD, SCHEME))),
    Flood("requests with an upper case name", lambda p, n: headers(2 * n + 1, PLAIN + plain(("X", "y")))),
    Flood("requests with an empty name", lambda p, n: headers(2 * n + 1, PLAIN + plain(("", "y")))),
    Flood("requests with connection", lambda p, n: headers(2 * n + 1, PLAIN + plain(("connection", "close")))),
    Flood("requests over the stream limit", lambda p, n: headers(2 * n + 1, PLAIN, end=False)),
    Flood("DATA of a stream that was reset",
          lambda p, n: (headers(1, PLAIN, end=False) + window_update(1, 0)) if n == 0 else data(1, b"x")),
]
# What no budget counts, because each frame is a request like others or costs next to nothing.
UNLIMITED = {"DATA of a stream that was reset"}


@pytest.mark.parametrize("reading", [True, False], ids=["reading", "not reading"])
@pytest.mark.parametrize("flood", FLOODS, ids=repr)
def test_a_flood_ends_its_connection(attacked, flood, reading):
    with attacked() as attack:
        peer = attack.peer(reading=reading)
        if flood.prepare:
            flood.prepare(peer)
        is_limited = flood.name not in UNLIMITED
        attack.flood(peer, lambda n: flood.make(peer, n), COUNT, reading=reading, seconds=2, each=flood.each,
                     patience=20 if is_limited else 1)
    attack.check(ends=1 if is_limited else None)


def limits_reached(statistics):
    """From the page that Prometheus reads: limit → how often it was reached."""
    page = http_get(statistics.admin("statistics") + "/metrics")[2].decode()
    found = re.findall(r'^lianshe_channel_limit_reached_total\{.*limit="(\w+)"\} (\d+)', page, re.MULTILINE)
    assert len(re.findall(r"^lianshe_channel_limit\{", page, re.MULTILINE)) >= 25
    return {name: int(count) for name, count in found}


METRICS = {
    "PING": "pings", "SETTINGS": "settings", "SETTINGS of 1000 entries": "maxSettingsEntries", "PRIORITY": "priorities",
    "WINDOW_UPDATE of the connection": "windowUpdates", "empty DATA": "emptyData", "unknown frames": "unknownFrames",
    "unknown frames of 16 KiB": "unknownBytes", "GOAWAY with a stream open": "goAways",
    "CONTINUATION of nothing": "maxContinuations", "rapid reset": "resetsReceived", "window overflow": "resetsProvoked",
    "requests over the stream limit": "maximumStreams",
}


@pytest.mark.parametrize("name", METRICS)
def test_a_limit_that_was_reached_is_counted(attacked, statistics, name):
    flood = next(flood for flood in FLOODS if flood.name == name)
    before = limits_reached(statistics)[METRICS[name]]
    with attacked() as attack:
        peer = attack.peer()
        if flood.prepare:
            flood.prepare(peer)
        attack.flood(peer, lambda n: flood.make(peer, n), COUNT, seconds=2, patience=20)
    assert limits_reached(statistics)[METRICS[name]] > before
