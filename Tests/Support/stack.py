"""Runs the real executables on free ports, with a database of their own, and stops them again."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60  # seconds that anything may take before a test gives up; ten times the usual


def binary(name):
    folder = Path(os.environ.get("LIANSHE_BIN_DIR", ROOT / ".build" / "debug"))
    path = folder / name
    assert path.exists(), f"{path} is missing: build first (swift build)"
    return str(path)


def ports_of_this_worker(first=10_000, end=20_000):
    """Tests that run side by side (pytest-xdist) choose from ranges of their own."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    share = (end - first) // workers
    begin = first + share * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return range(begin, begin + share)


_given_ports = set()


def free_ports(count):
    """Ports that nobody listens on, each given once. They lie below the range from which the system
    takes the ports of outgoing connections, which could take one before its service does."""
    held = []
    try:
        ports = ports_of_this_worker()
        for port in random.sample(ports, min(len(ports), 2_000)):
            if len(held) == count:
                break
            if port in _given_ports:
                continue
            probe = socket.socket()
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                probe.close()
                continue
            held.append(probe)  # held until all are chosen
        assert len(held) == count, "no free ports"
        ports = [probe.getsockname()[1] for probe in held]
    finally:
        for probe in held:
            probe.close()
    _given_ports.update(ports)
    return ports


def wait_until(condition, what, patience=PATIENCE):
    limit = time.monotonic() + patience
    last = None
    while time.monotonic() < limit:
        try:
            last = condition()
            if last:
                return last
        except OSError as error:
            last = error
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {patience} s; last: {last!r}")


