"""Few bytes that ask for much: header blocks, compressed bodies, nesting, counts."""

import functools
import gzip
import struct

import pytest
from hpack.huffman_constants import REQUEST_CODES, REQUEST_CODES_LENGTH
from raw_frames import *  # noqa: F403

CHECK = "/grpc.health.v1.Health/Check"
WATCH = "/grpc.health.v1.Health/Watch"
LIMIT = 4 << 20


# Header blocks

def literal(name, value, kind=0x00):
    return bytes([kind]) + string(name) + string(value)


def string(value):
    return integer(len(value), 7) + value


def integer(value, bits, first=0):
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = bytes([first | most]), value - most
    while value >= 128:
        out, value = out + bytes([value % 128 | 128]), value // 128
    return out + bytes([value])


START = b"".join(literal(name, value) for name, value in
                 [(b":method", b"POST"), (b":scheme", b"http"), (b":path", CHECK.encode()), (b":authority", b"a")])
LARGE = literal(b"x", b"y" * 4_000, kind=0x40)  # enters the table as its newest entry
NEWEST = b"\xbe"


def block_frames(stream, block):
    """HEADERS and CONTINUATION that carry a block of any size."""
    pieces = [block[n:n + MAX_FRAME] for n in range(0, len(block), MAX_FRAME)]
    return headers(stream, pieces[0], end_headers=len(pieces) == 1) + b"".join(
        continuation(stream, piece, end_headers=n == len(pieces) - 2) for n, piece in enumerate(pieces[1:]))


HEADER_BOMBS = {
    # A large entry of the table, over and over: 16 KiB stand for 64 MiB.
    "indexed repeats": lambda n: block_frames(2 * n + 1, START + LARGE + NEWEST * 12_000),
    "indexed repeats over several frames": lambda n: block_frames(2 * n + 1, START + LARGE + NEWEST * 100_000),
    "one repeat too many of many": lambda n: block_frames(2 * n + 1, START + LARGE + NEWEST * 3),
    "many small fields": lambda n: block_frames(2 * n + 1, START + literal(b"a", b"") * 4_000),
    "many fields, few too many": lambda n: block_frames(2 * n + 1, START + literal(b"a", b"b") * 120),
    "one value of 100 KiB": lambda n: block_frames(2 * n + 1, START + literal(b"a", b"b" * 100_000)),
    "Huffman code that grows": lambda n: block_frames(2 * n + 1, START + b"\0\x01a" + integer(15_000, 7, 0x80) + b"\0" * 15_000),
    "table churn": lambda n: block_frames(
        2 * n + 1, START + b"".join(literal(b"x%d-%d" % (n, m), b"y" * 400, kind=0x40) for m in range(30))),
    "table size up and down": lambda n: block_frames(2 * n + 1, b"\x20\x3f\xe1\x1f" * 4_000 + START),
}


@pytest.mark.parametrize("reading", [True, False], ids=["reading", "not reading"])
@pytest.mark.parametrize("bomb", HEADER_BOMBS)
def test_a_header_bomb_costs_little(attacked, bomb, reading):
    make = HEADER_BOMBS[bomb]
    with attacked() as attack:
        for _ in range(2):
            peer = attack.peer(reading=reading)
            attack.flood(peer, make, 60, reading=reading, seconds=0.3, each=make(0).count(b"\0\x09") or 1)
    attack.check(cost=10)


def test_a_block_that_decodes_to_too_much_ends_the_connection(attacked):
    with attacked() as attack:
        peer = attack.peer()
        peer.send(HEADER_BOMBS["indexed repeats"](0))
        assert peer.wait(lambda f: f.kind == GOAWAY and f.code == ENHANCE_YOUR_CALM, 10)
        assert b"decodes to too much" in peer.seen[-1].payload
        assert peer.wait_closed(10)


@pytest.mark.parametrize("byte", [b"y", b"\xff"], ids=["ASCII", "not UTF-8"])
def test_heads_of_open_streams_are_bounded(newly_attacked, byte):
    """256 streams on each of 8 connections, whose heads name an entry of 4 KB again and again, a byte a time."""
    large = literal(b"x", byte * 3_900, kind=0x40)
    start = START + literal(b"content-type", b"application/json")
    with newly_attacked() as attack:
        for _ in range(8):
            peer = attack.peer()
            for n in range(256):
                block = start + (large if n == 0 else NEWEST) + NEWEST * (2 if byte == b"y" else 0)
                peer.send(headers(2 * n + 1, block, end=False))
                attack.frames += 1
            assert peer.is_well()
    attack.check(cost=10)


