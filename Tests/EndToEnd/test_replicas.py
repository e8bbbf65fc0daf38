"""Two replicas of a service behind the gateway: one stops without a word, and goes on later."""

import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from stack import Process, Stack, free_ports, http_get, wait_until

WORKERS = 8
SECONDS_STOPPED = 6


@pytest.fixture
def replicated(tmp_path):
    """A gateway with two registries."""
    stack = Stack(tmp_path)
    stack.make_keys()
    stack.start("registry")
    port, admin_port = free_ports(2)
    stack.ports["replica"], stack.admin_ports["replica"] = port, admin_port
    environment = stack.environment("registry") | {
        "LIANSHE_LISTEN": f"127.0.0.1:{port}", "LIANSHE_ADMIN_LISTEN": f"127.0.0.1:{admin_port}",
        "LIANSHE_DATABASE_URL": f"sqlite:{tmp_path / 'replica.sqlite'}"}
    stack.processes["replica"] = Process("lianshe-registry", [], environment, tmp_path / "replica.log").start()
    stack.wait_ready("replica")
    environment = stack.environment("gateway")
    environment["LIANSHE_REGISTRY_URL"] += f",dns:localhost:{port}"
    stack.processes["gateway"] = Process("lianshe-gateway", [], environment, tmp_path / "gateway.log").start()
    try:
        wait_until(lambda: ask(stack) == 200 and ready_endpoints(stack) == 2, "the gateway reaches both registries")
        yield stack
    finally:
        stack.processes["registry"].process.send_signal(signal.SIGCONT)
        stack.stop()


def ask(stack):
    try:
        return http_get(stack.http + "/v1/federations")[0]
    except OSError:
        return None


def ready_endpoints(stack):
    page = http_get(stack.admin("gateway") + "/metrics")[2].decode()
    [line] = [line for line in page.splitlines()
              if line.startswith('lianshe_client_endpoints{to="registry",state="ready"}')]
    return int(line.split()[-1])


def test_a_stopped_replica_is_hardly_noticed_and_comes_back(replicated):
    """At least 99.9 % of the reads succeed, and the replica is used again within 30 s."""
    stop, answers = threading.Event(), []

    def read():
        while not stop.is_set():
            began = time.monotonic()
            answers.append((ask(replicated), time.monotonic() - began))

    with ThreadPoolExecutor(WORKERS) as pool:
        readers = [pool.submit(read) for _ in range(WORKERS)]
        try:
            time.sleep(1)
            registry = replicated.processes["registry"].process
            registry.send_signal(signal.SIGSTOP)
            time.sleep(SECONDS_STOPPED)
            assert ready_endpoints(replicated) == 1
            registry.send_signal(signal.SIGCONT)
            wait_until(lambda: ready_endpoints(replicated) == 2, "the replica came back", 30)
        finally:
            stop.set()
            registry.send_signal(signal.SIGCONT)
        for reader in readers:
            reader.result()
    failed = [status for status, _ in answers if status != 200]
    print(f"{len(answers)} reads, {len(failed)} failed, the longest took {max(took for _, took in answers):.2f} s")
    assert len(answers) > 200
    assert len(failed) * 1000 <= len(answers), failed[:5]
