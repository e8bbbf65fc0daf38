"""RFC 9113 and RFC 7541 section by section, as the public HTTP/2 test suites check servers: each case
breaks or stretches one rule on a connection of its own and says what the server must do."""

import pytest
from raw_frames import *  # noqa: F403

PATIENCE = 10  # seconds; the answer usually takes milliseconds


def get(peer, stream=1, **options):
    return headers(stream, peer.block(), **options)


def post(peer, stream=1, *more, **options):
    return headers(stream, peer.block("POST", "/", *more), end=False, **options)


def literal(name, value, kind=0x00):
    """A field spelled out, without Huffman code. The names and values here are short."""
    return bytes([kind, len(name)]) + name + bytes([len(value)]) + value


DUMMY = ("x-dummy0", "x" * 4_000)
HUFFMAN_X_TEST = bytes.fromhex("85f2b24a84ff")


# What the server must do. Each takes the peer and says what is wrong, or None.

def answers(peer):
    """A response of any status on stream 1."""
    if peer.wait(lambda f: f.kind == HEADERS and f.stream == 1, PATIENCE) is None:
        return "no response"


def pongs(peer):
    if not peer.is_well(PATIENCE):
        return "the connection does not go on"


def closes(peer):
    if not peer.wait_closed(PATIENCE):
        return "the connection is still open"


def connection_error(*codes):
    def check(peer):
        if peer.wait(lambda f: f.kind == GOAWAY and f.code in codes, PATIENCE) is None and not peer.closed:
            return f"no GOAWAY with {codes}"
    return check


def goes_away_and_closes(*codes):
    """The strict form: GOAWAY with the code, then the end of the connection."""
    def check(peer):
        if peer.wait(lambda f: f.kind == GOAWAY and f.code in codes, PATIENCE) is None:
            return f"no GOAWAY with {codes}"
        return closes(peer)
    return check


def stream_error(*codes):
    def check(peer):
        found = peer.wait(lambda f: f.kind in (GOAWAY, RST_STREAM) and f.code in codes, PATIENCE)
        if found is None and not peer.closed:
            return f"neither RST_STREAM nor GOAWAY with {codes}"
    return check


def resets(code):
    """Only the stream ends."""
    def check(peer):
        if peer.wait(lambda f: f.kind == RST_STREAM and f.stream == 1 and f.code == code, PATIENCE) is None:
            return f"no RST_STREAM with {code}"
        return pongs(peer)
    return check


def first_data_has(length):
    def check(peer):
        found = peer.wait_kind(DATA, PATIENCE)
        if found is None or len(found.payload) != length:
            return f"the first DATA frame is not of {length} bytes: {found}"
    return check


def sends_data(peer):
    if peer.wait_kind(DATA, PATIENCE) is None:
        return "no DATA"


compression_error = goes_away_and_closes(COMPRESSION_ERROR)
protocol_error = goes_away_and_closes(PROTOCOL_ERROR)
frame_size_error = goes_away_and_closes(FRAME_SIZE_ERROR)

CASES = []


def case(section, name, expected):
    """Adds a case: the function gives the frames to send, all at once, after the handshake."""
    def add(body):
        CASES.append(pytest.param(body, expected, id=f"{section} {name}"))
        return body
    return add


def simple(section, name, expected, body):
    case(section, name, expected)(body)


# Section 4: frames
simple("4.1", "frame of an unknown type", pongs, lambda p: [frame(0x16, payload=b"\0" * 8)])
simple("4.1", "undefined flags", pongs, lambda p: [ping(flags=0x16)])
simple("4.1", "reserved bit of the stream number", pongs, lambda p: [ping(stream=1 << 31)])
simple("4.2", "DATA of 2^14 bytes", answers, lambda p: [post(p), data(1, b"x" * MAX_FRAME, end=True)])
simple("4.2", "DATA over 2^14 bytes", stream_error(FRAME_SIZE_ERROR),
       lambda p: [post(p), data(1, b"x" * (MAX_FRAME + 1), end=True)])
simple("4.2", "HEADERS over 2^14 bytes", frame_size_error,
       lambda p: [headers(1, p.encode(p.fields() + [(f"x-dummy{n}", "x" * 4_000) for n in range(5)], huffman=False))])
