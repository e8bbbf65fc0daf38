"""What an operator needs: configuration, health, metrics, logs, clear ends."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

import pytest
from reports import fetch_report
from stack import REGISTRY, Stack, binary, http_get, wait_until

SERVICES = ["registry", "statistics", "gateway"]


def run_service(name, *arguments, **environment):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LIANSHE_")}
    return subprocess.run([binary(f"lianshe-{name}"), *arguments], env={**kept, **environment}, capture_output=True,
                          text=True, timeout=60)


@pytest.mark.parametrize("name", SERVICES)
def test_check_config_prints_the_effective_values_and_hides_secrets(name):
    values = {"LIANSHE_LISTEN": "127.0.0.1:7999"}
    if name != "gateway":
        values["LIANSHE_DATABASE_URL"] = "postgres://clerk:very-secret@127.0.0.1:5999/nowhere"
    done = run_service(name, "--check-config", **values)
    assert done.returncode == 0, done.stderr
    assert "127.0.0.1:7999" in done.stdout
    assert "very-secret" not in done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_bad_value_is_named(name):
    done = run_service(name, "--check-config", LIANSHE_LISTEN="127.0.0.1:notaport")
    assert done.returncode != 0
    assert "LIANSHE_LISTEN" in done.stdout + done.stderr and "notaport" in done.stdout + done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_help_teaches(name):
    done = run_service(name, "--help")
    assert done.returncode == 0 and "LIANSHE_LISTEN" in done.stdout


def test_a_port_in_use_is_one_clear_line(loaded):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = loaded.environment("registry")
        environment["LIANSHE_LISTEN"] = f"127.0.0.1:{port}"
        environment["LIANSHE_ADMIN_LISTEN"] = "127.0.0.1:0"
        done = subprocess.run([binary("lianshe-registry")], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    lines = [line for line in done.stderr.splitlines() if line.strip() and not line.startswith("{")]
    assert len(lines) == 1 and str(port) in lines[0], done.stderr


@pytest.mark.parametrize("name", SERVICES)
def test_health_readiness_and_metrics(loaded, name):
    assert http_get(loaded.admin(name) + "/healthz")[0] == 200
    assert http_get(loaded.admin(name) + "/readyz")[0] == 200
    status, headers, body = http_get(loaded.admin(name) + "/metrics")
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    text = body.decode()
    assert "# TYPE" in text and "# HELP" in text
    families = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(families) == len(set(families))


def test_calls_are_counted_and_logged_with_their_trace(loaded):
    trace = "0af7651916cd43dd8448eb211c80319c"
    subprocess.run(["curl", "-sS", "--http2-prior-knowledge", "-o", "/dev/null", "-H", "content-type: application/json",
                    "-H", f"traceparent: 00-{trace}-b7ad6b7169203331-01", "-d", '{"code":"450000"}',
                    f"{loaded.channel('gateway')}/{REGISTRY}/GetFederation"], check=True)
    metrics = http_get(loaded.admin("registry") + "/metrics")[2].decode()
    assert any("GetFederation" in line and not line.startswith("#") for line in metrics.splitlines())
    log = wait_until(lambda: [json.loads(line) for line in loaded.processes["registry"].log_path.read_text().splitlines()
                              if trace in line and line.startswith("{")], "the call was logged with its trace")
    assert log[0]["trace_id"] == trace and log[0]["level"] and log[0]["time"].endswith("Z")


def test_sigterm_finishes_what_is_under_way(fresh):
    """Clients that try again see no failure while the gateway's service restarts."""
    failures, served = [], [0]
    stop = threading.Event()

    def read():
        while not stop.is_set():
            limit = time.monotonic() + 30
            while True:
                status, body = None, None
                try:
                    status, body = fresh.call(REGISTRY, "GetFederation", {"code": "450000"})
                except AssertionError as error:
                    body = error  # refused or closed before an answer: safe to try again
                if status == 200:
                    served[0] += 1
                    break
                if status not in (None, 503) or time.monotonic() > limit:
                    failures.append((status, body))
                    break
                time.sleep(0.02)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    started = time.monotonic()
    code = fresh.processes["registry"].stop()
    assert code == 0 and time.monotonic() - started < 10
    fresh.start("registry")
    wait_until(lambda: served[0] > 20, "readers went on")
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_sigterm_ends_open_watches(fresh):
    watch = subprocess.Popen(["curl", "-sS", "--http2-prior-knowledge", "-o", "/dev/null", "-H",
                              "content-type: application/connect+json", "--data-binary", "@-",
                              f"{fresh.channel('registry')}/{REGISTRY}/WatchChanges"], stdin=subprocess.PIPE)
    watch.stdin.write(b"\0\0\0\0\x02{}")
    watch.stdin.close()
    time.sleep(0.5)
    started = time.monotonic()
    assert fresh.processes["registry"].stop() == 0
    assert time.monotonic() - started < 10
    watch.wait(10)


def test_a_database_that_goes_away_is_unavailable_and_comes_back(tmp_path, private_postgres):
    """PostgreSQL is stopped under the running services: unavailable, not ready; then it heals by itself."""
    stack = Stack(tmp_path / "stack", engine="postgres")
    private_postgres.use_for(stack)
    try:
        stack.start()
        stack.run("demo", "load")
        private_postgres.stop()
        wait_until(lambda: http_get(stack.admin("registry") + "/readyz")[0] == 503, "readiness became false")
        status, body = stack.call(REGISTRY, "GetFederation", {"code": "450000"})
        assert (status, body["code"]) == (503, "unavailable"), body
        assert http_get(stack.admin("registry") + "/healthz")[0] == 200
        private_postgres.start()
        wait_until(lambda: http_get(stack.admin("registry") + "/readyz")[0] == 200, "readiness came back")
        stack.ask(REGISTRY, "GetFederation", {"code": "450000"})
        wait_until(lambda: not fetch_report(stack).get("missingServices"), "the report became whole again")
    finally:
        stack.processes and [process.stop() for process in stack.processes.values()]


def test_ctrl_c_stops_a_service(tmp_path):
    stack = Stack(tmp_path / "stack")
    stack.start("registry")
    process = stack.processes["registry"].process
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
