"""What an operator needs: configuration, health, metrics, logs, clear ends."""

import itertools
import json
import os
import signal
import socket
import struct
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from reports import fetch_report
from stack import REGISTRY, CurlFailed, Stack, binary, http_get, wait_until

SERVICES = Stack.SERVICES


def run_service(name, *arguments, **environment):
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LIANSHE_")}
    return subprocess.run([binary(f"lianshe-{name}"), *arguments], env={**kept, **environment}, capture_output=True,
                          text=True, timeout=60)


@pytest.mark.parametrize("name", SERVICES)
def test_check_config_prints_the_effective_values_and_hides_secrets(name):
    values = {"LIANSHE_LISTEN": "127.0.0.1:7999",
              "LIANSHE_DATABASE_URL": "postgres://clerk:very-secret@127.0.0.1:5999/nowhere"}
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


@pytest.mark.parametrize("name,setting", [
    *((name, setting) for name in SERVICES for setting in ("LIANSHE_LISTEN", "LIANSHE_ADMIN_LISTEN")),
    ("gateway", "LIANSHE_HTTP_LISTEN")])
def test_a_port_in_use_is_one_clear_line(tmp_path, name, setting):
    stack = Stack(tmp_path / "stack")
    stack.make_keys()
    environment = stack.environment(name)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert setting in environment
        environment[setting] = f"127.0.0.1:{port}"
        done = subprocess.run([binary(f"lianshe-{name}")], env=environment, capture_output=True, text=True, timeout=60)
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
    """A call is answered whole or never begun: clients that try the latter again see no failure over a restart."""
    torn, refused, served = [], [], []
    stop = threading.Event()

    def read(number):
        for call in itertools.count():
            if stop.is_set():
                return
            trace = f"{number + 1:016x}{call + 1:016x}"
            try:
                status, body = fresh.call(REGISTRY, "GetFederation", {"code": "450000"},
                                          headers=[f"traceparent: 00-{trace}-b7ad6b7169203331-01"])
            except CurlFailed as failure:
                if failure.code == CurlFailed.REFUSED:
                    time.sleep(0.02)
                else:
                    refused.append((trace, failure))
                continue
            if status == 200 and body["federation"]["code"] == "450000":
                served.append(time.monotonic())
            else:
                torn.append((status, body))

    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        try:
            wait_until(lambda: len(served) > 20, "readers began")
            started = time.monotonic()
            assert fresh.processes["registry"].stop() == 0
            assert time.monotonic() - started < 10
            log = fresh.processes["registry"].log_path.read_text()
            fresh.start("registry")
            restarted = time.monotonic()
            wait_until(lambda: sum(moment > restarted for moment in served) > 20, "readers went on")
        finally:
            stop.set()
        for reader in readers:
            reader.result()
    assert torn == []
    for trace, failure in refused:
        # Closed before the service read it: nothing came back, and the service knows nothing of it.
        assert failure.received == ["", "000"] and trace not in log, failure


def test_sigterm_ends_open_watches(fresh):
    watch = subprocess.Popen(["curl", "-sS", "-N", "--http2-prior-knowledge", "-H",
                              "content-type: application/connect+json", "--data-binary", "@-",
                              f"{fresh.channel('registry')}/{REGISTRY}/WatchChanges"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        watch.stdin.write(b"\0\0\0\0\x02{}")
        watch.stdin.close()
        first = watch.stdout.read(5)
        assert len(first) == 5, "the stream did not begin"
        rest = []
        reader = threading.Thread(target=lambda: rest.append(watch.stdout.read()))
        reader.start()
        started = time.monotonic()
        assert fresh.processes["registry"].stop() == 0
        assert time.monotonic() - started < 10
        assert watch.wait(10) == 0, "the stream was cut, not ended"
        reader.join(10)
    finally:
        watch.kill()
        watch.wait(10)
    data = first + rest[0]
    while True:
        flags, length = struct.unpack(">BI", data[:5])
        message, data = data[5:5 + length], data[5 + length:]
        if not data:
            break
    assert flags == 2, "the last envelope is the end of the stream"
    assert json.loads(message)["error"]["code"] == "unavailable"


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
        stack.stop()


def test_ctrl_c_stops_a_service(tmp_path):
    stack = Stack(tmp_path / "stack")
    try:
        stack.start("registry")
        process = stack.processes["registry"].process
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        stack.stop()
