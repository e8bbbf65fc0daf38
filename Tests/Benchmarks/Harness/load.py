"""One run of h2load against one server: throughput by its clock, processor time by the kernel's."""

import os
import re
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SERVER_CORE, LOAD_CORE = "0", "1"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class LoadFailed(Exception):
    """A run whose numbers would mean nothing."""


@dataclass(frozen=True)
class Shape:
    """How the load is spread."""
    connections: int
    streams: int

    def __str__(self):
        return f"{self.connections}x{self.streams}"


@dataclass(frozen=True)
class Request:
    """What is sent, in the words of one server."""
    url: str
    headers: tuple
    body: Path | None


@dataclass
class Samples:
    """The runs of one server in one figure."""
    rates: list = field(default_factory=list)
    microseconds: list = field(default_factory=list)

    @property
    def rate(self):
        return statistics.median(self.rates)

    @property
    def cpu(self):
        return statistics.median(self.microseconds)


def processor_seconds(pid):
    """User and system time of all threads, exited ones too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_bytes(pid):
    """Resident memory, and the part of it that is not of files: code and libraries are shared with other processes."""
    _, resident, of_files, *_ = map(int, Path(f"/proc/{pid}/statm").read_text().split())
    return resident * PAGE, (resident - of_files) * PAGE


def h2load(request, shape, count):
    command = ["taskset", "-c", LOAD_CORE, "h2load", "-t", "1", "-n", str(count), "-c", str(shape.connections),
               "-m", str(shape.streams)]
    for header in request.headers:
        command += ["-H", header]
    if request.body:
        command += ["-d", str(request.body)]
    done = subprocess.run([*command, request.url], capture_output=True, text=True)
    rate = re.search(r"^finished in .*, ([\d.]+) req/s", done.stdout, re.M)
    answered = re.search(r"^status codes: (\d+) 2xx", done.stdout, re.M)
    if done.returncode != 0 or not rate or not answered or int(answered[1]) != count:
        raise LoadFailed(f"h2load {shape} of {request.url} did not get {count} good answers:\n"
                         f"{done.stdout[-1500:]}{done.stderr[-500:]}")
    return float(rate[1])


def measure(server, request, shape, seconds, samples):
    """Adds one run of about so many seconds."""
    key = (shape, request.url)
    if key not in server.pace:
        rate = h2load(request, shape, max(2 * shape.connections * shape.streams, 200))
        # The first requests are slow everywhere: they fill caches and grow buffers.
        rate = h2load(request, shape, max(shape.connections * shape.streams, int(rate * seconds / 4)))
        server.pace[key] = rate
    count = max(shape.connections * shape.streams, int(server.pace[key] * seconds))
    before = processor_seconds(server.pid)
    samples.rates.append(h2load(request, shape, count))
    samples.microseconds.append((processor_seconds(server.pid) - before) / count * 1e6)
