"""HTTP/2 by PyPI h2, byte by byte: a client that sends anything, and a server that answers anything."""

import socket
import threading
import time
from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (ConnectionTerminated, DataReceived, RequestReceived, ResponseReceived, StreamEnded,
                       StreamReset, TrailersReceived)
from h2.exceptions import ProtocolError

TIMEOUT = 30  # seconds; nothing here takes one, but the machine may be busy


@dataclass
class Reply:
    """What came back on one stream."""
    status: int = 0
    headers: list = field(default_factory=list)
    body: bytes = b""
    trailers: list = field(default_factory=list)
    reset: int | None = None
    goaway: int | None = None
    ended: bool = False

    def all(self, name):
        return [value for key, value in self.headers if key == name]

    def first(self, name):
        return next(iter(self.all(name)), None)


def connect(address, tls=None):
    host, port = address.rsplit(":", 1)
    opened = socket.create_connection((host, int(port)), timeout=TIMEOUT)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return tls.wrap_socket(opened, server_hostname=host) if tls else opened


class Client:
    """One connection. Requests go out as they are: h2 is told to check and normalise nothing."""

    def __init__(self, address, tls=None):
        self.address, self.scheme = address, "https" if tls else "http"
        self.socket = connect(address, tls)
        self.h2 = H2Connection(H2Configuration(
            client_side=True, header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self.flush()

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.socket.sendall(data)

    def close(self):
        self.socket.close()

    def request(self, verb, path, headers=(), pieces=(), trailers=None):
        """Sends a request whole and waits for the end of its answer. Each piece is a DATA frame or more."""
        stream = self.h2.get_next_available_stream_id()
        reply = Reply()
        pieces = list(pieces)
        head = [(":method", verb), (":scheme", self.scheme), (":path", path), (":authority", self.address)]
        self.h2.send_headers(stream, head + list(headers), end_stream=not pieces and trailers is None)
        self.flush()
        for index, piece in enumerate(pieces):
            self.send(stream, piece, index == len(pieces) - 1 and trailers is None, reply)
        if trailers is not None and not self.over(reply):
            self.h2.send_headers(stream, trailers, end_stream=True)
            self.flush()
        while not self.over(reply):
            self.receive(stream, reply)
        return reply

    @staticmethod
    def over(reply):
        return reply.ended or reply.reset is not None or reply.goaway is not None

    def send(self, stream, piece, end, reply):
        """Keeps to the server's windows. An answer that overtakes the request ends the sending."""
        rest = piece
        while not self.over(reply):
            room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
            if rest and room <= 0:
                self.receive(stream, reply)
                continue
            part, rest = rest[:room], rest[room:]
            self.h2.send_data(stream, part, end_stream=end and not rest)
            self.flush()
            if not rest:
                return

    def receive(self, stream, reply):
        data = self.socket.recv(65_536)
        if not data:
            reply.goaway = -1 if reply.goaway is None else reply.goaway
            return
        for event in self.h2.receive_data(data):
            if isinstance(event, ConnectionTerminated):
                reply.goaway = int(event.error_code)
            if getattr(event, "stream_id", None) != stream:
                continue
            if isinstance(event, ResponseReceived):
                reply.status = int(dict(event.headers)[":status"])
                reply.headers = [(key, value) for key, value in event.headers if not key.startswith(":")]
            elif isinstance(event, DataReceived):
                reply.body += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, TrailersReceived):
                reply.trailers = list(event.headers)
            elif isinstance(event, StreamEnded):
                reply.ended = True
            elif isinstance(event, StreamReset):
                reply.reset = int(event.error_code)
        self.flush()


class Server:
    """Answers each request by a script: the function that its `x-case` header names.

    A script is called with a `Stream` once the request is complete, and may do what it likes.
    """

    def __init__(self, tls=None):
        self.scripts, self.seen, self.tls = {}, {}, tls
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                opened, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(opened,), daemon=True).start()

    def serve(self, opened):
        opened.settimeout(TIMEOUT)
        try:
            if self.tls:
                opened = self.tls.wrap_socket(opened, server_side=True)
            self.converse(opened)
        except (OSError, ProtocolError):
            pass  # the client under test has gone, which its own outcome tells of
        finally:
            opened.close()

    def converse(self, opened):
        h2 = H2Connection(H2Configuration(
            client_side=False, header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False))
        h2.initiate_connection()
        opened.sendall(h2.data_to_send())
        streams = {}
        while True:
            data = opened.recv(65_536)
            if not data:
                return
            for event in h2.receive_data(data):
                if isinstance(event, RequestReceived):
                    streams[event.stream_id] = Stream(h2, opened, event.stream_id, event.headers)
                elif isinstance(event, DataReceived):
                    streams[event.stream_id].body += event.data
                    h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, StreamReset) and event.stream_id in streams:
                    streams[event.stream_id].reset = int(event.error_code)
                elif isinstance(event, StreamEnded):
                    stream = streams[event.stream_id]
                    case = dict(stream.headers).get("x-case")
                    self.seen.setdefault(case, []).append(stream)
                    if not self.scripts[case](stream):
                        opened.sendall(h2.data_to_send())
                        return
            opened.sendall(h2.data_to_send())


class Stream:
    """A request, and how a script answers it."""

    def __init__(self, h2, opened, number, headers):
        self.h2, self.socket, self.number = h2, opened, number
        self.headers, self.body, self.reset = list(headers), b"", None

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def head(self, status, headers, end=False):
        self.h2.send_headers(self.number, [(":status", str(status)), *headers], end_stream=end)

    def data(self, data, end=False):
        while len(data) > 16_384:
            self.h2.send_data(self.number, data[:16_384])
            data = data[16_384:]
        self.h2.send_data(self.number, data, end_stream=end)

    def trailers(self, headers):
        self.h2.send_headers(self.number, headers, end_stream=True)

    def rst(self, code):
        self.h2.reset_stream(self.number, code)

    def goaway(self, code, last=None):
        self.h2.close_connection(code, last_stream_id=self.number if last is None else last)

    def pause(self, seconds):
        self.flush()
        time.sleep(seconds)

