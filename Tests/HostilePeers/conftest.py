"""The servers that are attacked: the shipped statistics service, and a small one with limits of the test's choice."""

import contextlib
import os
import subprocess

import pytest
from raw_frames import Peer
from stack import Process, Stack, binary, wait_until
from under_attack import Server


@contextlib.contextmanager
def statistics_service(folder):
    """A statistics service by itself: it serves before it is ready, which needs the register."""
    stack = Stack(folder)
    stack.make_keys()
    service = Process("lianshe-statistics", [], stack.environment("statistics"), stack.folder / "statistics.log").start()
    stack.processes["statistics"] = service
    try:
        def listens():
            assert service.process.poll() is None, service.tail()
            with Peer(("127.0.0.1", stack.ports["statistics"])) as peer:
                return peer.handshake()
        wait_until(listens, "the service listens")
        yield stack
        assert service.process.poll() is None, f"the service has ended:\n{service.tail()}"
    finally:
        stack.stop()


def server_of(stack):
    return Server(("127.0.0.1", stack.ports["statistics"]), stack.processes["statistics"].process.pid,
                  "/grpc.health.v1.Health/Check")


@pytest.fixture(scope="session")
def statistics(tmp_path_factory):
    with statistics_service(tmp_path_factory.mktemp("attacked")) as stack:
        yield stack


@pytest.fixture(scope="session", params=["statistics", "small"])
def address(request):
    """Where to find a server with default limits."""
    if request.param == "statistics":
        yield ("127.0.0.1", request.getfixturevalue("statistics").ports["statistics"])
    else:
        with small_servers() as start:
            yield start()[0]


@pytest.fixture(scope="session")
def warm(statistics):
    server = server_of(statistics).warm_up()
    print(f"a call costs {server.call_seconds * 1e6:.0f} µs, a connection {server.connection_seconds * 1e6:.0f} µs")
    return server


@pytest.fixture
def attacked(warm):
    """Gives a fresh watch over the shipped service, which is warm and whose price of a call is known."""
    return warm.attacked


@pytest.fixture
def newly_attacked(warm, tmp_path):
    """The same over a service that nobody has attacked before: what one attack made it take from the system would be
    there for the next, whose growth would not be seen."""
    with statistics_service(tmp_path / "attacked") as stack:
        yield server_of(stack).warm_up(like=warm).attacked


@contextlib.contextmanager
def small_servers():
    running = []

    def start(**limits):
        process = subprocess.Popen([binary("ChannelTarget"), *(f"{name}={value}" for name, value in limits.items())],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                   env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
        running.append(process)
        line = process.stdout.readline()
        assert line, f"the server ended with {process.wait()}"
        return ("127.0.0.1", int(line)), process
    try:
        yield start
    finally:
        ended = [process.poll() for process in running]
        for process in running:
            process.stdin.close()
            process.wait(60)
    assert ended == [None] * len(ended), f"a server has ended by itself: {ended}"


@pytest.fixture
def target():
    """Starts small servers with limits of the test's choice: `target(idleTimeout=500)` gives address and process."""
    with small_servers() as start:
        yield start
