"""The README's first command: it builds, starts everything, loads, prints the report and stops."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Support"))

from stack import PATIENCE, ROOT, wait_until  # noqa: E402

PORTS = (7400, 7401, 7402, 7500, 7501, 7502, 8080)


def listening():
    import socket
    found = []
    for port in PORTS:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                found.append(port)
    return found


@pytest.fixture
def environment():
    """Data, keys and logs in a folder of their own, where PostgreSQL's user can go too."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LIANSHE_")}
    folder = tempfile.mkdtemp(prefix="lianshe-run-")
    os.chmod(folder, 0o755)
    try:
        yield {**kept, "LIANSHE_VAR": os.path.join(folder, "var")}
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("options", [[], ["--postgres"]], ids=["sqlite", "postgres"])
@pytest.mark.timeout(900)
def test_once_prints_the_report_and_stops_everything(environment, options):
    for _ in range(2):  # and again on the data that is there
        done = subprocess.run(["bash", "scripts/run", "--once", *options], cwd=ROOT, env=environment,
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        assert done.stdout.startswith("# ")
        for part in ("810亿元", "48亿元", "200亿元", "891.0亿元", "51.84亿元", "220.0亿元", "145亿元", "2 3亿", "208亿元",
                     "〔原文〕", "〔计算〕", "未统计"):
            assert part in done.stdout, part
        assert listening() == []


@pytest.mark.timeout(600)
def test_it_stays_up_until_ctrl_c(environment):
    process = subprocess.Popen(["bash", "scripts/run"], cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        wait_until(lambda: urllib.request.urlopen(
            "http://127.0.0.1:8080/v1/federations/450000/report?year=2013", timeout=5).status == 200, "the report", 300)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert "http://127.0.0.1:8080" in process.stdout.read()
        assert listening() == []
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