simple("4.3", "broken header block", compression_error, lambda p: [headers(1, b"\x40\x01")])
simple("4.3", "PRIORITY inside a header block", protocol_error,
       lambda p: [get(p, end_headers=False), priority(1), continuation(1, p.encode([DUMMY]))])
simple("4.3", "HEADERS of another stream inside a header block", protocol_error,
       lambda p: [get(p, end_headers=False), get(p, 3)])

# Section 5.1: stream states
simple("5.1", "idle: DATA", protocol_error, lambda p: [data(1, b"test", end=True)])
simple("5.1", "idle: RST_STREAM", protocol_error, lambda p: [rst_stream(1)])
simple("5.1", "idle: WINDOW_UPDATE", protocol_error, lambda p: [window_update(1, 100)])
simple("5.1", "idle: CONTINUATION", protocol_error, lambda p: [continuation(1, p.block())])
simple("5.1", "idle: PRIORITY", pongs, lambda p: [priority(1, weight=255)])
simple("5.1", "half-closed: DATA", stream_error(STREAM_CLOSED), lambda p: [get(p), data(1, b"test", end=True)])
simple("5.1", "half-closed: HEADERS", stream_error(STREAM_CLOSED), lambda p: [get(p), get(p)])
simple("5.1", "half-closed: CONTINUATION", stream_error(STREAM_CLOSED, PROTOCOL_ERROR),
       lambda p: [get(p), continuation(1, p.block())])
simple("5.1", "half-closed: WINDOW_UPDATE", sends_data,
       lambda p: [settings((INITIAL_WINDOW_SIZE, 0)), get(p), window_update(1, 1)])
simple("5.1", "half-closed: PRIORITY", sends_data,
       lambda p: [settings((INITIAL_WINDOW_SIZE, 0)), get(p), priority(1, weight=255), window_update(1, 1)])
simple("5.1", "half-closed: RST_STREAM", pongs, lambda p: [get(p), rst_stream(1)])
simple("5.1", "reset: DATA", stream_error(STREAM_CLOSED), lambda p: [post(p), rst_stream(1), data(1, b"test", end=True)])
simple("5.1", "reset: HEADERS", stream_error(STREAM_CLOSED), lambda p: [post(p), rst_stream(1), get(p)])
simple("5.1", "reset: CONTINUATION", stream_error(STREAM_CLOSED, PROTOCOL_ERROR),
       lambda p: [post(p), rst_stream(1), continuation(1, p.encode([DUMMY]))])


def after_an_answer(*frames):
    """Frames on a stream that both sides have ended."""
    def body(peer):
        peer.send(get(peer))
        assert peer.wait(lambda f: f.ends_stream, PATIENCE), "no complete answer"
        return [make(peer) for make in frames]
    return body


simple("5.1", "closed: DATA", connection_error(STREAM_CLOSED), after_an_answer(lambda p: data(1, b"test", end=True)))
simple("5.1", "closed: HEADERS", connection_error(STREAM_CLOSED), after_an_answer(get))
simple("5.1", "closed: CONTINUATION", connection_error(STREAM_CLOSED, PROTOCOL_ERROR),
       after_an_answer(lambda p: continuation(1, p.encode([DUMMY]))))
simple("5.1", "closed: PRIORITY", pongs, after_an_answer(lambda p: priority(1, weight=255)))
simple("5.1", "closed: WINDOW_UPDATE", pongs, after_an_answer(lambda p: window_update(1, 1)))
simple("5.1", "closed: RST_STREAM", pongs, after_an_answer(lambda p: rst_stream(1)))
simple("5.1.1", "even stream number", protocol_error, lambda p: [get(p, 2)])
simple("5.1.1", "same stream number again", stream_error(STREAM_CLOSED), lambda p: [get(p, 5), get(p, 5)])
simple("5.1.2", "more streams than announced", stream_error(PROTOCOL_ERROR, REFUSED_STREAM),
       lambda p: [settings((INITIAL_WINDOW_SIZE, 0))]
       + [get(p, 2 * n + 1) for n in range(p.settings[MAX_CONCURRENT_STREAMS] + 1)])
simple("5.3.1", "HEADERS depends on itself", stream_error(PROTOCOL_ERROR),
       lambda p: [get(p, prefix=b"\0\0\0\x01\xff", flags=WITH_PRIORITY)])
