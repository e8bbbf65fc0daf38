"""The programs under test, and the count of the cases that ran."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from certificates import Certificates  # noqa: E402
from connect_messages import ROOT, Protos  # noqa: E402
from requests_of_tables import Messages  # noqa: E402
from wire import Client, Server  # noqa: E402

LIMITS = ("--maximum-request-bytes=100000", "--maximum-response-bytes=1000000", "--compression-threshold-bytes=1")


def program(name):
    path = ROOT / ".build" / "debug" / name
    assert path.exists(), f"{path} is not there: swift build --product {name}"
    return str(path)


@pytest.fixture(scope="session")
def executed(request):
    """Every case that ran, by its table and id; the last test counts them."""
    if not hasattr(request.config, "conformance_cases"):
        request.config.conformance_cases = set()
    return request.config.conformance_cases


@pytest.fixture(scope="session")
def fixture_protos():
    return Protos(ROOT / "Tests" / "Fixtures" / "Protos")


@pytest.fixture(scope="session")
def messages(fixture_protos):
    return Messages(fixture_protos)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def addresses(certificates):
    """Where the server under test listens: directly, behind one that passes everything through, and with mutual
    TLS."""
    secure = [f"--certificate={certificates.path('server.pem')}", f"--key={certificates.path('server.key')}",
              f"--client-ca={certificates.path('ca.pem')}"]
    process = subprocess.Popen([program("ConformanceServer"), *LIMITS, *secure], stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
        assert process.poll() is None, "the server ended by itself"
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        finally:
            process.kill()


@pytest.fixture(scope="session")
def raw(addresses, certificates):
    """Sends a request over a connection that is kept while it is well."""
    kept, tls = {}, certificates.context("client")

    def send(transport, *arguments, **options):
        client = kept.pop(transport, None) or Client(addresses[transport], tls if transport == "secure" else None)
        reply = client.request(*arguments, **options)
        if reply.goaway is None:
            kept[transport] = client
        else:
            client.close()
        return reply
    yield send
    for client in kept.values():
        client.close()


class Caller:
    """Our client, in a process of its own: a line in, a line out."""

    def __init__(self):
        self.process = subprocess.Popen([program("ConformanceClient")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def call(self, **call):
        self.process.stdin.write(json.dumps(call) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the client has ended"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        finally:
            self.process.kill()


@pytest.fixture(scope="session")
def our_client():
    caller = Caller()
    yield caller
    caller.close()


@pytest.fixture(scope="session")
def scripted(certificates):
    """By transport: a server that answers by scripts."""
    servers = {"plain": Server(), "secure": Server(certificates.context("server"))}
    yield servers
    for server in servers.values():
        server.close()
