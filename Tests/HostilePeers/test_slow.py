"""Peers that take their time, hold what they have, or vanish. Small servers with short clocks."""

import contextlib
import json
import signal
import socket
import struct
import subprocess
from pathlib import Path

import pytest
from raw_frames import *  # noqa: F403
from under_attack import HonestClient, Server

ECHO = "/lianshe.fixture.v1.EchoService/GetEcho"
WATCH = "/lianshe.fixture.v1.EchoService/WatchEcho"
JSON, STREAM_JSON = ("content-type", "application/json"), ("content-type", "application/connect+json")
MEBIBYTE = 1 << 20


def ask(address, name, **fields):
    """One unary call on a connection of its own."""
    with Peer(address) as peer:
        peer.handshake((INITIAL_WINDOW_SIZE, MAX_WINDOW))
        peer.send(window_update(0, MAX_WINDOW - 65_535), headers(1, peer.block("POST", ECHO, JSON), end=False),
                  data(1, json.dumps({"name": name, **fields}).encode(), end=True))
        status, body = peer.wait_response(1)
        assert status == 200, body
        return json.loads(body)


def counts(address):
    """Handlers that run, that were cancelled, messages that were written."""
    return [int(word) for word in ask(address, "counts")["pageToken"].split()]


def reached(address):
    return ask(address, "limits").get("pageToken", "").split()


def eventually(condition, seconds=20):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.01)
    return False


def watch(peer, stream, name, size=0):
    body = json.dumps({"name": name, "pageSize": size}).encode()
    peer.send(headers(stream, peer.block("POST", WATCH, STREAM_JSON), end=False),
              data(stream, b"\0" + struct.pack(">I", len(body)) + body, end=True))


# Clocks. Each is short here, and the connection or the stream must end by it while others go on.

def no_preface(peer):
    pass


def half_a_preface(peer):
    peer.send(PREFACE[:10])


def preface_without_settings(peer):
    peer.send(PREFACE)


def half_settings(peer):
    peer.send(PREFACE, settings((1, 1))[:-3])


@pytest.mark.parametrize("start", [no_preface, half_a_preface, preface_without_settings, half_settings])
def test_a_slow_preface_ends_the_connection(target, start):
    address, _ = target(prefaceTimeout=300)
    with Peer(address) as peer:
        start(peer)
        assert peer.wait_closed(20)
        assert "prefaceTimeout" in reached(address)


def test_a_slow_head_ends_the_connection(target):
    address, _ = target(headersTimeout=300)
    with Peer(address) as peer:
        peer.handshake()
        block = peer.block("POST", ECHO)
        peer.send(headers(1, block[:5], end_headers=False))
        for n in range(5, len(block)):  # a byte now and then does not help
            if not peer.send(continuation(1, block[n:n + 1], end_headers=False)):
                break
            time.sleep(0.1)
        assert peer.wait_closed(20)
    assert "headersTimeout" in reached(address)


def test_a_slow_body_is_reset_and_others_go_on(target):
    address, _ = target(bodyProgressTimeout=300)
    with Peer(address) as peer:
        peer.handshake()
        peer.send(headers(1, peer.block("POST", ECHO, JSON), end=False), data(1, b"{"))
        assert peer.wait(lambda f: f.kind == RST_STREAM and f.stream == 1, 20)
        peer.send(headers(3, peer.block("POST", ECHO, JSON), end=False), data(3, b"{}", end=True))
        assert peer.wait_response(3)[0] == 200
    assert "bodyProgressTimeout" in reached(address)


def test_an_idle_connection_is_ended(target):
    address, _ = target(idleTimeout=300)
    with Peer(address) as peer:
        peer.handshake()
        assert peer.wait_kind(GOAWAY, 20)
        assert peer.wait_closed(20)
    assert "idleTimeout" in reached(address)


# Readers that do not read

def test_a_shut_window_is_not_waited_for(target):
    address, _ = target(stalledWriteTimeout=300)
    with Peer(address) as peer:
        peer.handshake((INITIAL_WINDOW_SIZE, 0))
        peer.send(headers(1, peer.block("POST", ECHO, JSON), end=False), data(1, b'{"name":"x"}', end=True))
        assert peer.wait(lambda f: f.kind == RST_STREAM and f.stream == 1, 20)
        assert peer.is_well()
    assert "stalledWriteTimeout" in reached(address)


def test_a_full_socket_is_not_waited_for(target):
    address, _ = target(stalledWriteTimeout=500)
    with Peer(address, receive_buffer=2_048) as peer:
        peer.handshake((INITIAL_WINDOW_SIZE, MAX_WINDOW))
        peer.send(window_update(0, MAX_WINDOW - 65_535))
        watch(peer, 1, "endless", 100_000)
        assert eventually(lambda: counts(address)[0] == 0 and counts(address)[1] == 1)
    assert "stalledWriteTimeout" in reached(address)