simple("5.3.1", "PRIORITY depends on itself", stream_error(PROTOCOL_ERROR), lambda p: [priority(2, on=2)])
simple("5.4.1", "GOAWAY comes before the close", protocol_error, lambda p: [ping(stream=3)])
simple("5.5", "unknown extension frame", pongs, lambda p: [frame(0xff, payload=b"unknown")])
simple("5.5", "unknown extension frame inside a header block", protocol_error,
       lambda p: [get(p, end_headers=False), frame(0xff, stream=1, payload=b"unknown"), continuation(1, p.encode([DUMMY]))])

# Section 6: frame definitions
simple("6.1", "DATA", answers, lambda p: [post(p), data(1, b"test", end=True)])
simple("6.1", "several DATA", answers, lambda p: [post(p), data(1, b"test"), data(1, b"test", end=True)])
simple("6.1", "padded DATA", answers, lambda p: [post(p), data(1, b"test", end=True, padding=6)])
simple("6.1", "DATA of stream 0", protocol_error, lambda p: [data(0, b"test", end=True)])
simple("6.1", "DATA of an ended stream", stream_error(STREAM_CLOSED), lambda p: [get(p), data(1, b"test", end=True)])
simple("6.1", "DATA with too much padding", protocol_error,
       lambda p: [post(p), frame(DATA, END_STREAM | PADDED, 1, b"\x06test")])
simple("6.2", "HEADERS", answers, lambda p: [get(p)])
simple("6.2", "padded HEADERS", answers, lambda p: [get(p, prefix=b"\x08", suffix=b"\0" * 8, flags=PADDED)])
simple("6.2", "HEADERS with priority", answers, lambda p: [get(p, prefix=b"\0\0\0\0\xff", flags=WITH_PRIORITY)])
simple("6.2", "HEADERS of stream 0", protocol_error, lambda p: [get(p, 0)])
simple("6.2", "HEADERS with too much padding", protocol_error,
       lambda p: [headers(1, p.block(), prefix=b"\xff", flags=PADDED)])
for exclusive in (False, True):
    for weight in (0, 255):
        simple("6.3", f"PRIORITY {weight} {exclusive}", answers,
               lambda p, w=weight, e=exclusive: [priority(1, weight=w, exclusive=e), get(p)])
simple("6.3", "PRIORITY with a dependency", answers, lambda p: [priority(3, on=1), get(p)])
simple("6.3", "PRIORITY of a later stream", answers, lambda p: [priority(3, weight=255), get(p)])
simple("6.3", "PRIORITY of stream 0", protocol_error, lambda p: [priority(0)])
simple("6.3", "PRIORITY of a wrong length", stream_error(FRAME_SIZE_ERROR),
       lambda p: [get(p), frame(PRIORITY, 0, 1, b"\x80\0\0\x01")])
simple("6.4", "RST_STREAM", pongs, lambda p: [post(p), rst_stream(1)])
simple("6.4", "RST_STREAM of stream 0", protocol_error, lambda p: [rst_stream(0)])
simple("6.4", "RST_STREAM of a wrong length", frame_size_error, lambda p: [post(p), frame(RST_STREAM, 0, 1, b"\0\0\0")])
simple("6.5", "SETTINGS acknowledgement with a payload", frame_size_error, lambda p: [frame(SETTINGS, ACK, 0, b"\0")])
simple("6.5", "SETTINGS of a stream", protocol_error, lambda p: [settings((MAX_CONCURRENT_STREAMS, 9), stream=1)])
simple("6.5", "SETTINGS of a broken length", frame_size_error, lambda p: [frame(SETTINGS, 0, 0, b"\0\x03\0")])
simple("6.5.2", "ENABLE_PUSH of 2", protocol_error, lambda p: [settings((ENABLE_PUSH, 2))])
simple("6.5.2", "INITIAL_WINDOW_SIZE over its maximum", goes_away_and_closes(FLOW_CONTROL_ERROR),
       lambda p: [settings((INITIAL_WINDOW_SIZE, 1 << 31))])
