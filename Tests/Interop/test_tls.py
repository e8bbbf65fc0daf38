"""A service under mutual TLS, and clients that we did not write: curl, buf curl, connectrpc, openssl."""

import json
import os
import re
import shutil
import subprocess

import pytest
from connect_caller import Caller
from connect_messages import buf
from pyqwest import HTTPVersion, SyncHTTPTransport
from stack import PATIENCE, REGISTRY, ROOT, Stack, binary, http_get, wait_until

HEALTH = "grpc.health.v1.Health"
NAMES = ("registry", "statistics", "operator", "stranger")


def certificates(folder, *names):
    done = subprocess.run([ROOT / "scripts/lib/local-certificates", folder, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


class SecureStack(Stack):
    """Services that speak TLS to each other and to the tool."""

    def __init__(self, folder):
        super().__init__(folder)
        self.tls = certificates(self.folder / "tls", *NAMES)

    def channel(self, name):
        return f"https://localhost:{self.ports[name]}"

    def files(self, name):
        return {"LIANSHE_TLS_CERTIFICATE": str(self.tls / f"{name}.pem"), "LIANSHE_TLS_KEY": str(self.tls / f"{name}.key"),
                "LIANSHE_TLS_CA": str(self.tls / "ca.pem")}

    def environment(self, name=None):
        values = super().environment(name) | self.files(name or "operator")
        if name:
            values["LIANSHE_TLS_CLIENT_CA"] = str(self.tls / "ca.pem")
            values["LIANSHE_TLS_CLIENT_NAMES"] = "spiffe://lianshe.local/operator, statistics.lianshe.local"
            values["LIANSHE_ACCESS_LOG"] = "all"
        return values

    def metric(self, name, text):
        page = http_get(self.admin(name) + "/metrics")[2].decode()
        found = re.search(rf"^{re.escape(text)} (\S+)$", page, re.M)
        return float(found.group(1)) if found else None


@pytest.fixture(scope="module")
def secure(tmp_path_factory):
    stack = SecureStack(tmp_path_factory.mktemp("secure"))
    try:
        yield stack.start("registry", "statistics")
    finally:
        stack.stop()


def curl(stack, *options, who="operator", scheme="https", version="--http2"):
    files = ["--cacert", stack.tls / "ca.pem"]
    if who:
        files += ["--cert", stack.tls / f"{who}.pem", "--key", stack.tls / f"{who}.key"]
    url = f"{scheme}://localhost:{stack.ports['registry']}/{HEALTH}/Check"
    return subprocess.run(["curl", "-sS", version, "-m", "20", "-w", "\n%{http_version} %{http_code}",
                           "-H", "content-type: application/json", "-d", "{}", *map(str, [*files, *options, url])],
                          capture_output=True, text=True)


def test_a_service_is_ready_that_calls_another_over_tls(secure):
    """Statistics copies the register; it is ready, so it came through with its own certificate."""
    assert secure.metric("statistics", 'lianshe_tls_handshakes_total{side="client",result="completed"}') >= 1


def test_curl(secure):
    done = curl(secure)
    assert done.returncode == 0 and done.stdout == '{"status":"SERVING"}\n2 200', done


@pytest.mark.parametrize("version", ["1.2", "1.3"])
def test_curl_with_either_version_of_tls(secure, version):
    done = curl(secure, f"--tlsv{version}", "--tls-max", version)
    assert done.stdout.endswith("\n2 200"), done


def test_curl_without_a_certificate_is_refused(secure):
    done = curl(secure, who=None)
    assert done.returncode in (35, 56) and "certificate required" in done.stderr, done


def test_curl_with_another_name_is_told(secure):
    done = curl(secure, who="stranger")
    assert done.returncode != 0 and "SERVING" not in done.stdout, done
    wait_until(lambda: "none of the names that are wanted" in secure.processes["registry"].log_path.read_text(), "told")


def test_curl_that_speaks_http_1_is_told(secure):
    done = curl(secure, version="--http1.1")
    assert done.stdout == "HTTP/2 over TLS (ALPN h2) only\n\n1.1 505", done


def test_curl_that_forgets_the_s_is_told(secure):
    done = curl(secure, scheme="http", version="--http1.1")
    assert done.stdout == "this port takes TLS only; use https://\n\n1.1 400", done


def test_curl_does_not_trust_it_without_the_authority(secure):
    done = curl(secure, "--cacert", "/etc/ssl/certs/ca-certificates.crt")
    assert done.returncode == 60, done


def test_buf_curl(secure):
    done = buf("curl", "--schema", ROOT / "Shared" / "Protos", "--cacert", secure.tls / "ca.pem", "--cert", secure.tls / "operator.pem",
               "--key", secure.tls / "operator.key", "-d", "{}", f"{secure.channel('registry')}/{HEALTH}/Check")
    assert done.returncode == 0 and json.loads(done.stdout) == {"status": "SERVING"}, done


def test_connectrpc(secure, protos):
    caller = Caller(protos, secure.channel("registry"))
    caller.wire.transport = SyncHTTPTransport(
        http_version=HTTPVersion.HTTP2, tls_ca_cert=(secure.tls / "ca.pem").read_bytes(),
        tls_key=(secure.tls / "operator.key").read_bytes(), tls_cert=(secure.tls / "operator.pem").read_bytes())
    assert caller.unary(HEALTH, "Check").status == 1
    assert next(iter(caller.stream(HEALTH, "Watch"))).status == 1


def test_the_tool(secure):
    for arguments in ([], ["--tls-ca", secure.tls / "ca.pem", "--tls-certificate", secure.tls / "operator.pem",
                           "--tls-key", secure.tls / "operator.key"]):
        done = secure.run("call", f"{REGISTRY}/ListPlaces", "-d", "{}", *arguments)
        assert "{" in done.stdout, done


def test_the_tool_with_another_certificate_is_told(secure):
    done = secure.run("call", f"{REGISTRY}/ListPlaces", "-d", "{}", "--tls-certificate", secure.tls / "stranger.pem",
                      "--tls-key", secure.tls / "stranger.key", check=False)
    assert done.returncode != 0 and "not secure enough" in done.stdout + done.stderr, done


def test_the_name_of_a_caller_is_in_the_log(secure):
    assert curl(secure).returncode == 0
    lines = [json.loads(line)["metadata"] for line in secure.processes["registry"].log_path.read_text().splitlines()
             if '"method"' in line]
    names = {line["peer_identity"] for line in lines}
    # Statistics follows the register by a call that goes on, and is written when it ends.
    assert names - {"spiffe://lianshe.local/statistics"} == {"spiffe://lianshe.local/operator"}, lines[-3:]


def test_the_tool_says_which_file_is_wrong(secure, tmp_path):
    absent = tmp_path / "absent.pem"
    done = secure.run("services", "--tls-ca", absent, "--lang", "en", check=False)
    assert done.returncode != 0 and str(absent) in done.stdout + done.stderr and "--tls-ca" in done.stdout + done.stderr, done


def serial(stack, name):
    """Of the certificate that a new connection is shown."""
    done = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{stack.ports[name]}", "-alpn", "h2"],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE)
    return subprocess.run(["openssl", "x509", "-noout", "-serial"], input=done.stdout, capture_output=True, text=True).stdout


def test_new_certificates_are_taken_without_a_restart_and_broken_ones_are_not(secure, tmp_path):
    before = serial(secure, "registry")
    assert "serial=" in before
    mine = secure.tls / "registry.pem"
    mine.with_suffix(".new").write_text("not a certificate")
    os.replace(mine.with_suffix(".new"), mine)
    failed = 'lianshe_tls_reloads_total{side="server",result="failed"}'
    wait_until(lambda: secure.metric("registry", failed) == 1, "the broken file was seen")
    assert serial(secure, "registry") == before and curl(secure).returncode == 0
    os.remove(mine)
    certificates(secure.tls, "registry")
    wait_until(lambda: serial(secure, "registry") != before, "the new certificate was shown")
    assert curl(secure).returncode == 0
    assert secure.metric("registry", 'lianshe_tls_reloads_total{side="server",result="done"}') >= 1
    expiry = secure.metric("registry", 'lianshe_tls_certificate_expiry_timestamp_seconds{side="server"}')
    end = subprocess.run(["openssl", "x509", "-noout", "-enddate", "-in", mine], capture_output=True, text=True).stdout
    assert subprocess.run(["date", "-d", end.strip().split("=")[1], "+%s"], capture_output=True, text=True).stdout.strip() == f"{expiry:.0f}"


# Configuration

def check(environment, *arguments):
    return subprocess.run([binary("lianshe-registry"), "--check-config", *map(str, arguments)], capture_output=True, text=True,
                          timeout=PATIENCE, env={"PATH": "/usr/bin:/bin", **environment})


@pytest.mark.parametrize("key", ["CERTIFICATE", "KEY", "CLIENT_CA", "CA"])
def test_check_config_names_the_file_that_cannot_be_read(secure, key):
    values = secure.files("registry") | {"LIANSHE_TLS_CLIENT_CA": str(secure.tls / "ca.pem")}
    assert check(values).returncode == 0
    done = check(values | {f"LIANSHE_TLS_{key}": "/absent.pem"})
    assert done.returncode == 78 and len(done.stderr.splitlines()) == 1, done
    assert f'LIANSHE_TLS_{key} = "/absent.pem"' in done.stderr and "No such file" in done.stderr, done


@pytest.mark.parametrize("given, missing", [("KEY", "CERTIFICATE"), ("CERTIFICATE", "KEY"), ("CLIENT_CA", "CERTIFICATE"),
                                            ("CLIENT_NAMES", "CLIENT_CA")])
def test_check_config_names_the_key_that_is_missing(secure, given, missing):
    done = check({f"LIANSHE_TLS_{given}": str(secure.tls / "registry.pem")})
    assert done.returncode == 78 and len(done.stderr.splitlines()) == 1, done
    assert f"LIANSHE_TLS_{given} = " in done.stderr and f"LIANSHE_TLS_{missing} only" in done.stderr, done


def test_check_config_tells_a_key_that_all_may_read(secure, tmp_path):
    open_key = tmp_path / "open.key"
    shutil.copy(secure.tls / "registry.key", open_key)
    open_key.chmod(0o644)
    done = check(secure.files("registry") | {"LIANSHE_TLS_KEY": str(open_key)})
    assert done.returncode == 78 and "chmod 600" in done.stderr, done


def test_local_certificates_are_used_again_and_renewed_near_their_end(tmp_path):
    def make():
        done = subprocess.run([ROOT / "scripts/lib/local-certificates", tmp_path, "a", "b"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stderr

    assert "local authority" in make()
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.key")} == {0o600}
    assert make() == ""
    # One that ends in a day.
    subprocess.run(["openssl", "x509", "-req", "-in", "/dev/stdin", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7", "-days",
                    "1", "-out", "a.pem"], cwd=tmp_path, check=True, capture_output=True, input=subprocess.run(
                        ["openssl", "req", "-new", "-key", "a.key", "-subj", "/CN=a"], cwd=tmp_path, check=True,
                        capture_output=True).stdout)
    said = make()
    assert "certificate for a," in said and "certificate for b," not in said
    assert subprocess.run(["openssl", "verify", "-CAfile", "ca.pem", "a.pem", "b.pem"], cwd=tmp_path, capture_output=True).returncode == 0
