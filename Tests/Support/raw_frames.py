"""The other end of an HTTP/2 connection, frame by frame: says what the test says, right or wrong."""

import socket
import struct
import time

from hpack import Decoder, Encoder

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS, PADDED, WITH_PRIORITY = 0x1, 0x1, 0x4, 0x8, 0x20
HEADER_TABLE_SIZE, ENABLE_PUSH, MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE, MAX_FRAME_SIZE = 1, 2, 3, 4, 5

(NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR, SETTINGS_TIMEOUT, STREAM_CLOSED, FRAME_SIZE_ERROR,
 REFUSED_STREAM, CANCEL, COMPRESSION_ERROR, CONNECT_ERROR, ENHANCE_YOUR_CALM) = range(12)

MAX_FRAME = 16_384
MAX_WINDOW = 2**31 - 1


def frame(kind, flags=0, stream=0, payload=b"", length=None):
    """A frame; `length` may say something else than the payload has."""
    length = len(payload) if length is None else length
    return struct.pack(">I", length)[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs, flags=0, stream=0):
    return frame(SETTINGS, flags, stream, b"".join(struct.pack(">HI", key, value) for key, value in pairs))


def ping(data=b"\0" * 8, flags=0, stream=0):
    return frame(PING, flags, stream, data)


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def rst_stream(stream, code=CANCEL):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def goaway(last=0, code=NO_ERROR, stream=0):
    return frame(GOAWAY, 0, stream, struct.pack(">II", last, code))


def priority(stream, on=0, weight=15, exclusive=False):
    return frame(PRIORITY, 0, stream, struct.pack(">IB", on | (exclusive << 31), weight))


def data(stream, body=b"", end=False, padding=None):
    if padding is None:
        return frame(DATA, END_STREAM if end else 0, stream, body)
    return frame(DATA, PADDED | (END_STREAM if end else 0), stream, bytes([padding]) + body + b"\0" * padding)


def continuation(stream, block=b"", end_headers=True):
    return frame(CONTINUATION, END_HEADERS if end_headers else 0, stream, block)


def headers(stream, block, end=True, end_headers=True, prefix=b"", flags=0, suffix=b""):
    flags |= (END_STREAM if end else 0) | (END_HEADERS if end_headers else 0)
    return frame(HEADERS, flags, stream, prefix + block + suffix)


class Frame:
    def __init__(self, kind, flags, stream, payload):
        self.kind, self.flags, self.stream, self.payload = kind, flags, stream, payload

    @property
    def code(self):
        """The error code of RST_STREAM and GOAWAY."""
        offset = 4 if self.kind == GOAWAY else 0
        return struct.unpack_from(">I", self.payload, offset)[0]

    @property
    def ends_stream(self):
        return self.kind in (DATA, HEADERS) and bool(self.flags & END_STREAM)

    def __repr__(self):
        return f"frame {self.kind} flags {self.flags:#x} stream {self.stream} {self.payload[:60].hex()}"


class Peer:
    """One connection. `closed` is true once the server has ended it."""

    def __init__(self, address, timeout=20.0, receive_buffer=None):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.authority = "%s:%d" % address
        self.timeout = timeout
        self.encoder, self.decoder = Encoder(), Decoder()
        self.buffer = bytearray()
        self.frames = []  # received, not yet looked at
        self.seen = []  # looked at
        self.settings = {}
        self.closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    # Sending
    def send(self, *frames):
        """Sends; a server that has closed meanwhile is not an error, `closed` will say so."""
        try:
            self.socket.sendall(b"".join(frames))
            return True
        except (BrokenPipeError, ConnectionResetError):
            return False

    def encode(self, fields, huffman=True):
        return self.encoder.encode(fields, huffman=huffman)

    def fields(self, method="GET", path="/", *more):
        return [(":method", method), (":scheme", "http"), (":path", path), (":authority", self.authority), *more]

    def block(self, method="GET", path="/", *more):
        return self.encode(self.fields(method, path, *more))

    # Receiving
    def receive(self, limit):
        """The next frame; None when the server has closed, or nothing came until `limit`."""
        while True:
            if len(self.buffer) >= 9:
                length = int.from_bytes(self.buffer[:3])
                if len(self.buffer) >= 9 + length:
                    kind, flags, stream = struct.unpack_from(">BBI", self.buffer, 3)
                    received = Frame(kind, flags, stream & MAX_WINDOW, bytes(self.buffer[9:9 + length]))
                    del self.buffer[:9 + length]
                    self.seen.append(received)
                    return received
            left = limit - time.monotonic()
            if left <= 0 or self.closed:
                return None
            self.socket.settimeout(left)
            try:
                piece = self.socket.recv(65_536)
            except TimeoutError:
                return None
            except ConnectionResetError:
                piece = b""
            finally:
                self.socket.settimeout(self.timeout)
            if not piece:
                self.closed = True
                return None
            self.buffer += piece

    def wait(self, condition, seconds=None):
        """The first frame for which the condition holds; None when the connection ends or time is over."""
        limit = time.monotonic() + (seconds or self.timeout)
        while (received := self.receive(limit)) is not None:
            if condition(received):
                return received
        return None

    def wait_kind(self, kind, seconds=None):
        return self.wait(lambda received: received.kind == kind, seconds)

    def wait_closed(self, seconds=None):
        """Whether the server ends the connection."""
        self.wait(lambda _: False, seconds)
        return self.closed

    def wait_response(self, stream, seconds=None):
        """Status and body of an answer; None when the stream is reset or the connection ends."""
        status, body = None, b""
        limit = time.monotonic() + (seconds or self.timeout)
        while (received := self.receive(limit)) is not None:
            if received.kind == HEADERS:
                fields = dict(self.decoder.decode(received.payload))
                if received.stream == stream:
                    status = int(fields.get(":status", status or 0))
            elif received.stream != stream:
                continue
            elif received.kind == DATA:
                body += received.payload
            elif received.kind == RST_STREAM:
                return None
            if received.stream == stream and received.ends_stream:
                return status, body
        return None

    def handshake(self, *pairs):
        """Both sides' SETTINGS and their acknowledgements."""
        self.send(PREFACE, settings(*pairs))
        theirs = self.wait(lambda received: received.kind == SETTINGS and not received.flags & ACK)
        assert theirs, f"no SETTINGS from the server: {self.seen}"
        self.settings = dict(struct.iter_unpack(">HI", theirs.payload))
        self.send(settings(flags=ACK))
        assert self.wait(lambda received: received.kind == SETTINGS and received.flags & ACK), "SETTINGS not acknowledged"
        return self

    def is_well(self, seconds=None):
        """Whether the server still answers a PING on this connection."""
        data = b"are well"
        return self.send(ping(data)) and self.wait(
            lambda received: received.kind == PING and received.flags & ACK and received.payload == data, seconds) is not None