simple("6.5.2", "MAX_FRAME_SIZE below its minimum", protocol_error, lambda p: [settings((MAX_FRAME_SIZE, MAX_FRAME - 1))])
simple("6.5.2", "MAX_FRAME_SIZE over its maximum", protocol_error, lambda p: [settings((MAX_FRAME_SIZE, 1 << 24))])
simple("6.5.2", "unknown setting", pongs, lambda p: [settings((0xff, 1))])
simple("6.5.3", "settings count in their order", first_data_has(1),
       lambda p: [settings((INITIAL_WINDOW_SIZE, 100), (INITIAL_WINDOW_SIZE, 1)), get(p)])


@case("6.5.3", "SETTINGS are acknowledged at once",
      lambda p: None if p.wait(lambda f: f.kind == SETTINGS and f.flags & ACK, PATIENCE) else "no acknowledgement")
def _(peer):
    return [settings((ENABLE_PUSH, 0))]


def answers_the_right_ping(peer):
    found = peer.wait_kind(PING, PATIENCE)
    if found is None or found.payload != b"expected" or not found.flags & ACK:
        return f"not the PING's answer: {found}"


simple("6.7", "PING", answers_the_right_ping, lambda p: [ping(b"expected")])
simple("6.7", "PING acknowledgement is not answered", answers_the_right_ping,
       lambda p: [ping(b"not this", flags=ACK), ping(b"expected")])
simple("6.7", "PING of a stream", protocol_error, lambda p: [ping(stream=1)])
simple("6.7", "PING of a wrong length", goes_away_and_closes(FRAME_SIZE_ERROR, PROTOCOL_ERROR),
       lambda p: [frame(PING, 0, 0, b"\0" * 6)])
simple("6.8", "GOAWAY", closes, lambda p: [goaway()])
simple("6.8", "GOAWAY of a stream", protocol_error, lambda p: [goaway(stream=1)])
simple("6.9", "WINDOW_UPDATE of the connection", first_data_has(1),
       lambda p: [settings((INITIAL_WINDOW_SIZE, 1)), window_update(0, 1), get(p)])
simple("6.9", "WINDOW_UPDATE of 0 on the connection", protocol_error, lambda p: [window_update(0, 0)])
simple("6.9", "WINDOW_UPDATE of 0 on a stream", stream_error(PROTOCOL_ERROR), lambda p: [post(p), window_update(1, 0)])
simple("6.9", "WINDOW_UPDATE of a wrong length", frame_size_error, lambda p: [frame(WINDOW_UPDATE, 0, 0, b"\0\0\x01")])
simple("6.9.1", "a window of 1 is kept", first_data_has(1), lambda p: [settings((INITIAL_WINDOW_SIZE, 1)), get(p)])
simple("6.9.1", "window of the connection overflows", goes_away_and_closes(FLOW_CONTROL_ERROR),
       lambda p: [window_update(0, MAX_WINDOW)] * 2)
simple("6.9.1", "window of a stream overflows", resets(FLOW_CONTROL_ERROR),
       lambda p: [post(p), window_update(1, MAX_WINDOW), window_update(1, MAX_WINDOW)])
simple("6.9.2", "INITIAL_WINDOW_SIZE changes the windows there are", first_data_has(1),
       lambda p: [settings((INITIAL_WINDOW_SIZE, 0)), get(p), settings((INITIAL_WINDOW_SIZE, 1))])


@case("6.9.2", "a window may become negative", first_data_has(1))
def _(peer):
    peer.send(settings((INITIAL_WINDOW_SIZE, 3)), get(peer))
    assert len(peer.wait_kind(DATA, PATIENCE).payload) == 3
    peer.send(settings((INITIAL_WINDOW_SIZE, 2)))
    assert peer.wait(lambda f: f.kind == SETTINGS and f.flags & ACK, PATIENCE)
    return [window_update(1, 2)]


def cut(peer, *places, end_headers=True):
    """A request whose block is cut at these places."""
    block = peer.block()
    ends = [*places, len(block)]
    frames = [headers(1, block[:places[0]], end_headers=False)]
    frames += [continuation(1, block[start:end], end_headers=end == len(block))
               for start, end in zip(places, ends[1:])]
    return frames


simple("6.10", "CONTINUATION", answers, lambda p: cut(p, 5))
simple("6.10", "several CONTINUATION", answers, lambda p: cut(p, 5, 10))
simple("6.10", "large CONTINUATION", answers,
       lambda p: [get(p, end_headers=False), continuation(1, p.encode([DUMMY]), end_headers=False),
                  continuation(1, p.encode([DUMMY]))])
