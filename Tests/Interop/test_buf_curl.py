"""buf curl (PyPI buf-bin) calls the running services from the protos alone."""

import base64
import json
import subprocess
import sys
from pathlib import Path

from connect_messages import ROOT, buf
from stack import REGISTRY, STATISTICS

NOT_FOUND = 5 << 3  # buf's exit code is the status number, shifted by three bits
UNAUTHENTICATED = 16 << 3


def curl(url, data, *options, timeout=30):
    return buf("curl", "--schema", ROOT / "Shared" / "Protos", "--http2-prior-knowledge", "-d",
               json.dumps(data), *options, url, timeout=timeout)


def test_unary(loaded):
    done = curl(f"{loaded.channel('registry')}/{REGISTRY}/GetFederation", {"code": "450900"})
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["federation"]["code"] == "450900"


PACKAGES = {"registry": "lianshe.registry.v1", "statistics": "lianshe.statistics.v1", "talent": "lianshe.talent.v1",
            "exhibitions": "lianshe.exhibitions.v1", "gateway": "lianshe.gateway.v1"}


def test_what_a_service_speaks_it_tells_itself(loaded):
    """Without the proto files: the schema comes from the admin listener."""
    for name in loaded.SERVICES:
        schema = f"{loaded.admin(name)}/descriptors/%s.binpb"
        done = buf("curl", "--schema", schema % "grpc.health.v1", "--http2-prior-knowledge", "-d", "{}",
                   f"{loaded.channel(name)}/grpc.health.v1.Health/Check", timeout=30)
        assert done.returncode == 0, done.stderr.decode()
        assert json.loads(done.stdout) == {"status": "SERVING"}
        listed = buf("curl", "--schema", schema % PACKAGES[name], "--list-services", timeout=30)
        assert listed.returncode == 0 and f"{PACKAGES[name]}." in listed.stdout.decode(), listed.stderr.decode()
    done = buf("curl", "--schema", f"{loaded.admin('registry')}/descriptors/lianshe.registry.v1.binpb",
               "--http2-prior-knowledge", "-d", '{"code": "450900"}',
               f"{loaded.channel('registry')}/{REGISTRY}/GetFederation", timeout=30)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["federation"]["code"] == "450900"


def unpadded(text):
    return base64.b64decode(text + "=" * (-len(text) % 4))


def test_failing(loaded, protos):
    done = curl(f"{loaded.channel('registry')}/{REGISTRY}/GetFederation", {"code": "459999"})
    assert done.returncode == NOT_FOUND
    error = json.loads(done.stderr)
    assert error["code"] == "not_found"
    assert error["details"][0]["type"] == "lianshe.common.v1.ResourceInfo"
    info = protos.message("lianshe.common.v1.ResourceInfo").FromString(unpadded(error["details"][0]["value"]))
    assert info.resource_name == "459999"


def test_a_write_without_a_token(loaded):
    done = curl(f"{loaded.channel('statistics')}/{STATISTICS}/SubmitReport", {"requestId": "r"})
    assert done.returncode == UNAUTHENTICATED


def test_server_streaming(loaded):
    """The feed never ends by itself: buf is stopped once the snapshot is complete."""
    command = ["curl", "--schema", str(ROOT / "Shared" / "Protos"), "--http2-prior-knowledge", "-d", "{}",
               f"{loaded.channel('registry')}/{REGISTRY}/WatchChanges"]
    process = subprocess.Popen([str(Path(sys.executable).parent / "buf"), *command], stdout=subprocess.PIPE, text=True)
    try:
        kinds, text = [], ""
        for line in process.stdout:
            text += line
            if line.startswith("}"):
                kinds.append(json.loads(text)["kind"])
                text = ""
                if kinds[-1] == "CHANGE_KIND_SNAPSHOT_END":
                    break
    finally:
        process.kill()
        process.wait(10)
    assert kinds[-1] == "CHANGE_KIND_SNAPSHOT_END" and set(kinds[:-1]) == {"CHANGE_KIND_SNAPSHOT"}


def test_health(loaded):
    for name in loaded.SERVICES:
        done = curl(f"{loaded.channel(name)}/grpc.health.v1.Health/Check", {})
        assert done.returncode == 0, done.stderr.decode()
        assert json.loads(done.stdout) == {"status": "SERVING"}
