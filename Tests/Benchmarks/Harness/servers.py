"""The servers that are measured, each on one core, and what is asked of them."""

import contextlib
import gzip
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

from building import ROOT, WORK, run
from load import SERVER_CORE, Request

sys.path.insert(0, str(ROOT / "Tests" / "Support"))
from stack import free_ports, wait_until  # noqa: E402

STATISTICS = "lianshe.statistics.v1.StatisticsService"
BENCHMARK = "lianshe.benchmark.v1.BenchmarkService"
# The one indicator that is asked for. Names as long as names may be make the reply about 240 bytes.
INDICATOR = {
    "code": "gross_output_value_of_industrial_crafts", "nameZh": "工业合作社手工业总产值（含外发加工与来料加工，不含合作社之间的重复计算，按现行价格）",
    "nameEn": "Gross output of industrial crafts, at current prices", "unit": "元", "scale": 2,
    "kind": "INDICATOR_KIND_FLOW", "partOf": "", "mayBeNegative": False,
}


def field(number, content):
    """One length-delimited field of protobuf."""
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def indicator_request():
    return field(1, INDICATOR["code"])


def indicator_reply():
    names = field(1, INDICATOR["code"]) + field(2, INDICATOR["nameZh"]) + field(3, INDICATOR["nameEn"])
    return field(1, names + field(4, INDICATOR["unit"]) + varint(5 << 3) + varint(INDICATOR["scale"])
                 + varint(6 << 3) + varint(1))


def echo_message(size):
    """Items of about a hundred bytes, as many as make a message of about so many bytes."""
    items = b""
    number = 0
    while len(items) < size - 20:
        text = f"{number:06d} " + "合作 the quick brown fox jumps over the lazy dog " * 2
        item = field(1, "item") + varint(2 << 3) + varint(number + 1) + field(3, text[:68])
        items += field(1, item)
        number += 1
    return items


def pinned(command, environment=None, log="server"):
    WORK.mkdir(parents=True, exist_ok=True)
    with open(WORK / f"{log}.log", "ab") as file:
        return subprocess.Popen(["taskset", "-c", SERVER_CORE, *map(str, command)], stdout=file, stderr=file,
                                env=environment, start_new_session=True)


def certificate():
    """A certificate for 127.0.0.1 that signs itself, and its key: all servers of a run show the same."""
    shown, key = WORK / "tls" / "certificate.pem", WORK / "tls" / "key.pem"
    if not shown.exists():
        shown.parent.mkdir(parents=True, exist_ok=True)
        run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", shown])
    return shown, key


class Server:
    """A running server. Subclasses say how it is started and spoken to."""
    name = ""

    def __init__(self, secure=False):
        (self.port,) = free_ports(1)
        self.secure = secure
        self.pace = {}
        self.process = None

    @property
    def address(self):
        return f"{'https' if self.secure else 'http'}://127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def listens(self):
        assert self.process.poll() is None, f"{self.name} ended; see {WORK}/{self.name}.log"
        with socket.create_connection(("127.0.0.1", self.port), 1):
            return True

    def start(self):
        self.launch()
        wait_until(self.listens, f"{self.name} listens")
        return self

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)

    def check(self, request, expected):
        """One call, whose reply must hold exactly the message that all servers reply."""
        command = ["nghttp", "--no-dep", "--no-verify-peer"]
        for header in request.headers:
            command += ["-H", header]
        if request.body:
            command += ["-d", str(request.body)]
        got = self.message(subprocess.run([*command, request.url], capture_output=True).stdout)
        if got != expected:
            raise AssertionError(f"{self.name} replied {len(got)} bytes {got[:120]!r} instead of {len(expected)}")

    @staticmethod
    def message(body):
        """The message in a reply's body."""
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def body_file(name, content):
    path = WORK / "bodies" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def bearer(token):
    return (f"authorization: Bearer {token}",) if token else ()


class Connect:
    """How servers that speak Connect are asked."""
    service = BENCHMARK

    def ask(self, method, message, token, compressed=False):
        headers = ("content-type: application/proto", "connect-protocol-version: 1", *bearer(token))
        if compressed:
            headers += ("content-encoding: gzip", "accept-encoding: gzip")
            message = gzip.compress(message, mtime=0)
        return Request(f"{self.address}/{self.service}/{method}", headers,
                       body_file(f"{method}-{len(message)}.connect", message))


class GRPC:
    """How servers that speak gRPC are asked."""

    def ask(self, method, message, token, compressed=False):
        headers = ("content-type: application/grpc", "te: trailers", *bearer(token))
        if compressed:
            headers += ("grpc-encoding: gzip", "grpc-accept-encoding: gzip")
            message = gzip.compress(message, mtime=0)
        framed = bytes([compressed]) + len(message).to_bytes(4, "big") + message
        return Request(f"{self.address}/{BENCHMARK}/{method}", headers,
                       body_file(f"{method}-{len(message)}.grpc", framed))

    @staticmethod
    def message(body):
        return gzip.decompress(body[5:]) if body[:1] == b"\x01" else body[5:]


def unit_environment():
    """What the unit that is shipped gives the service."""
    unit = (ROOT / "deploy" / "systemd" / "lianshe-statistics.service").read_text()
    return dict(line.split("=", 1) for line in re.findall(r"^Environment=(\S+)$", unit, re.MULTILINE))