simple("6.10", "DATA after CONTINUATION", protocol_error,
       lambda p: [post(p, end_headers=False), continuation(1, p.encode([DUMMY]), end_headers=False),
                  data(1, b"test", end=True)])
simple("6.10", "CONTINUATION of stream 0", protocol_error,
       lambda p: [get(p, end_headers=False), continuation(0, p.encode([DUMMY]))])
simple("6.10", "CONTINUATION after a finished HEADERS", protocol_error, lambda p: [get(p), continuation(1, p.encode([DUMMY]))])
simple("6.10", "CONTINUATION after a finished CONTINUATION", protocol_error,
       lambda p: [get(p, end_headers=False), continuation(1, p.encode([DUMMY])), continuation(1, p.encode([DUMMY]))])
simple("6.10", "CONTINUATION after DATA", protocol_error,
       lambda p: [post(p, end_headers=False), data(1, b"test", end=True), continuation(1, p.encode([DUMMY]))])

# Section 7: unknown error codes mean nothing special
simple("7", "GOAWAY with an unknown code", closes, lambda p: [goaway(code=0xff)])
simple("7", "RST_STREAM with an unknown code", pongs, lambda p: [post(p), rst_stream(1, 0xff)])

# Section 8: messages
simple("8.1", "GET", answers, lambda p: [get(p)])
simple("8.1", "HEAD", answers, lambda p: [headers(1, p.block("HEAD"))])
simple("8.1", "POST with trailers", answers,
       lambda p: [post(p, 1, ("trailer", "x-test")), data(1, b"test"), headers(1, p.encode([("x-test", "ok")]))])
simple("8.1", "second HEADERS that does not end the stream", stream_error(PROTOCOL_ERROR),
       lambda p: [post(p), data(1, b"test"), headers(1, p.encode([("x-test", "ok")]), end=False)])
malformed = resets(PROTOCOL_ERROR)
for name, more in {
    "8.2 upper case in a name": [("X-TEST", "ok")],
    "8.2.2 connection": [("connection", "keep-alive")],
    "8.2.2 keep-alive": [("keep-alive", "5")],
    "8.2.2 transfer-encoding": [("transfer-encoding", "chunked")],
    "8.2.2 te other than trailers": [("te", "trailers, deflate;q=0.5")],
    "8.3 unknown pseudo-header": [(":test", "ok")],
    "8.3 pseudo-header of responses": [(":status", "200")],
    "8.3 second :method": [(":method", "GET")],
    "8.3 second :scheme": [(":scheme", "http")],
    "8.3 second :path": [(":path", "/")],
    "8.2.1 line feed in a value": [("x-test", "a\nb")],
    "8.2.1 zero byte in a value": [("x-test", "a\0b")],
    "8.2.1 space in a name": [("x test", "ok")],
    "8.2.1 empty name": [("", "ok")],
}.items():
    section, _, rest = name.partition(" ")
    # Pseudo-headers stand before the others, so that only the field itself is wrong.
    simple(section, rest, malformed, lambda p, m=more: [headers(1, p.encode(p.fields() + m))])
simple("8.3", "pseudo-header after the others", malformed,
       lambda p: [headers(1, p.encode([*p.fields()[:3], ("x-test", "ok"), p.fields()[3]]))])
simple("8.3", "pseudo-header among trailers", malformed,
       lambda p: [post(p), data(1, b"test"), headers(1, p.encode([(":method", "POST")]))])
simple("8.3.1", "empty :path", malformed, lambda p: [headers(1, p.block("GET", ""))])
for number, name in enumerate([":method", ":scheme", ":path"]):
    simple("8.3.1", f"without {name}", malformed,
           lambda p, n=number: [headers(1, p.encode(p.fields()[:n] + p.fields()[n + 1:]))])
simple("8.1.1", "content-length below the body", malformed,
       lambda p: [post(p, 1, ("content-length", "1")), data(1, b"test", end=True)])
simple("8.1.1", "content-length below the bodies", malformed,
       lambda p: [post(p, 1, ("content-length", "1")), data(1, b"test"), data(1, b"test", end=True)])
