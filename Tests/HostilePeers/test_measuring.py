"""What `check` is trusted to see, it sees: frames that cost too much, and memory that was held for a moment."""

import pytest
from raw_frames import *  # noqa: F403
from under_attack import MEMORY, Server

ECHO = "/lianshe.fixture.v1.EchoService/GetEcho"
JSON = ("content-type", "application/json")


def request(peer, stream, body):
    return headers(stream, peer.block("POST", ECHO, JSON), end=False) + data(stream, body, end=True)


@pytest.fixture
def server(target):
    address, process = target()
    return Server(address, process.pid, ECHO).warm_up()


def test_frames_that_cost_as_much_as_calls_are_seen(server):
    """They are calls: two frames each, without a pause, which makes them cheaper than those of the honest caller."""
    with server.attacked() as attack:
        peer = attack.peer((INITIAL_WINDOW_SIZE, MAX_WINDOW))
        for stream in range(1, 2_001, 2):
            assert peer.send(request(peer, stream, b"{}"))
            assert peer.wait_response(stream)[0] == 200
            attack.frames += 2
    attack.check(cost=3)
    with pytest.raises(AssertionError, match="a frame cost"):
        attack.check(cost=0.1)


def test_what_a_few_frames_cost_beside_themselves_is_not_charged_to_them(server):
    with server.attacked() as attack:
        for _ in range(3):
            attack.peer().is_well()
            attack.frames += 2
    assert attack.frame_cost == 0


def test_memory_that_is_given_back_at_once_is_seen(server):
    with server.attacked() as attack:
        for _ in range(8):
            peer = attack.peer((INITIAL_WINDOW_SIZE, 0))
            peer.send(*(request(peer, stream, b'{"name":"large","pageSize":1000000}') for stream in (1, 3, 5)))
            assert peer.is_well()
        for peer in attack.opened:
            peer.socket.close()
    assert attack.growth > MEMORY
    with pytest.raises(AssertionError, match="memory grew"):
        attack.check(cost=1_000)
