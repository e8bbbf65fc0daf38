"""What an attack does to a server: its processor time, its memory, and its honest callers."""

import threading
import time
from pathlib import Path

import h2.config
import h2.connection
import h2.events
from raw_frames import *  # noqa: F403


def cpu_seconds(pid):
    """Time on a processor of all threads of a process, to the nanosecond."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            pass  # the thread has ended
    return total / 1e9


def memory_bytes(pid, field):
    """What the kernel counts: VmRSS is resident now, VmHWM the most that was since `forget_peak`."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) * 1_024
    raise AssertionError(f"no {field} of {pid}")


def forget_peak(pid):
    """proc(5), clear_refs: 5 makes the peak what is resident now."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class HonestClient:
    """PyPI h2, one unary call after the other; a new connection every hundred calls."""

    def __init__(self, address, path):
        self.address, self.path = address, path
        self.socket = None

    def close(self):
        if self.socket:
            self.socket.close()
            self.socket = None

    def connect(self):
        self.socket = socket.create_connection(self.address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
        self.connection.initiate_connection()
        self.calls = 0

    def call(self):
        """Raises when the answer is not 200."""
        if self.socket is None or self.calls >= 100:
            self.close()
            self.connect()
        self.calls += 1
        stream = self.connection.get_next_available_stream_id()
        self.connection.send_headers(stream, [
            (":method", "POST"), (":scheme", "http"), (":path", self.path), (":authority", "honest"),
            ("content-type", "application/json")])
        self.connection.send_data(stream, b"{}", end_stream=True)
        status = None
        while True:
            self.socket.sendall(self.connection.data_to_send())
            received = self.socket.recv(65_536)
            assert received, "the server has closed an honest connection"
            for event in self.connection.receive_data(received):
                if isinstance(event, h2.events.ResponseReceived):
                    status = dict(event.headers)[b":status"]
                elif isinstance(event, h2.events.StreamEnded):
                    assert status == b"200", f"an honest call was answered {status}"
                    return
                assert not isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)), event


RHYTHM = 0.002  # seconds between two calls of an honest caller during an attack
MEMORY = 10 << 20  # bytes that a server may grow by under any attack
FREE_CALLS = 50  # what an attack may cost whatever its frames are: timers, threads that wake, a log line


class Server:
    """A server under attack, and what an honest call and a connection cost it."""

    def __init__(self, address, pid, path):
        self.address, self.pid, self.path = address, pid, path
        self.call_seconds = self.connection_seconds = None

    def honest_calls(self, count, pause=0.0):
        client = HonestClient(self.address, self.path)
        try:
            for _ in range(count):
                client.call()
                time.sleep(pause)
        finally:
            client.close()

    def connections(self, count):
        for _ in range(count):
            with Peer(self.address) as peer:
                peer.handshake()

    def price(self, work, count):
        """Processor time of each of so many things that `work(count)` does."""
        before = cpu_seconds(self.pid)
        work(count)
        return (cpu_seconds(self.pid) - before) / count

    def warm_up(self, like=None):
        """Touches the memory that any use of the server takes, and measures a call and a connection, unless they
        are known of a server `like` this one."""
        self.honest_calls(300)
        for _ in range(4):
            with Peer(self.address) as peer:
                peer.handshake()
                peer.send(*(headers(2 * n + 1, peer.block()) for n in range(256)))
                peer.send(*(headers(2 * n + 1, peer.block("POST", self.path), end=False) for n in range(256, 300)))
                peer.is_well()
        if like:
            self.call_seconds, self.connection_seconds = like.call_seconds, like.connection_seconds
            return self
        # As the honest caller of an attack calls: a server that has slept takes longer than one that is awake.
        self.call_seconds = self.price(lambda count: self.honest_calls(count, RHYTHM), 300)
        self.connection_seconds = self.price(self.connections, 50)
        return self

    def attacked(self):
        return UnderAttack(self)


class UnderAttack:
    """Watches a server while the body of a `with` statement attacks it."""

    def __init__(self, server):
        self.server = server
        self.frames = 0  # hostile ones sent
        self.ended = 0  # hostile connections that the server has ended
        self.opened = []

    def __enter__(self):
        self.calls, self.failure, self.longest = 0, None, 0
        self.over = threading.Event()
        forget_peak(self.server.pid)
        self.memory_before = memory_bytes(self.server.pid, "VmRSS")
        self.cpu_before = cpu_seconds(self.server.pid)
        self.caller = threading.Thread(target=self.call_honestly)
        self.caller.start()
        return self

    def call_honestly(self):
        client = HonestClient(self.server.address, self.server.path)
        try:
            while not self.over.is_set() or self.calls < 20:
                started = time.monotonic()
                client.call()
                self.longest = max(self.longest, time.monotonic() - started)
                self.calls += 1
                time.sleep(RHYTHM)
        except Exception as failure:  # noqa: BLE001 – told by `check`
            self.failure = failure
        finally:
            client.close()

    def __exit__(self, kind, *_):
        self.over.set()
        self.caller.join(60)
        self.cpu = cpu_seconds(self.server.pid) - self.cpu_before
        self.memory_peak = memory_bytes(self.server.pid, "VmHWM")
        for peer in self.opened:
            peer.socket.close()

    # Attacking
    def peer(self, *pairs, reading=True):
        """A hostile connection after its handshake. One that does not read has little room in its system, too."""
        peer = Peer(self.server.address, receive_buffer=None if reading else 2_048)
        self.opened.append(peer)
        return peer.handshake(*pairs)

    def flood(self, peer, make, count, reading=True, seconds=3.0, each=1, patience=0.3):
        """Sends `make(n)` for n up to `count`, `each` frames a time, for so many seconds or until the server ends the
        connection; and whether it was ended then, or within the patience after it."""
        limit = time.monotonic() + seconds
        pending = b""
        sent = n = 0
        peer.socket.setblocking(False)
        try:
            while time.monotonic() < limit and (n < count or pending):
                while len(pending) < 32_768 and n < count:
                    pending += make(n)
                    n += 1
                try:
                    taken = peer.socket.send(pending)
                    pending = pending[taken:]
                    sent = n
                except BlockingIOError:
                    time.sleep(0.001)
                if reading and self.drained(peer):
                    break
        except (BrokenPipeError, ConnectionResetError):
            peer.closed = True
        finally:
            peer.socket.settimeout(peer.timeout)
        self.frames += sent * each
        # What was said before the end is read now, by peers that did not read before too.
        if not peer.closed:
            peer.wait_closed(patience)
        self.ended += peer.closed
        return peer.closed

    @staticmethod
    def drained(peer):
        """Reads what there is without keeping it; whether the server has closed."""
        while True:
            try:
                if not peer.socket.recv(65_536):
                    peer.closed = True
                    return True
            except BlockingIOError:
                return False

    # The verdict
    @property
    def growth(self):
        return self.memory_peak - self.memory_before

    @property
    def frame_cost(self):
        """Processor time for a hostile frame, in honest calls: without that of the honest calls and of the hostile
        connections themselves, so that few frames are not charged with what is not theirs."""
        own = (self.cpu - (self.calls + FREE_CALLS) * self.server.call_seconds
               - len(self.opened) * self.server.connection_seconds)
        return max(0, own) / max(1, self.frames) / self.server.call_seconds

    def check(self, cost=3.0, ends=None):
        """Asserts what every attack must leave: honest callers answered, memory, processor time a frame, and the
        server well; with `ends`, that so many hostile connections were ended too."""
        verdict = (f"{self.frames} frames, {self.ended} of {len(self.opened)} connections ended, a frame cost "
                   f"{self.frame_cost:.3f} calls, memory grew {self.growth / 2**20:.1f} MiB, "
                   f"{self.calls} honest calls, the longest {self.longest * 1000:.0f} ms")
        print(verdict)
        assert self.failure is None, f"an honest call failed: {self.failure!r}; {verdict}"
        assert self.calls >= 20, verdict
        assert self.growth < MEMORY, verdict
        assert self.frame_cost <= cost, verdict
        if ends is not None:
            assert self.ended >= ends, verdict
        self.server.honest_calls(5)