simple("8.1.1", "content-length over the body", malformed,
       lambda p: [post(p, 1, ("content-length", "9")), data(1, b"test", end=True)])
simple("8.4", "PUSH_PROMISE from a client", protocol_error,
       lambda p: [frame(PUSH_PROMISE, END_HEADERS, 1, b"\0\0\0\x02" + p.block())])

# RFC 7541
for kind, word in ((0x40, "with indexing"), (0x00, "without indexing"), (0x10, "never indexed")):
    simple("hpack 6.2", f"{word}, name by index", answers,
           lambda p, k=kind: [headers(1, p.block() + bytes([k | 0x0f, 58 - 15] if k != 0x40 else [k | 58]) + b"\x04test")])
    simple("hpack 6.2", f"{word}, new name", answers,
           lambda p, k=kind: [headers(1, p.block() + literal(b"x-test", b"test", k))])
    simple("hpack 6.2", f"{word}, Huffman code", answers,
           lambda p, k=kind: [headers(1, p.block() + bytes([k]) + HUFFMAN_X_TEST + bytes.fromhex("8349509f"))])
simple("hpack 6.1", "indexed field", answers, lambda p: [headers(1, p.block() + b"\xba")])
simple("hpack 6.3", "table size update", answers, lambda p: [headers(1, b"\x20" + p.block())])
simple("hpack 4.2", "two table size updates", answers, lambda p: [headers(1, b"\x20\x3f\xe1\x1f" + p.block())])
simple("hpack 2.3.3", "index beyond both tables", compression_error, lambda p: [headers(1, p.block() + b"\xfe")])
simple("hpack 2.3.3", "name index beyond both tables", compression_error,
       lambda p: [headers(1, p.block() + b"\x7f\x3f\x04test")])
simple("hpack 4.2", "table size update at the end", compression_error, lambda p: [headers(1, p.block() + b"\x21")])
simple("hpack 5.1", "integer without an end", compression_error, lambda p: [headers(1, p.block() + b"\xff" * 12)])
simple("hpack 5.2", "padding of more than 7 bits", compression_error,
       lambda p: [headers(1, p.block() + b"\0" + HUFFMAN_X_TEST + bytes.fromhex("8449509fff"))])
simple("hpack 5.2", "padding of zeros", compression_error,
       lambda p: [headers(1, p.block() + b"\0" + HUFFMAN_X_TEST + bytes.fromhex("83495090"))])
simple("hpack 5.2", "end-of-string symbol", compression_error,
       lambda p: [headers(1, p.block() + bytes.fromhex("0085f2b24a87fffffffd25427f"))])
simple("hpack 6.1", "index 0", compression_error, lambda p: [headers(1, p.block() + b"\x80")])
simple("hpack 6.3", "table larger than was allowed", compression_error,
       lambda p: [headers(1, b"\x3f\xe2\x1f" + p.block())])


@pytest.mark.parametrize("frames, expected", CASES)
def test_the_server_keeps_the_rule(address, frames, expected):
    with Peer(address) as peer:
        peer.handshake()
        peer.send(*frames(peer))
        wrong = expected(peer)
        assert wrong is None, f"{wrong}; received {peer.seen}"


def test_the_first_frame_of_the_server_is_settings(address):
    with Peer(address) as peer:
        peer.send(PREFACE, settings((INITIAL_WINDOW_SIZE, 65_535)))
        first = peer.receive(time.monotonic() + PATIENCE)
        assert first.kind == SETTINGS and not first.flags & ACK


def test_an_invalid_preface_ends_the_connection(address):
    with Peer(address) as peer:
        peer.send(b"INVALID CONNECTION PREFACE\r\n\r\n")
        assert peer.wait_closed(PATIENCE)


def test_a_lower_stream_number_is_not_answered(address):
    """nghttp2 takes a number that was jumped over for that of a closed stream, whose frames may still be on their
    way, and ignores it (RFC 9113, 5.1.1 asks for PROTOCOL_ERROR); it must not become a request."""
    with Peer(address) as peer:
        peer.handshake()
        peer.send(get(peer, 5), get(peer, 3), ping(b"are well"))
        assert peer.wait(lambda f: f.kind in (PING, GOAWAY), PATIENCE)
        assert not [f for f in peer.seen if f.stream == 3]