@pytest.mark.parametrize("how", ["window", "socket"])
def test_a_slow_reader_bounds_memory_at_the_producer(target, how):
    """Back-pressure from end to end: the handler waits, nothing piles up."""
    address, process = target()
    server = Server(address, process.pid, ECHO).warm_up()
    ask(address, "large", pageSize=1_000_000)
    with server.attacked() as attack:
        windows = MAX_WINDOW if how == "socket" else 65_535
        peers = []
        for _ in range(4):
            peer = attack.peer((INITIAL_WINDOW_SIZE, windows), reading=how == "window")
            if how == "socket":
                peer.send(window_update(0, MAX_WINDOW - 65_535))
            for stream in range(1, 9, 2):
                watch(peer, stream, "endless", 20_000)
            peers.append(peer)
        attack.frames = 32
        # A connection whose socket is full is not read either, so not all of its requests come in.
        assert eventually(lambda: counts(address)[0] >= (4 if how == "socket" else 16))
        time.sleep(0.3)
        written = counts(address)[2]
        time.sleep(0.7)
        # Another megabyte at most: the handlers stand still.
        assert counts(address)[2] - written < 50
        # Reading a little lets it go on by a little.
        taken = sum(len(frame.payload) for frame in iter(lambda: peers[0].receive(time.monotonic() + 0.2), None)
                    if frame.kind == DATA) if how == "window" else 0
    # 16 streams of at most 64 KiB and a message each, and what four sockets hold.
    assert written * 20_000 < 24 * MEBIBYTE, written
    attack.check(cost=1_000)
    assert how == "socket" or taken > 0


def test_many_streams_cannot_hold_many_answers(target):
    """Window exhaustion: answers that nobody takes, up to the limit of the connection and no further."""
    address, process = target(connectionBufferBytes=4 * MEBIBYTE)
    server = Server(address, process.pid, ECHO).warm_up()
    ask(address, "large", pageSize=1_000_000)
    with server.attacked() as attack:
        peer = attack.peer((INITIAL_WINDOW_SIZE, 0))
        for stream in range(1, 201, 2):
            peer.send(headers(stream, peer.block("POST", ECHO, JSON), end=False),
                      data(stream, b'{"name":"large","pageSize":500000}', end=True))
            attack.frames += 2
        assert peer.wait(lambda f: f.kind == RST_STREAM and f.code == REFUSED_STREAM, 20)
        assert peer.is_well()
    attack.check(cost=100)
    assert "connectionBufferBytes" in reached(address)


def test_unfinished_requests_cannot_hold_much(target):
    address, process = target(connectionBufferBytes=4 * MEBIBYTE)
    server = Server(address, process.pid, ECHO).warm_up()
    with server.attacked() as attack:
        peer = attack.peer()
        for stream in range(1, 201, 2):
            peer.send(headers(stream, peer.block("POST", ECHO, JSON), end=False),
                      *[data(stream, b" " * MAX_FRAME)] * 10)
            attack.frames += 11
            peer.is_well()
    attack.check(cost=10)
    assert "connectionBufferBytes" in reached(address)


def mapped_bytes(pid):
    return int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * 4_096


def test_promises_are_not_reserved(target):
    """A body that is announced and does not come takes no address space."""
    address, process = target()
    server = Server(address, process.pid, ECHO).warm_up()
    before = mapped_bytes(process.pid)
    with server.attacked() as attack:
        for _ in range(4):
            peer = attack.peer()
            for stream in range(1, 401, 2):
                peer.send(headers(stream, peer.block("POST", ECHO, JSON, ("content-length", "4194304")), end=False),
                          data(stream, b" "))
                attack.frames += 2
            assert peer.is_well()
        assert mapped_bytes(process.pid) - before < 256 * MEBIBYTE
    attack.check(cost=10)


# Caps

def test_streams_over_the_cap_are_refused_and_others_answered(target):
    address, _ = target(maximumStreams=8)
    with Peer(address) as peer:
        peer.handshake()
        assert peer.settings[MAX_CONCURRENT_STREAMS] == 8
    with Peer(address) as peer:  # before it can know the limit
        peer.send(PREFACE, settings(), *(headers(2 * n + 1, peer.block("POST", ECHO, JSON), end=False) for n in range(20)))
        refused = []
        while len(refused) < 12 and (frame := peer.wait_kind(RST_STREAM, 20)):
            refused.append(frame)
        assert [frame.code for frame in refused] == [REFUSED_STREAM] * 12
        peer.send(settings(flags=ACK), *(data(2 * n + 1, b"{}", end=True) for n in range(8)))
        assert eventually(lambda: peer.receive(time.monotonic() + 1) is None or
                          len([f for f in peer.seen if f.ends_stream]) == 8)
    assert "maximumStreams" in reached(address)


def test_streams_over_the_cap_of_all_connections_are_refused(target):
    """Watches cost a peer a few bytes and the server some KiB: many on each of many connections are too many."""
    address, _ = target(maximumListenerStreams=20)
    with contextlib.ExitStack() as held:
        peers = [held.enter_context(Peer(address)).handshake() for _ in range(4)]
        for peer in peers[:2]:
            for n in range(10):
                watch(peer, 2 * n + 1, "silent")
            assert peer.is_well()
        for peer in peers:
            watch(peer, 101, "silent")
            refused = peer.wait_kind(RST_STREAM, 20)
            assert refused.stream == 101 and refused.code == REFUSED_STREAM
        peers[0].send(rst_stream(1))
        assert eventually(lambda: "maximumListenerStreams" in attempt(lambda: reached(address)))


