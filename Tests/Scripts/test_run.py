"""The README's first command: it builds, starts everything, loads, prints the report and stops."""

import contextlib
import os
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from stack import PATIENCE, ROOT, http_get, wait_until

# Where scripts/run listens is fixed, so these run one after the other.
pytestmark = pytest.mark.xdist_group("fixed addresses")
PORTS = (*range(7400, 7405), *range(7500, 7505), 8080)
UP = "按 Ctrl-C 停止"  # the last line that it prints once everything is loaded


def listening():
    found = []
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.append(port)
    return found


@pytest.fixture
def environment():
    """Data, keys and logs in a folder of their own, where PostgreSQL's user can go too; and a token of another run."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LIANSHE_") or key == "LIANSHE_BIN_DIR"}
    folder = tempfile.mkdtemp(prefix="lianshe-run-")
    os.chmod(folder, 0o755)
    try:
        yield {**kept, "LIANSHE_VAR": os.path.join(folder, "var"), "LIANSHE_TOKEN": "e30.e30.e30"}
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("options", [[], ["--no-build", "--postgres", "--tls"]], ids=["sqlite", "postgres-tls"])
@pytest.mark.timeout(900)
def test_once_prints_the_report_and_stops_everything(environment, tmp_path, options):
    said = []
    for folder, more in ((ROOT, []), (tmp_path, ["--no-build"])):  # and again, from elsewhere, on what is there
        script = os.path.relpath(ROOT / "scripts" / "run", folder)
        done = subprocess.run([script, "--once", *options, *more], cwd=folder, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        assert done.stdout.startswith("# ")
        for part in ("810亿元", "48亿元", "200亿元", "891.0亿元", "51.84亿元", "220.0亿元", "145亿元", "2 3亿", "208亿元",
                     "〔原文〕", "〔计算〕", "未统计"):
            assert part in done.stdout, part
        assert listening() == []
        said.append(done.stderr)
    if "--tls" in options:  # made once, for their owner only, and used again
        assert ["making a local authority" in text for text in said] == [True, False]
        keys = sorted((Path(environment["LIANSHE_VAR"]) / "tls").glob("*.key"))
        assert len(keys) == 7 and {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    # Nothing of the script's own is taken for a misspelt key of a service.
    logs = [log.read_text() for log in (Path(environment["LIANSHE_VAR"]) / "log").glob("*.log")]
    assert len(logs) == 5 and not any("没有这个键" in log for log in logs)


class Output:
    """What a running process says, line by line; its pipe never fills up."""

    def __init__(self, process):
        self.lines = queue.Queue()
        self.said = []
        threading.Thread(target=self.pump, args=(process.stdout,), daemon=True).start()

    def pump(self, stream):
        for line in stream:
            self.lines.put(line)
        self.lines.put(None)

    def until(self, mark, patience):
        """All that it said up to the line with the mark."""
        limit = time.monotonic() + patience
        while not self.said or mark not in self.said[-1]:
            try:
                line = self.lines.get(timeout=max(0, limit - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"“{mark}” was not said:\n{''.join(self.said)}"
            self.said.append(line)
        return "".join(self.said)


def end(process):
    """By its own way first, because it stops its services; a kill would leave them running."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def descendants(parent):
    for process in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
        yield int(process)
        yield from descendants(process)


def descendant(parent, name):
    """The process below it that runs the program of that name."""
    for process in descendants(parent):
        if Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[0].endswith(name.encode()):
            return process
    raise AssertionError(f"{name} does not run below {parent}")


@pytest.mark.parametrize("options", [[], ["--postgres"]], ids=["sqlite", "postgres"])
@pytest.mark.timeout(600)
def test_it_stays_up_until_ctrl_c(environment, options):
    """And stops everything before it ends, however often it is told to while it does."""
    process = subprocess.Popen(["bash", "scripts/run", "--no-build", *options], cwd=ROOT, env=environment,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
    slow = None
    try:
        output = Output(process)
        said = output.until(UP, 400)
        for address in ("http://127.0.0.1:8080/v1/federations/450000/report?year=2013", "127.0.0.1:7400"):
            assert address in said
        status, _, body = http_get("http://127.0.0.1:8080/v1/federations/450000/report?year=2013", {"accept": "text/markdown"})
        assert status == 200 and "810亿元" in body.decode()
        # A service that takes its time: it hears nothing until it goes on.
        slow = descendant(process.pid, "lianshe-registry")
        os.kill(slow, signal.SIGSTOP)
        os.killpg(process.pid, signal.SIGINT)
        output.until("run: stopping", PATIENCE)
        for again in (signal.SIGINT, signal.SIGTERM):
            time.sleep(0.3)
            os.killpg(process.pid, again)
        time.sleep(0.3)
        assert process.poll() is None, "it has left a service behind"
        os.kill(slow, signal.SIGCONT)
        assert process.wait(PATIENCE) == 130
        assert listening() == []
        assert not (Path(environment["LIANSHE_VAR"]) / "postgres/data/postmaster.pid").exists()
    finally:
        if slow:
            with contextlib.suppress(ProcessLookupError):
                os.kill(slow, signal.SIGCONT)
        end(process)


@pytest.mark.parametrize("options", [[], ["--postgres"]], ids=["sqlite", "postgres"])
def test_what_was_not_built_is_said(environment, tmp_path, options):
    done = subprocess.run(["scripts/run", "--no-build", *options], cwd=ROOT, capture_output=True, text=True, timeout=60,
                          env={**environment, "LIANSHE_BIN_DIR": str(tmp_path)})
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"run: error: {tmp_path}/lianshe-registry is not there; "
                                        "build it first: scripts/run without --no-build"]
    assert not Path(environment["LIANSHE_VAR"]).exists()


def test_a_port_in_use_is_said_before_the_build(environment):
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 7402))
        taken.listen()
        done = subprocess.run(["scripts/run"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines() == ["run: error: port 7402 is in use; is another scripts/run still up?"]


@pytest.mark.timeout(600)
def test_a_service_that_ends_is_named_and_the_others_stop(environment):
    process = subprocess.Popen(["scripts/run", "--no-build"], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        output = Output(process)
        output.until(UP, 400)
        os.kill(descendant(process.pid, "lianshe-statistics"), signal.SIGKILL)
        assert "statistics ended by itself" in output.until("ended by itself", PATIENCE)
        assert process.wait(PATIENCE) == 1
        assert listening() == []
    finally:
        end(process)


@pytest.mark.timeout(600)
def test_a_reader_that_goes_away_leaves_nothing_running(environment):
    """scripts/run --once | head -n 20"""
    done = subprocess.run(["bash", "-c", "scripts/run --once --no-build 2>&1 | head -n 20"], cwd=ROOT, env=environment,
                          capture_output=True, text=True)
    assert len(done.stdout.splitlines()) == 20
    wait_until(lambda: listening() == [], "everything stopped")


@pytest.mark.parametrize("script", ["run", "test"])
def test_help_can_be_asked_from_any_folder(tmp_path, script):
    path = os.path.relpath(ROOT / "scripts" / script, tmp_path)
    done = subprocess.run([path, "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"scripts/{script}" in done.stdout and "set -e" not in done.stdout
