"""Lines of server.tsv and get.tsv called by PyPI connectrpc and by buf curl, which know the protocol by themselves."""

import base64
import dataclasses
import json
from pathlib import Path

import pytest
from connect_caller import Caller
from connect_messages import ROOT, buf
from connectrpc.compression.gzip import GzipCompression
from connectrpc.errors import ConnectError
from google.protobuf import json_format
from requests_of_tables import SERVICE, STREAMS
from tables import cases, leading_json, matches, pairs
from test_server import COLUMNS

LIBRARY = [case for table in ("server", "get") for case in cases(table, COLUMNS, by="l")]
# buf curl speaks protobuf and says no word of how it compresses.
BUF = [case for table in ("server", "get") for case in cases(table, COLUMNS, by="b")
       if (case.codec, case.coding) == ("proto", "identity") or "j" not in case["axes"]]
CODES = ["canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists",
         "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range",
         "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated"]


def expected_of(case):
    """(messages, code, what each message has, what the error has) of an answer, however it is framed."""
    word, _, rest = case["answer"].partition(" ")
    if word == "message":
        return 1, "ok", json.loads(rest), {}
    if word == "error":
        code, _, rest = rest.partition(" ")
        return 0, code, {}, json.loads(rest or "{}")
    count, _, rest = rest.partition(" ")
    code, _, rest = rest.partition(" ")
    message, rest = leading_json(rest)
    kind, _, end = rest.partition(" ")
    return int(count), code, message or {}, json.loads(end).get("error", {}) if kind == "end" else {}


def known_only(message):
    """What these clients send by themselves, the handler sees too."""
    return {key: value for key, value in message.items() if key not in ("metadata", "timeoutMilliseconds")}


def called(case, caller, fields):
    """The messages that came and the error that ended the call."""
    headers = dict(pairs(case["headers"]))
    timeout = int(headers.pop("connect-timeout-ms", 20_000))
    verb, _, method = case["call"].partition(" ")
    streams = method in STREAMS
    template = method if method in ("Unary", "Get", "Put", "Stream", "ReadStream") else "Stream" if streams else "Unary"
    request, info = caller.method(SERVICE, template)
    info = dataclasses.replace(info, name=method)
    message, found = json_format.ParseDict(fields, request()), []
    try:
        if streams:
            for answer in caller.client.execute_server_stream(
                    request=message, method=info, headers=headers, timeout_ms=timeout):
                found.append(answer)
        else:
            found.append(caller.client.execute_unary(request=message, method=info, headers=headers,
                                                     timeout_ms=timeout, use_get=verb == "GET"))
        return found, None
    except ConnectError as error:
        return found, error


@pytest.mark.parametrize("transport", ["direct", "through", "secure"])
@pytest.mark.parametrize("case", LIBRARY, ids=lambda case: case.id)
def test_connectrpc_understands_what_the_table_says(case, transport, addresses, certificates, fixture_protos,
                                                         executed):
    gzip = case.coding == "gzip"
    tls = {option: Path(certificates.path(name)).read_bytes() for option, name in
           (("tls_ca_cert", "ca.pem"), ("tls_cert", "client.pem"), ("tls_key", "client.key"))}
    caller = Caller(fixture_protos, f"{'https' if transport == 'secure' else 'http'}://{addresses[transport]}",
                    codec=case.codec, tls=tls if transport == "secure" else None,
                    send_compression=GzipCompression() if gzip else None, accept_compression=None if gzip else [])
    found, error = called(case, caller, json.loads(case["message"]))
    count, code, message, failure = expected_of(case)
    assert (error.code.value if error else "ok") == code, error
    assert len(found) == count
    for answer in found:
        matches(known_only(message), json_format.MessageToDict(answer))
    if "message" in failure:
        assert error.message == failure["message"]
    details = [{"type": detail.type_name, "value": base64.b64encode(detail.message_bytes).decode().rstrip("=")}
               for detail in (error.details if error else [])]
    assert details == failure.get("details", [])
    executed.add(("connectrpc", case.table, case.id, transport))


@pytest.mark.parametrize("transport", ["direct", "secure"])
@pytest.mark.parametrize("case", BUF, ids=lambda case: case.id)
def test_buf_curl_understands_what_the_table_says(case, transport, addresses, certificates, executed):
    if transport == "direct":
        way, scheme = ["--http2-prior-knowledge"], "http"
    else:
        way, scheme = ["--cacert", certificates.path("ca.pem"), "--cert", certificates.path("client.pem"),
                       "--key", certificates.path("client.key")], "https"
    headers = [option for name, value in pairs(case["headers"]) for option in ("-H", f"{name}: {value}")]
    done = buf("curl", "--schema", ROOT / "Tests" / "Fixtures" / "Protos", *way, *headers, "-d", case["message"],
               f"{scheme}://{addresses[transport]}/{SERVICE}/{case['call'].split(' ')[1]}", timeout=60)
    count, code, message, failure = expected_of(case)
    # The exit code is the number of the error's code, shifted by three bits.
    numbers = {name: number << 3 for number, name in enumerate(CODES, 1)} | {"ok": 0}
    assert done.returncode == numbers[code], done.stderr.decode()
    found, rest = [], done.stdout.decode()
    while rest.strip():
        answer, rest = leading_json(rest)
        assert answer is not None, rest
        found.append(answer)
    assert len(found) == count
    for answer in found:
        matches(known_only(message), answer)
    if code != "ok":
        error = json.loads(done.stderr)
        assert error["code"] == code
        matches({key: value for key, value in failure.items() if key == "message"}, error)
        given = [{"type": detail["type"], "value": detail["value"].rstrip("=")} for detail in error.get("details", [])]
        assert given == failure.get("details", [])
    executed.add(("buf curl", case.table, case.id, transport))