def attempt(call):
    """What a call gives, or nothing while it is refused."""
    try:
        return call() or []
    except (AssertionError, TypeError):  # refused
        return []


def test_a_cancelled_stream_does_not_free_its_slot_for_more_handlers(target):
    address, _ = target(maximumStreams=4)
    with Peer(address) as peer:
        peer.handshake()
        for n in range(100):
            watch(peer, 2 * n + 1, "silent")
            if n >= 4:
                peer.send(rst_stream(2 * n - 7))
        assert counts(address)[0] <= 4


def test_connections_over_the_cap_are_closed_and_others_served(target):
    address, process = target(maximumConnections=4)
    honest = HonestClient(address, ECHO)
    honest.call()
    held = [Peer(address).handshake() for _ in range(3)]
    for _ in range(50):
        with Peer(address) as peer:
            peer.send(PREFACE, settings())
            assert peer.wait_closed(20)
        honest.call()
    for peer in held:
        assert peer.is_well()
        peer.socket.close()
    honest.close()
    assert eventually(lambda: "maximumConnections" in reached(address))


# Watchers

@pytest.mark.parametrize("how", ["reset", "close"])
def test_cancellation_reaches_the_handler(target, how):
    """Usually within 50 ms; ten times that are allowed."""
    address, _ = target()
    with Peer(address) as looker, Peer(address) as peer:
        peer.handshake()
        watch(peer, 1, "silent")
        assert peer.wait_kind(DATA)
        assert counts(address)[:2] == [1, 0]
        started = time.monotonic()
        if how == "reset":
            peer.send(rst_stream(1))
        else:
            peer.socket.close()
        assert eventually(lambda: counts(address)[:2] == [0, 1])
        assert time.monotonic() - started < 0.5


def test_a_request_is_answered_though_the_end_of_the_connection_came_with_it(target):
    address, _ = target()
    for _ in range(20):
        with Peer(address) as peer:
            peer.handshake()
            peer.send(headers(1, peer.block("POST", ECHO, JSON), end=False) + data(1, b'{"name":"last"}', end=True))
            peer.socket.shutdown(socket.SHUT_WR)
            status, body = peer.wait_response(1)
            assert (status, json.loads(body)["name"]) == (200, "last")


def test_a_broken_rule_is_named_though_the_end_of_the_connection_came_with_it(target):
    address, _ = target()
    with Peer(address) as peer:
        peer.handshake()
        peer.send(window_update(0, 0))
        peer.socket.shutdown(socket.SHUT_WR)
        assert peer.wait_kind(GOAWAY)


def test_an_idle_watcher_that_lives_is_kept(target):
    address, _ = target(keepaliveInterval=200, keepaliveTimeout=2_000)
    with Peer(address) as peer:
        peer.handshake()
        watch(peer, 1, "silent")
        for _ in range(5):
            asked = peer.wait(lambda f: f.kind == PING and not f.flags & ACK, 20)
            assert asked, "not asked for a sign of life"
            peer.send(ping(asked.payload, flags=ACK))
        assert counts(address)[:2] == [1, 0]


def test_a_watcher_that_has_vanished_gives_its_handler_back(target):
    """Its system still takes the bytes: only the missing answer tells."""
    address, _ = target(keepaliveInterval=200, keepaliveTimeout=300)
    with Peer(address) as peer:
        peer.handshake()
        watch(peer, 1, "silent")
        assert peer.wait_kind(DATA)
        assert eventually(lambda: counts(address)[:2] == [0, 1])
        assert peer.wait_closed(20)
    assert "keepaliveTimeout" in reached(address)


def test_a_connection_without_streams_is_not_asked(target):
    address, _ = target(keepaliveInterval=100, keepaliveTimeout=100)
    with Peer(address) as peer:
        peer.handshake()
        assert peer.wait_kind(PING, 1) is None
        assert not peer.closed


def test_a_stopped_client_is_noticed(target, tmp_path):
    """A process that is stopped keeps its sockets, and says nothing any more."""
    address, _ = target(keepaliveInterval=200, keepaliveTimeout=300)
    body = tmp_path / "request"
    message = b'{"name":"silent"}'
    body.write_bytes(b"\0" + struct.pack(">I", len(message)) + message)
    client = subprocess.Popen(["curl", "-sS", "--http2-prior-knowledge", "-N", "--data-binary", f"@{body}",
                               "-H", "content-type: application/connect+json", "http://%s:%d%s" % (*address, WATCH)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: counts(address)[0] == 1)
        time.sleep(1)  # it answers as long as it can
        assert counts(address)[0] == 1
        client.send_signal(signal.SIGSTOP)
        assert eventually(lambda: counts(address)[:2] == [0, 1])
    finally:
        client.kill()
        client.wait(10)