def http_get(url, headers=None, timeout=20):
    """Status, headers (any case) and body; an error status is an answer, not an exception."""
    request = urllib.request.Request(url, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def postgres_admin_url():
    url = os.environ.get("LIANSHE_TEST_POSTGRES_URL")
    assert url, "LIANSHE_TEST_POSTGRES_URL is not set: run this through scripts/with-postgres"
    return url


class Process:
    """One running service."""

    def __init__(self, name, arguments, environment, log_path):
        self.name = name
        self.arguments = arguments
        self.environment = environment
        self.log_path = Path(log_path)
        self.process = None

    def start(self):
        """It ends when these tests do, also when they have no time to stop it (Ctrl-C at scripts/test)."""
        command = ["setpriv", "--pdeathsig", "TERM", binary(self.name), *self.arguments]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        return self

    def kill(self):
        """kill -9: no chance to say goodbye."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)

    def stop(self):
        """SIGTERM, and the exit code."""
        if self.process is None or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"{self.name} did not stop on SIGTERM:\n{self.tail()}") from None

    def tail(self, lines=25):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])


class CurlFailed(AssertionError):
    """curl got no whole answer; `code` is its exit code, `received` what came all the same."""

    REFUSED = 7  # nobody listens: nothing was sent

    def __init__(self, done):
        super().__init__(f"curl ended with {done.returncode}: {done.stderr.strip()}; received {done.stdout!r}")
        self.code = done.returncode
        self.received = done.stdout.rsplit("\n", 1)


class Stack:
    """The five services, wired to each other."""

    SERVICES = ("registry", "statistics", "exhibitions", "talent", "gateway")

    def __init__(self, folder, engine="sqlite"):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.engine = engine
        *ports, self.http_port = free_ports(2 * len(self.SERVICES) + 1)
        self.ports = dict(zip(self.SERVICES, ports))
        self.admin_ports = dict(zip(self.SERVICES, ports[len(self.SERVICES):]))
        self.keys = self.folder / "keys"
        self.databases = {}
        self.made_databases = []
        self.processes = {}
        self.token = None

    # Addresses
    def channel(self, name):
        return f"http://127.0.0.1:{self.ports[name]}"

    def admin(self, name):
        return f"http://127.0.0.1:{self.admin_ports[name]}"

    @property
    def http(self):
        return f"http://127.0.0.1:{self.http_port}"

    def database_url(self, name):
        if name not in self.databases:
            if self.engine == "sqlite":
                self.databases[name] = f"sqlite:{self.folder / (name + '.sqlite')}"
            else:
                self.databases[name] = create_postgres_database(f"{name}_{uuid.uuid4().hex[:10]}")
                self.made_databases.append(self.databases[name])
        return self.databases[name]

    def environment(self, name=None):
        values = {key: value for key, value in os.environ.items()
                  if not key.startswith("LIANSHE_") or key.startswith("LIANSHE_TEST_")}
        values.update({
            "LIANSHE_REGISTRY_URL": self.channel("registry"),
            "LIANSHE_STATISTICS_URL": self.channel("statistics"),
            "LIANSHE_EXHIBITIONS_URL": self.channel("exhibitions"),
            "LIANSHE_TALENT_URL": self.channel("talent"),
            "LIANSHE_GATEWAY_URL": self.channel("gateway"),
            "LIANSHE_JWKS": str(self.keys / "jwks.json"),
            "LIANSHE_LANG": "zh",
        })
        if self.token:
            values["LIANSHE_TOKEN"] = self.token
        if name:
            values["LIANSHE_LISTEN"] = f"127.0.0.1:{self.ports[name]}"
            values["LIANSHE_ADMIN_LISTEN"] = f"127.0.0.1:{self.admin_ports[name]}"
            values.pop("LIANSHE_GATEWAY_URL", None)
            values.pop("LIANSHE_LANG", None)
            values.pop("LIANSHE_TOKEN", None)
            values["LIANSHE_DATABASE_URL"] = self.database_url(name)
            if name == "gateway":
                values["LIANSHE_HTTP_LISTEN"] = f"127.0.0.1:{self.http_port}"
        return values

    def adopt(self, stopped):
        """Takes over the data and the keys of a stack that has stopped, instead of loading them anew."""
        shutil.copytree(stopped.keys, self.keys)
        self.token = stopped.token
        for name, url in stopped.databases.items():
            if self.engine == "sqlite":
                for path in stopped.folder.glob(f"{name}.sqlite*"):
                    shutil.copy2(path, self.folder)
            else:
                self.databases[name] = create_postgres_database(f"{name}_{uuid.uuid4().hex[:10]}", database_name(url))
                self.made_databases.append(self.databases[name])
        return self

    # Life
    def make_keys(self):
        self.run("token", "keygen", "--directory", str(self.keys))
        self.token = self.issue_token()

    def issue_token(self, organisation="450000", roles="administrator", subject="tester"):
        done = self.run("token", "issue", "--directory", str(self.keys), "--organisation", organisation,
                        "--roles", roles, "--subject", subject)
        return done.stdout.strip()

    def start(self, *names):
        names = names or self.SERVICES
        if not self.keys.exists():
            self.make_keys()
        for name in names:
            self.processes[name] = Process(f"lianshe-{name}", [], self.environment(name),
                                           self.folder / f"{name}.log").start()
        for name in names:
            self.wait_ready(name)
        return self

    def wait_ready(self, name):
        def ready():
            process = self.processes[name].process
            assert process.poll() is None, f"{name} ended with {process.returncode}:\n{self.processes[name].tail()}"
            return http_get(self.admin(name) + "/readyz")[0] == 200
        wait_until(ready, f"{name} became ready")

    def stop(self):
        """Stops every service and removes the databases that were made here."""
        try:
            self.stop_services()
        finally:
            for url in self.made_databases:
                drop_postgres_database(url)

    def stop_services(self):
        """Stops all, and only then complains of those that had to be killed."""
        failures = []
        for name in reversed(list(self.processes)):
            try:
                self.processes[name].stop()
            except AssertionError as failure:
                failures.append(str(failure))
        assert not failures, "\n".join(failures)

    # Calls
    def run(self, *arguments, check=True, stdin=None, timeout=PATIENCE * 2):
        """The command-line tool."""
        done = subprocess.run([binary("lianshe"), *map(str, arguments)], env=self.environment(), cwd=ROOT,
                              input=stdin, capture_output=True, text=True, timeout=timeout)
        if check:
            assert done.returncode == 0, f"lianshe {' '.join(map(str, arguments))} → {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def call(self, service, method, message=None, target=None, token=True, headers=()):
        """A unary call in JSON by curl: HTTP status and the parsed body. CurlFailed when none came."""
        target = target or service.split(".")[1]
        command = ["curl", "-sS", "--http2-prior-knowledge", "-m", "30", "-w", "\n%{http_code}",
                   "-H", "content-type: application/json", "-H", "connect-protocol-version: 1"]
        if token and self.token:
            command += ["-H", f"authorization: Bearer {self.token}"]
        for header in headers:
            command += ["-H", header]
        command += ["-d", json.dumps(message or {}, ensure_ascii=False), f"{self.channel(target)}/{service}/{method}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise CurlFailed(done)
        body, status = done.stdout.rsplit("\n", 1)
        return int(status), json.loads(body) if body else {}

    def ask(self, service, method, message=None, **options):
        status, body = self.call(service, method, message, **options)
        assert status == 200, f"{service}/{method}: {status} {body}"
        return body


REGISTRY = "lianshe.registry.v1.RegistryService"
STATISTICS = "lianshe.statistics.v1.StatisticsService"
REGISTRY_STATED = "lianshe.registry.v1.StatedFigureService"
STATISTICS_STATED = "lianshe.statistics.v1.StatedFigureService"


def psql(url, statement):
    done = subprocess.run(["psql", url, "-v", "ON_ERROR_STOP=1", "-qAtc", statement], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def create_postgres_database(name, template="template0"):
    url = postgres_admin_url()
    psql(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
    base, question, query = url.partition("?")
    head, _, _ = base.rpartition("/")
    return f"{head}/{name}{question}{query}"


def database_name(url):
    return url.partition("?")[0].rpartition("/")[2]


def drop_postgres_database(url):
    psql(postgres_admin_url(), f'DROP DATABASE IF EXISTS "{database_name(url)}" WITH (FORCE)')