def test_idle_connections_keep_little_of_what_was_said(newly_attacked):
    """200 connections, each silent after one request of 47 KB of Huffman codes for bytes that are not UTF-8."""
    def coded(value):
        bits = "".join(f"{REQUEST_CODES[byte]:0{REQUEST_CODES_LENGTH[byte]}b}" for byte in value)
        bits += "1" * (-len(bits) % 8)
        return integer(len(bits) // 8, 7, 0x80) + int(bits, 2).to_bytes(len(bits) // 8)
    block = START + b"".join(b"\0" + string(b"x%02d" % n) + coded(b"\xff" * 150) for n in range(27))
    with newly_attacked() as attack:
        for _ in range(200):
            peer = attack.peer()
            peer.send(block_frames(1, block))
            assert peer.is_well()
            attack.frames += 1
    # A connection by itself takes some 30 KiB.
    attack.check(cost=10)


# Bodies

def envelope(body, flags=0):
    return bytes([flags]) + struct.pack(">I", len(body)) + body


def group_nest(depth):
    """Unknown groups inside each other: wire types 3 and 4 of field 15."""
    return b"\x7b" * depth + b"\x7c" * depth


def field(number, body):
    """A length-delimited field."""
    def varint(value):
        out = b""
        while value > 127:
            out, value = out + bytes([value & 127 | 128]), value >> 7
        return out + bytes([value])
    return varint(number << 3 | 2) + varint(len(body)) + body


@functools.cache
def repeated(byte, size):
    """So many equal bytes, compressed."""
    return gzip.compress(byte * size, 9, mtime=0)


PROTO, JSON = "application/proto", "application/json"
STREAM_PROTO, STREAM_JSON = "application/connect+proto", "application/connect+json"
GZIP = ("content-encoding", "gzip")
STREAM_GZIP = ("connect-content-encoding", "gzip")

# Bodies are made when their test runs: those of 1 GiB take seconds.
BODIES = {
    "1 GiB of zeros, gzip": (PROTO, [GZIP], lambda: repeated(b"\0", 1 << 30), 429),
    "1 GiB of spaces, gzip, json": (JSON, [GZIP], lambda: repeated(b" ", 1 << 30), 429),
    "many gzip members": (PROTO, [GZIP], lambda: repeated(b" ", 60_000) * 2_000, 429),
    "empty gzip members": (JSON, [GZIP], lambda: repeated(b"", 0) * 100_000, 400),
    "truncated gzip": (PROTO, [GZIP], lambda: repeated(b"\0", 1 << 20)[:-20], 400),
    "groups inside each other": (PROTO, [], lambda: group_nest(LIMIT // 2 - 1), 400),
    "groups that never end": (PROTO, [], lambda: b"\x7b" * LIMIT, 400),
    "arrays inside each other": (JSON, [], lambda: b'{"x":' + b"[" * 2_000_000 + b"]" * 2_000_000 + b"}", 400),
    "objects inside each other": (JSON, [], lambda: b'{"x":' * 600_000 + b"1" + b"}" * 600_000, 400),
    "unknown fields of nothing": (PROTO, [], lambda: b"\x78\0" * (LIMIT // 2), 429),
    "empty unknown messages": (PROTO, [], lambda: field(15, b"") * (LIMIT // 2), 429),
    "unknown JSON keys": (JSON, [], lambda: b"{" + b",".join(b'"k%d":0' % n for n in range(300_000)) + b"}", None),
    "a long number": (JSON, [], lambda: b'{"x":1' + b"0" * 4_000_000 + b"}", None),
    "a string of escapes": (JSON, [], lambda: b'{"service":"' + b"\\u4e00" * 690_000 + b'"}', 404),
    "over the size limit": (PROTO, [], lambda: b"\0" * (LIMIT + 1), 429),
    "a length that lies": (PROTO, [], lambda: b"\x0a\xff\xff\xff\xff\x07abc", 400),
    "an endless varint": (PROTO, [], lambda: b"\xff" * 100_000, 400),
}
# With the price of a frame, here of 16 KiB of body, in honest calls of a few bytes.
COSTS = {"1 GiB of zeros, gzip": 60, "truncated gzip": 60, "1 GiB of spaces, gzip, json": 60, "many gzip members": 100}

ENVELOPES = {
    "1 GiB of zeros, gzip": (STREAM_PROTO, [STREAM_GZIP], lambda: envelope(repeated(b"\0", 1 << 30), 1)),
    "a length of 4 GiB": (STREAM_PROTO, [], lambda: b"\0\xff\xff\xff\xff" + b"x" * 100_000),
    "a thousand envelopes": (STREAM_JSON, [], lambda: envelope(b"{}") * 1_000),
    "unknown flags": (STREAM_JSON, [], lambda: envelope(b"{}", 0xfc)),
    "groups inside each other": (STREAM_PROTO, [], lambda: envelope(group_nest(1_000_000))),
}


def send_request(attack, peer, stream, path, content_type, fields, body):
    """A whole request, as fast as the windows let it; counts its frames."""
    peer.send(headers(stream, peer.block("POST", path, ("content-type", content_type), *fields), end=False))
    window, offset = 200_000, 0  # what every server here gives at once
    while offset < len(body):
        step = min(MAX_FRAME, len(body) - offset)
        while window < step:
            given = peer.wait(lambda f: f.kind in (WINDOW_UPDATE, RST_STREAM, GOAWAY) or f.ends_stream, 10)
            if given is None or given.kind != WINDOW_UPDATE or given.stream == stream and given.ends_stream:
                return
            window += int.from_bytes(given.payload) if given.stream == stream else 0
        if not peer.send(data(stream, body[offset:offset + step], end=offset + step == len(body))):
            return
        attack.frames += 1
        offset, window = offset + step, window - step


@pytest.mark.parametrize("bomb", BODIES)
def test_a_body_bomb_costs_little(newly_attacked, bomb):
    content_type, fields, make, status = BODIES[bomb]
    body = make()
    with newly_attacked() as attack:
        for _ in range(3):
            peer = attack.peer((INITIAL_WINDOW_SIZE, MAX_WINDOW))
            peer.send(window_update(0, MAX_WINDOW - 65_535))
            send_request(attack, peer, 1, CHECK, content_type, fields, body)
            answer = answer_of(peer, 1)
            assert status is None or answer == status, (answer, peer.seen[-3:])
    attack.check(cost=COSTS.get(bomb, 25))


def answer_of(peer, stream):
    """The status of an answer, whether it is still to come or was seen while the request was sent."""
    status = None
    def look(frame):
        nonlocal status
        if frame.stream == stream and frame.kind == HEADERS:
            status = int(dict(peer.decoder.decode(frame.payload)).get(":status", status or 0))
        return frame.stream == stream and (frame.ends_stream or frame.kind == RST_STREAM)
    if not any(look(frame) for frame in list(peer.seen)):
        peer.wait(look, 20)
    return status


@pytest.mark.parametrize("part", ["a field that nobody knows", "the name that is watched"])
def test_streams_do_not_keep_what_they_were_asked_with(newly_attacked, part):
    """64 watches, each asked for by 4 KiB that become nearly 4 MiB."""
    is_refused = "watched" in part
    message = field(1 if is_refused else 15, b"y" * (LIMIT - 100))
    body = envelope(gzip.compress(message, 9, mtime=0), 1)
    with newly_attacked() as attack:
        peer = attack.peer()
        peer.send(window_update(0, MAX_WINDOW - 65_535))
        for n in range(64):
            send_request(attack, peer, 2 * n + 1, WATCH, STREAM_PROTO, [STREAM_GZIP], body)

        def streams(wanted):
            return {frame.stream for frame in peer.seen if wanted(frame)}
        peer.wait(lambda _: len(streams(lambda frame: frame.kind == DATA)) == 64, 20)
        assert len(streams(lambda frame: frame.kind == DATA)) == 64, peer.seen[-3:]
        assert len(streams(lambda frame: frame.ends_stream)) == (64 if is_refused else 0), peer.seen[-3:]
    # A frame of these stands for 4 MiB.
    attack.check(cost=200)


@pytest.mark.parametrize("bomb", ENVELOPES)
def test_an_envelope_bomb_costs_little(newly_attacked, bomb):
    content_type, fields, make = ENVELOPES[bomb]
    body = make()
    with newly_attacked() as attack:
        for _ in range(3):
            peer = attack.peer()
            send_request(attack, peer, 1, WATCH, content_type, fields, body)
            assert answer_of(peer, 1) == 200
            assert b'"error"' in b"".join(f.payload for f in peer.seen if f.kind == DATA)
    attack.check(cost=60)
