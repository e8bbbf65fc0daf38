"""A package of others on the channel: ForeignService is built, started, and called by buf curl.

The first build compiles NIO and the channel anew, into .build/foreign; later ones take seconds."""

import json
import os
import subprocess

import pytest
from connect_messages import ROOT, buf

PACKAGE = ROOT / "Tests" / "Conformance" / "ForeignService"
SCRATCH = ROOT / ".build" / "foreign"
BUILD_PATIENCE = 3600
TYPE = "type.googleapis.com"


@pytest.fixture(scope="module")
def program():
    built = subprocess.run(["swift", "build", "--product", "tea-service", "--package-path", PACKAGE,
                            "--scratch-path", SCRATCH],
                           capture_output=True, text=True, timeout=BUILD_PATIENCE)
    assert built.returncode == 0, built.stdout[-5000:] + built.stderr[-5000:]
    return SCRATCH / "debug" / "tea-service"


@pytest.fixture(scope="module")
def address(program):
    process = subprocess.Popen([program, "serve"], stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module", params=["protos", "served descriptors"])
def schema(request, program, tmp_path_factory):
    """The proto files themselves, and what is embedded of them in the program."""
    if request.param == "protos":
        return PACKAGE / "Protos"
    path = tmp_path_factory.mktemp("schema") / "tea.binpb"
    path.write_bytes(subprocess.run([program, "descriptors"], capture_output=True, check=True, timeout=60).stdout)
    return path


@pytest.fixture(params=["proto", "json"])
def call(request, schema, address):
    """Calls a method by buf curl; gives the messages of the answer, or the code of the error."""
    def call(method, message, service="TeaService"):
        # buf curl speaks proto only; JSON is what plain curl sends.
        url = f"http://{address}/acme.tea.v1.{service}/{method}"
        if request.param == "json" and method not in ("ListTeas", "Import"):
            done = subprocess.run(["curl", "-s", "--http2-prior-knowledge", "-H", "content-type: application/json",
                                   "-d", json.dumps(message), url], capture_output=True, text=True, timeout=60)
            answer = json.loads(done.stdout)
            return answer["code"] if "code" in answer and "message" in answer else [answer]
        done = buf("curl", "--schema", schema, "--http2-prior-knowledge", "-d", json.dumps(message), url, timeout=60)
        if done.returncode:
            return json.loads(done.stderr)["code"]
        return messages(done.stdout.decode())
    return call


def messages(text):
    decoder, found, text = json.JSONDecoder(), [], text.strip()
    while text:
        message, end = decoder.raw_decode(text)
        found.append(message)
        text = text[end:].strip()
    return found


TEA = {
    "name": "六堡茶", "age": 0, "note": "", "kind": "KIND_DARK",
    "origin": {"name": "梧州", "latitude": 23.5, "level": "LEVEL_COUNTY"},
    "stock": {"": "0", "仓": "9223372036854775807"},
    "harvests": {"-3": {"frost": [-1, 0, 2147483647], "season": "SEASON_SPRING"}, "2013": {}},
    "related": {"x": "KIND_FORGED", "y": "KIND_UNSPECIFIED"},
    "extra": {"@type": f"{TYPE}/acme.geo.v1.Place", "name": "x", "level": "LEVEL_UNKNOWN"},
    "properties": {"a": [1, None, {"b": "c"}], "n": 0.5, "t": True},
    "picked": "2013-04-05T06:07:08.009Z", "steeping": "-0.500s", "rating": 0,
    "attachments": [
        {}, {"@type": f"{TYPE}/google.protobuf.Struct", "value": {"k": "v"}},
        {"@type": f"{TYPE}/google.protobuf.Any",
         "value": {"@type": f"{TYPE}/google.protobuf.Duration", "value": "1s"}},
        {"@type": f"{TYPE}/acme.tea.v1.Tea.Harvest", "kilograms": 3},
        {"@type": f"{TYPE}/other.tea.v1.Certificate", "seal": "AP8="},
    ],
    "blendOf": {"blendOf": {"name": "inner", "age": -1}},
    "priceless": None, "photo": "AAEC", "shown": "name,blendOf.name",
}


def test_every_kind_of_field_comes_back(call):
    assert call("PutTea", TEA) == [TEA]
    assert call("GetTea", {"name": TEA["name"]}) == [TEA]


def test_absence_is_kept(call):
    assert call("PutTea", {"name": "a"}) == [{"name": "a"}]


def test_members_of_a_oneof(call):
    for member, value in [("fen", "0"), ("barter", ""), ("priceless", None)]:
        assert call("PutTea", {"name": "a", member: value}) == [{"name": "a", member: value}]
    voucher = {"number": "7"}
    expected = {"@type": f"{TYPE}/other.tea.v1.Certificate", **voucher}
    assert call("PutTea", {"name": "a", "voucher": voucher}) == \
        [{"name": "a", "voucher": voucher, "attachments": [expected]}]


def test_an_alias_is_written_by_the_first_name(call):
    tea = {"name": "a", "origin": {"level": "LEVEL_DISTRICT"}}
    assert call("PutTea", tea) == [{"name": "a", "origin": {"level": "LEVEL_COUNTY"}}]


def test_streaming(call):
    for name in ["z", "y", "x"]:
        call("PutTea", {"name": name})
    names = [tea["name"] for tea in call("ListTeas", {})]
    assert names == sorted(names) and {"x", "y", "z"} <= set(names)
    assert len(call("ListTeas", {"limit": 2})) == 2


def test_types_of_google_as_messages_of_methods(call):
    call("PutTea", {"name": "a"})
    answer, = call("Describe", {})
    assert answer["next"] is None and answer["count"] == len(answer["names"]) and "a" in answer["names"]


def test_errors(call):
    assert call("GetTea", {"name": "none of these"}) == "not_found"
    assert call("PutTea", {}) == "invalid_argument"


def test_names_that_swift_reserves(call):
    odd = {"self": "a", "init": "b", "int": 1, "class": True, "type": {"Protocol": "p"}, "default": "d", "var": "v",
           "func": ["f"], "in": {"k": {"value": "s"}}, "let": {"self": {"self": {}}}, "nil": False, "schema": "s",
           "types": "t", "description": "d", "hashValue": "h", "union": "u", "namespace": "n"}
    assert call("All", odd, "Odd") == [odd]
    assert call("ServiceName", {"value": "x"}, "Odd") == [{"resultText": "x"}]
    assert call("Self", {"self": {}}, "Odd") == [{"self": {}}]
    assert call("Init", {"optional": {"optional": {}}}, "Odd") == [{"optional": {"optional": {}}}]
    for code in ["PROTO_NAME", "ALL_KNOWN_CASES", "CODE_SELF", "CODE_UNRECOGNIZED", "NONE"]:
        assert call("Import", {"code": code, "array": {"strings": ["a"]}}, "Odd") == \
            [{"code": code, "array": {"strings": ["a"]}}]
    assert call("Channel", {}, "Odd") == [{}]


def test_its_own_client_in_both_codecs(program, address):
    done = subprocess.run([program, "call", address], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "proto same=true listed=1 attachments=1\njson same=true listed=1 attachments=1\n"


def test_only_what_is_needed_is_built(program):
    built = {path.parent.name.removesuffix(".build") for path in (SCRATCH / "debug").glob("*.build/*.o")}
    assert {"Wire", "HTTP2", "RPC", "Transport", "TeaMessages"} <= built
    for name in ["NIOSSL", "Hummingbird", "GRDB", "SwiftProtobuf", "Access", "Storage", "Bootstrap",
                 "RegistryMessages"]:
        assert name not in built, f"{name} is no part of the channel"


def test_two_packages_of_one_word_are_told_apart(tmp_path):
    """Without --module the generator says what to write."""
    generator = os.environ.get("LIANSHE_GENERATOR", ROOT / ".build" / "debug" / "protoc-gen-lianshe")
    command = [ROOT / "scripts" / "generate", "--proto", PACKAGE / "Protos", "--out", tmp_path]
    environment = {**os.environ, "LIANSHE_GENERATOR": str(generator)}
    refused = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert refused.returncode != 0
    assert "acme.tea.v1 and other.tea.v1 would both be module TeaMessages" in refused.stderr
    assert "other.tea.v1=NAME" in refused.stderr
    done = subprocess.run([*command, "--module", "other.tea.v1=OtherTea"], capture_output=True, text=True,
                          env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    # What is committed is what is written, to the byte; the package of options alone gives nothing.
    assert subprocess.run(["diff", "-r", tmp_path, PACKAGE / "Messages"]).returncode == 0
