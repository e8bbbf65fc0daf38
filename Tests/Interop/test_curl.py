"""Plain curl over HTTP/2 with JSON: what an integrator types first."""

import gzip
import json
import struct
import subprocess

from stack import REGISTRY, STATISTICS

OPERATION_TIMED_OUT = 28  # curl's exit code
END_STREAM = 2  # the flag of a Connect stream's last envelope
LISTS = (("place", "ListPlaces", "places"), ("federation", "ListFederations", "federations"),
         ("enterprise", "ListEnterprises", "enterprises"))

def curl(url, *options, data=None, timeout=20):
    command = ["curl", "-sS", "--http2-prior-knowledge", "-i", "-m", str(timeout), *options, url]
    done = subprocess.run(command, input=data, capture_output=True)
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    fields = (line.split(": ", 1) for line in lines[1:] if ": " in line)
    headers = {name.lower(): value for name, value in fields}
    status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/") else None
    return status, headers, body, done


def post(url, message, *options):
    return curl(url, "-H", "content-type: application/json", "-d", json.dumps(message), *options)


def test_unary(loaded):
    status, headers, body, _ = post(f"{loaded.channel('registry')}/{REGISTRY}/GetPlace", {"code": "450923"})
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body)["place"]["name"] == "博白县"


def test_both_spellings_of_a_field_are_read(loaded):
    url = f"{loaded.channel('registry')}/{REGISTRY}/ListPlaces"
    assert post(url, {"page_size": 3})[2] == post(url, {"pageSize": 3})[2]


def test_an_error_has_the_documented_body(loaded):
    status, headers, body, _ = post(f"{loaded.channel('registry')}/{REGISTRY}/GetPlace", {"code": "459998"})
    assert (status, headers["content-type"]) == (404, "application/json")
    error = json.loads(body)
    assert set(error) <= {"code", "message", "details"} and error["code"] == "not_found"
    assert all(set(detail) == {"type", "value"} for detail in error["details"])
    assert "=" not in error["details"][0]["value"]


def test_malformed_json_is_invalid_argument(loaded):
    status, _, body, _ = curl(f"{loaded.channel('registry')}/{REGISTRY}/GetPlace",
                              "-H", "content-type: application/json", "-d", '{"code":')
    assert (status, json.loads(body)["code"]) == (400, "invalid_argument")


def test_zero_length_json_is_invalid_argument(loaded):
    status, _, body, _ = curl(f"{loaded.channel('registry')}/{REGISTRY}/GetPlace", "-X", "POST",
                              "-H", "content-type: application/json")
    assert (status, json.loads(body)["code"]) == (400, "invalid_argument")


def test_other_verbs_and_types(loaded):
    url = f"{loaded.channel('registry')}/{REGISTRY}/CreatePlace"
    status, headers, _, _ = curl(url, "-X", "PUT", "-H", "content-type: application/json", "-d", "{}")
    assert status == 405 and "POST" in headers["allow"]
    status, headers, _, _ = curl(url, "-H", "content-type: text/plain", "-d", "{}")
    assert status == 415 and "application/json" in headers["accept-post"]


def test_a_read_by_get_is_not_sent_twice(loaded):
    for name in ("registry", "gateway"):
        url = f"{loaded.channel(name)}/{REGISTRY}/GetPlace?connect=v1&encoding=json&message=%7B%22code%22:%22450923%22%7D"
        status, headers, body, _ = curl(url)
        assert (status, headers["content-type"]) == (200, "application/json")
        assert json.loads(body)["place"]["name"] == "博白县"
        status, again, body, _ = curl(url, "-H", f"if-none-match: {headers['etag']}")
        assert (status, body, again["etag"]) == (304, b"", headers["etag"])
        status, headers, _, _ = curl(url, "-I")
        assert status == 200 and headers["etag"] == again["etag"]
    status, headers, _, _ = curl(f"{loaded.channel('registry')}/{REGISTRY}/CreatePlace?encoding=json&message=%7B%7D")
    assert status == 405 and headers["allow"] == "POST"


def test_gzip_both_ways(loaded, tmp_path):
    packed = tmp_path / "request.gz"
    packed.write_bytes(gzip.compress(json.dumps({"pageSize": 100}).encode()))
    url = f"{loaded.channel('registry')}/{REGISTRY}/ListPlaces"
    status, headers, body, _ = curl(url, "-H", "content-type: application/json", "-H", "content-encoding: gzip",
                                    "-H", "accept-encoding: gzip", "--data-binary", f"@{packed}")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert len(json.loads(gzip.decompress(body))["places"]) == 100


