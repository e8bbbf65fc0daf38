"""The figures of the channel: what is asked of whom, with which load, and what must come out."""

import csv
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from load import Samples, Shape, h2load, measure, resident_bytes
from servers import echo_message, indicator_reply, indicator_request

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Bar:
    """A ratio of ours to a peer's."""
    must: float | None = None
    aim: float | None = None


@dataclass(frozen=True)
class Figure:
    """One load on ours and on its peers."""
    name: str
    shape: Shape
    ours: str
    bars: dict  # by peer
    size: int | None = None  # of the message echoed; None: the indicator
    token: bool = False
    gzip: bool = False
    is_quick: bool = False

    @property
    def method(self):
        return "GetIndicator" if self.size is None else "Echo"

    def message(self):
        return indicator_request() if self.size is None else echo_message(self.size)

    def reply(self):
        return indicator_reply() if self.size is None else echo_message(self.size)


def rates():
    small, wide = Shape(8, 64), Shape(64, 1)
    none = Bar()
    return [
        Figure("unary_8x64", small, "statistics", is_quick=True,
               bars={"grpc_cpp": Bar(3, 4), "grpc_swift": Bar(12, 18), "nghttpd": Bar(0.5, 0.65)}),
        Figure("unary_64x1", wide, "statistics", is_quick=True,
               bars={"grpc_cpp": Bar(1.5, 1.8), "grpc_swift": none, "nghttpd": none}),
        # The catalogue is open to everybody; the same call with a token, which is checked all the same.
        Figure("token_8x64", small, "statistics", token=True,
               bars={"grpc_cpp": none, "grpc_swift": none, "nghttpd": none}),
        Figure("token_64x1", wide, "statistics", token=True, bars={"grpc_cpp": none, "nghttpd": none}),
        Figure("tls_8x64", small, "statistics_tls", bars={"grpc_cpp_tls": none, "nghttpd_tls": none}),
        Figure("tls_64x1", wide, "statistics_tls", bars={"grpc_cpp_tls": none, "nghttpd_tls": none}),
        Figure("unary_1x1", Shape(1, 1), "statistics", bars={"grpc_cpp": none}),
        Figure("unary_1000x1", Shape(1000, 1), "statistics", bars={"grpc_cpp": none}),
        Figure("echo_indicator_8x64", small, "echo", bars={"grpc_cpp": none, "nghttpd": none}),
        Figure("echo_100B_8x64", small, "echo", bars={"grpc_cpp": none}, size=100),
        Figure("echo_10KB_8x64", small, "echo", bars={"grpc_cpp": none}, size=10_000),
        Figure("echo_1MB_8x1", Shape(8, 1), "echo", bars={"grpc_cpp": none}, size=1_000_000),
        Figure("echo_10KB_gzip_8x64", small, "echo", bars={"grpc_cpp_gzip": none}, size=10_000, gzip=True),
        Figure("echo_1MB_gzip_8x1", Shape(8, 1), "echo", bars={"grpc_cpp_gzip": none}, size=1_000_000, gzip=True),
    ]


class Report:
    """Prints a line a figure as it is known, and keeps all for the CSV."""

    def __init__(self):
        self.rows = []
        self.failed = []

    def line(self, name, ours, peer, ratio, bar, ours_cpu=None, peer_cpu=None, at_most=False):
        verdict = ""
        if bar.must is not None:
            passed = ratio <= bar.must if at_most else ratio >= bar.must
            reached = bar.aim is None or (ratio <= bar.aim if at_most else ratio >= bar.aim)
            verdict = "FAIL" if not passed else "pass" if reached else "pass, below the aim"
            if not passed:
                self.failed.append(name)
        sign = "≤" if at_most else "≥"
        wanted = f"must {sign} {bar.must:g}" + (f", aim {bar.aim:g}" if bar.aim else "") if bar.must is not None else ""
        cpu = ""
        if ours_cpu and peer_cpu:
            cpu = f"cpu_us {ours_cpu:.2f} {peer_cpu:.2f} {peer_cpu / ours_cpu:.2f}"
        ours_text, peer_text = f"{ours:.0f}" if ours >= 100 else f"{ours:.1f}", f"{peer:.0f}" if peer else "-"
        print(f"{name} {ours_text} {peer_text} {ratio:.2f}  {cpu}  {wanted}  {verdict}".rstrip(), flush=True)
        self.rows.append({"name": name, "ours": f"{ours:.2f}", "peer": f"{peer:.2f}" if peer else "",
                          "ratio": f"{ratio:.3f}", "ours_cpu_us": f"{ours_cpu:.3f}" if ours_cpu else "",
                          "peer_cpu_us": f"{peer_cpu:.3f}" if peer_cpu else "",
                          "must": bar.must if bar.must is not None else "", "aim": bar.aim or "", "verdict": verdict})

    def write(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, ["name", "ours", "peer", "ratio", "ours_cpu_us", "peer_cpu_us", "must", "aim",
                                           "verdict"])
            writer.writeheader()
            writer.writerows(self.rows)


def measure_figure(figure, servers, token, rounds, seconds, report):
    """Interleaved rounds; throughput and processor time are medians of their own."""
    asked = {}
    for name in (figure.ours, *figure.bars):
        server = servers[name]
        request = server.ask(figure.method, figure.message(), token if figure.token else None, figure.gzip)
        server.check(request, figure.reply())
        asked[name] = (server, request, Samples())
    for _ in range(rounds):
        for server, request, samples in asked.values():
            measure(server, request, figure.shape, seconds, samples)
    ours = asked[figure.ours][2]
    for name, bar in figure.bars.items():
        peer = asked[name][2]
        # Rounds are paired: what else the machine did in a round, it did to both.
        ratio = statistics.median(mine / theirs for mine, theirs in zip(ours.rates, peer.rates))
        report.line(f"{figure.name}/{name}", ours.rate, peer.rate, ratio, bar, ours.cpu, peer.cpu)


def measure_memory(server, token, report):
    """Resident memory of a fresh server, and the most while a thousand connections make calls."""
    all_of_it, own = resident_bytes(server.pid)
    for name, count, bar in (("memory_idle_mib", all_of_it, Bar(40)), ("memory_idle_own_mib", own, Bar())):
        report.line(name, count / MEBIBYTE, None, count / MEBIBYTE, bar, at_most=True)
    request = server.ask("GetIndicator", indicator_request(), token)
    most = 0
    with ThreadPoolExecutor(1) as pool:
        load = pool.submit(h2load, request, Shape(1000, 1), 20_000)
        while not load.done():
            most = max(most, resident_bytes(server.pid)[0])
            time.sleep(0.02)
        load.result()
    report.line("memory_1000_connections_mib", most / MEBIBYTE, None, most / MEBIBYTE, Bar(100), at_most=True)