class Statistics(Connect, Server):
    """The shipped service, as an operator starts it: default access policy, limits, metrics."""
    name = "statistics"
    service = STATISTICS

    def __init__(self, binaries, folder, secure=False):
        super().__init__(secure)
        (self.admin, nobody) = free_ports(2)
        self.binaries, self.folder, self.nobody = binaries, Path(folder), nobody
        shutil.rmtree(self.folder, ignore_errors=True)
        self.database = self.folder / "statistics.sqlite"
        self.tool = binaries / "lianshe"

    def keys(self):
        keys = self.folder / "keys"
        if not keys.exists():
            run([self.tool, "token", "keygen", "--directory", keys])
        return keys

    def token(self, roles):
        return run([self.tool, "token", "issue", "--directory", self.keys(), "--organisation", "000000", "--roles",
                    roles, "--subject", "benchmark"]).strip()

    def launch(self):
        if not self.folder.exists():
            self.make()
        self.process = pinned([self.binaries / "lianshe-statistics"], self.environment(), self.name)

    def environment(self):
        values = {key: value for key, value in os.environ.items() if not key.startswith("LIANSHE_")}
        values.update({
            "LIANSHE_LISTEN": f"127.0.0.1:{self.port}", "LIANSHE_ADMIN_LISTEN": f"127.0.0.1:{self.admin}",
            "LIANSHE_DATABASE_URL": f"sqlite:{self.database}",
            "LIANSHE_REGISTRY_URL": f"http://127.0.0.1:{self.nobody}",
            "LIANSHE_JWKS": str(self.keys() / "jwks.json"),
            # One event loop, as the one core is meant; NIO counts the machine's cores.
            "NIO_SINGLETON_GROUP_LOOP_COUNT": "1",
        })
        values.update(unit_environment())
        if self.secure:
            shown, key = certificate()
            values.update({"LIANSHE_TLS_CERTIFICATE": str(shown), "LIANSHE_TLS_KEY": str(key)})
        return values

    def make(self):
        """A database that the service itself has made, with one indicator more. It is put there from outside
        because the service lets only those add to the catalogue whom the register knows, and no register runs here."""
        self.folder.mkdir(parents=True)
        self.launch()
        wait_until(self.listens, f"{self.name} listens")
        self.stop()
        kind = INDICATOR["kind"].removeprefix("INDICATOR_KIND_").lower()
        with contextlib.closing(sqlite3.connect(self.database)) as database, database:
            database.execute(
                "INSERT INTO indicator (code, name_zh, name_en, unit, scale, kind, part_of, may_be_negative)"
                " VALUES (?, ?, ?, ?, ?, ?, NULL, 0)",
                [INDICATOR["code"], INDICATOR["nameZh"], INDICATOR["nameEn"], INDICATOR["unit"], INDICATOR["scale"], kind])


class Echo(Connect, Server):
    """The service of the benchmark on the channel, as another house would write it."""
    name = "echo"

    def __init__(self, binary):
        super().__init__()
        self.binary = binary

    def launch(self):
        self.process = pinned([self.binary, self.port, catalogue_file()], log=self.name)


class GRPCCxx(GRPC, Server):
    """The callback interface by default: the fastest of the three on one core (see README.md)."""
    name = "grpc_cpp"

    def __init__(self, binary, mode="callback", compresses=False, secure=False):
        super().__init__(secure)
        self.binary, self.mode, self.compresses = binary, mode, compresses

    def launch(self):
        environment = dict(os.environ, BENCHMARK_GZIP="1" if self.compresses else "")
        files = certificate() if self.secure else ()
        self.process = pinned([self.binary, self.mode, self.port, catalogue_file(), *files], environment, self.name)


class GRPCSwift(GRPC, Server):
    name = "grpc_swift"

    def __init__(self, binary):
        super().__init__()
        self.binary = binary

    def launch(self):
        environment = dict(os.environ, NIO_SINGLETON_GROUP_LOOP_COUNT="1")
        self.process = pinned([self.binary, self.port, catalogue_file()], environment, log=self.name)


class Nghttpd(Server):
    """A file of the reply's size, by the library's own server: what HTTP/2 alone costs."""
    name = "nghttpd"

    def __init__(self, _binary=None, secure=False):
        super().__init__(secure)

    def launch(self):
        folder = WORK / "files"
        folder.mkdir(parents=True, exist_ok=True)
        shown, key = certificate() if self.secure else (None, None)
        how = [self.port, key, shown] if self.secure else ["--no-tls", self.port]
        self.process = pinned(["nghttpd", "-a", "127.0.0.1", "-d", folder, "-n", "1", *how], log=self.name)

    def ask(self, method, message, token, compressed=False):
        """The same request; the answer is a file."""
        name = f"{method}-{len(message)}"
        folder = WORK / "files"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(indicator_reply() if method == "GetIndicator" else message)
        headers = ("content-type: application/proto", "connect-protocol-version: 1", *bearer(token))
        return Request(f"{self.address}/{name}", headers, body_file(f"{name}.connect", message))


PEERS = {
    "statistics": lambda binaries: Statistics(binaries, WORK / "data"),
    "statistics_tls": lambda binaries: Statistics(binaries, WORK / "data-tls", secure=True),
    "echo": Echo, "grpc_cpp": GRPCCxx, "grpc_cpp_gzip": lambda binary: GRPCCxx(binary, compresses=True),
    "grpc_cpp_tls": lambda binary: GRPCCxx(binary, secure=True),
    "grpc_swift": GRPCSwift, "nghttpd": Nghttpd, "nghttpd_tls": lambda binary: Nghttpd(binary, secure=True),
}


def catalogue_file():
    """The catalogue of the peers, with the same indicator."""
    path = WORK / "catalogue.tsv"
    cells = [INDICATOR["code"], INDICATOR["nameZh"], INDICATOR["nameEn"], INDICATOR["unit"], str(INDICATOR["scale"]),
             "1", INDICATOR["partOf"] or "-", "0"]
    path.write_text("\t".join(cells) + "\n")
    return path