def test_a_message_over_the_limit_has_an_answer(loaded, tmp_path):
    """Not an error of curl's own sending, which an early answer gives it."""
    for name, length in (("known", 4_300_000), ("twice", 7_900_000)):
        path = tmp_path / f"{name}.json"
        path.write_bytes(b'{"code":"' + b"x" * length + b'"}')
        for method in (f"{REGISTRY}/GetPlace", f"{REGISTRY}/CreatePlace", f"{REGISTRY}/NoSuchMethod"):
            status, headers, body, done = curl(f"{loaded.channel('registry')}/{method}", "-H",
                                               "content-type: application/json", "--data-binary", f"@{path}")
            assert done.returncode == 0, (method, length, done.stderr)
            error = json.loads(body)
            expected = (404, "unimplemented") if "NoSuch" in method else (429, "resource_exhausted")
            assert (status, error["code"]) == expected, (method, length, error)


def test_an_unknown_encoding_names_what_is_supported(loaded):
    status, _, body, _ = post(f"{loaded.channel('registry')}/{REGISTRY}/GetPlace", {"code": "450000"},
                              "-H", "content-encoding: br")
    error = json.loads(body)
    assert (status, error["code"]) == (501, "unimplemented") and "gzip" in error["message"]


def test_a_deadline_of_nothing_is_exceeded(loaded):
    status, _, body, _ = post(f"{loaded.channel('statistics')}/{STATISTICS}/ListPlaceTotals",
                              {"parentCode": "450000", "channelCode": "bureau", "indicatorCode": "gross_output",
                               "period": "2013"}, "-H", "connect-timeout-ms: 0")
    assert (status, json.loads(body)["code"]) == (504, "deadline_exceeded")


def envelope(message):
    body = json.dumps(message).encode()
    return struct.pack(">BI", 0, len(body)) + body


def envelopes(data):
    """(flags, message) of every whole envelope."""
    found = []
    while len(data) >= 5:
        flags, length = struct.unpack(">BI", data[:5])
        if len(data) < 5 + length:
            break
        found.append((flags, json.loads(data[5:5 + length])))
        data = data[5 + length:]
    return found, data


def watch(stack, message, **options):
    return curl(f"{stack.channel('registry')}/{REGISTRY}/WatchChanges", "-H", "content-type: application/connect+json",
                "--data-binary", "@-", data=envelope(message), **options)


def test_a_stream_brings_the_snapshot(loaded):
    """The feed never ends by itself, so curl is told to stop; by then the whole snapshot has come."""
    status, headers, body, done = watch(loaded, {}, timeout=3)
    assert (status, headers["content-type"]) == (200, "application/connect+json")
    assert done.returncode == OPERATION_TIMED_OUT
    found, rest = envelopes(body)
    assert rest == b"" and {flags for flags, _ in found} == {0}
    kinds = [message["kind"] for _, message in found]
    end = kinds.index("CHANGE_KIND_SNAPSHOT_END")
    assert set(kinds[:end]) == {"CHANGE_KIND_SNAPSHOT"}
    for entity, method, field in LISTS:
        streamed = {message[entity]["id"] for _, message in found[:end] if entity in message}
        listed = {item["id"] for item in loaded.ask(REGISTRY, method, {"pageSize": 1000}).get(field, [])}
        assert listed and listed <= streamed, entity  # the feed also holds places that are no more
    assert found[end][1]["cursor"]


def test_a_failing_stream_ends_with_its_error(loaded):
    status, headers, body, _ = watch(loaded, {"cursor": "not a cursor"})
    assert (status, headers["content-type"]) == (200, "application/connect+json")
    [(flags, message)], rest = envelopes(body)
    assert flags == END_STREAM and rest == b""
    assert message["error"]["code"] == "invalid_argument"


def test_http1_gets_a_clear_answer(loaded):
    done = subprocess.run(["curl", "-sS", "--http1.1", "-i", "-m", "10", loaded.channel("registry") + "/"],
                          capture_output=True, text=True)
    assert done.stdout.startswith("HTTP/1.1 505") and "--http2-prior-knowledge" in done.stdout
