"""The table answers.tsv: our client calls a server on PyPI h2 that answers in any way."""

import base64
import gzip
import json
import time
from urllib.parse import parse_qs, urlsplit

import pytest
from google.protobuf import json_format
from hyperframe.frame import GoAwayFrame, RstStreamFrame
from requests_of_tables import COMPRESSED, END, SERVICE, envelope, envelopes
from tables import cases, leading_json, matches

COLUMNS = ("name", "axes", "call", "options", "message", "frames", "outcome")
CASES = cases("answers", COLUMNS)


class Script:
    """The frames of a line, as bytes."""

    def __init__(self, case, messages):
        self.case, self.messages = case, messages
        streams = case["call"] in ("Stream", "ReadStream")
        self.type = f"application/{'connect+' if streams else ''}{case.codec}"

    def fill(self, text):
        return text.replace("{type}", self.type).replace("{codec}", self.case.codec)

    def encode(self, message):
        return self.messages.encode(json_format.ParseDict(message, self.messages.response()), self.case.codec)

    def filled(self, wanted):
        message = self.messages.response(text="x" * (wanted - 20))
        message.text += "x" * (wanted - len(self.messages.encode(message, self.case.codec)))
        data = self.messages.encode(message, self.case.codec)
        assert len(data) == wanted
        return data

    def payload(self, text):
        """The bytes that some words stand for, and whether they end the stream."""
        data, zipped = b"", False
        while text.strip():
            word, _, text = text.strip().partition(" ")
            if word == "end" and not text.strip():
                return (gzip.compress(data, mtime=0) if zipped else data), True
            if word == "gzip":
                zipped = True
            elif word == "hex":
                digits, _, rest = text.strip().partition(" ")
                if digits != "end":
                    data, text = data + bytes.fromhex(digits), rest
            elif word in ("fill", "envfill", "zenvfill"):
                count, _, text = text.strip().partition(" ")
                data += self.framed(word.removesuffix("fill"), self.filled(int(count)))
            elif word == "text":
                text, end = (text[:-4], "end") if text.endswith(" end") else (text, "")
                data, text = data + text.encode(), end
            else:
                value, text = leading_json(text)
                plain = word in ("end", "zend")
                data += self.framed(word, json.dumps(value).encode() if plain else self.encode(value))
        return (gzip.compress(data, mtime=0) if zipped else data), False

    @staticmethod
    def framed(word, data):
        flags = {"message": None, "": None, "env": 0, "zenv": COMPRESSED, "end": END, "zend": END | COMPRESSED}[word]
        if flags is None:
            return data
        return envelope(flags, gzip.compress(data, mtime=0) if flags & COMPRESSED else data)

    def headers(self, text):
        words, end = text.split(), False
        if words and words[-1] == "end":
            words, end = words[:-1], True
        return [tuple(self.fill(word).split("=", 1)) for word in words], end

    def __call__(self, stream):
        """Plays the line.

        Returns: whether the connection goes on.
        """
        for step in self.case["frames"].split(" ;; "):
            word, _, rest = step.strip().partition(" ")
            if word == "close":
                stream.flush()
                return False
            getattr(self, word)(stream, rest)
            stream.flush()
        return True

    def head(self, stream, rest):
        status, _, rest = rest.partition(" ")
        headers, end = self.headers(rest)
        stream.head(status, headers, end)

    def info(self, stream, rest):
        status, _, rest = rest.partition(" ")
        stream.head(status, self.headers(rest)[0])

    def nostatus(self, stream, rest):
        stream.h2.send_headers(stream.number, self.headers(rest)[0])

    def hugehead(self, stream, rest):
        stream.head(200, [("content-type", self.type), ("x-huge", "x" * int(rest))])

    def manyfields(self, stream, rest):
        stream.head(200, [("content-type", self.type)] + [(f"x-{number}", "1") for number in range(int(rest))])

    def data(self, stream, rest):
        stream.data(*self.payload(rest))

    def pad(self, stream, rest):
        data, end = self.payload(rest)
        stream.h2.send_data(stream.number, data, end_stream=end, pad_length=200)

    def drip(self, stream, rest):
        for byte in self.payload(rest)[0]:
            stream.data(bytes([byte]))
            stream.flush()

    def trailers(self, stream, rest):
        stream.trailers(self.headers(rest)[0])

    def rst(self, stream, rest):
        stream.rst(int(rest))

    def goaway(self, stream, rest):
        code, last = rest.split()
        stream.goaway(int(code), int(last))

    def frame(self, stream, rest):
        """What h2 itself does not send: a GOAWAY after which the connection goes on, a RST_STREAM after the end."""
        kind, code, *last = rest.split()
        frame = (GoAwayFrame(0, last_stream_id=int(last[0]), error_code=int(code)) if kind == "goaway"
                 else RstStreamFrame(stream.number, error_code=int(code)))
        stream.flush()
        stream.socket.sendall(frame.serialize())

    def pause(self, stream, rest):
        stream.flush()
        time.sleep(float(rest))


@pytest.mark.parametrize("transport", ["plain", "secure"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_our_client_makes_of_it_what_the_table_says(case, transport, our_client, scripted, certificates, messages,
                                                    executed):
    script, server = Script(case, messages), scripted[transport]
    server.scripts[case.id] = script
    options = json.loads(case["options"])
    if transport == "secure":
        options |= {"certificate": certificates.path("client.pem"), "key": certificates.path("client.key"),
                    "authorities": certificates.path("ca.pem")}
    outcome = our_client.call(
        address=("https://" if transport == "secure" else "") + server.address, method=case["call"],
        message=case["message"], codec=case.codec, compression=case.coding,
        **{**options, "metadata": [["x-case", case.id], *options.get("metadata", [])]})
    sent = server.seen.pop(case.id)
    # Only a call of which the server has done nothing may be made again.
    assert len(sent) == 1 or '"wasNotProcessed":true' in case["outcome"], "the call was made more than once"
    check(case, outcome)
    for spoiled in spoil(outcome):
        with pytest.raises(AssertionError):
            check(case, spoiled)
    if " sent " in case["outcome"]:
        check_sent(case, script, sent[0], json.loads(script.fill(case["outcome"].partition(" sent ")[2])))
    executed.add(("our client", case.table, case.id, transport))


def check(case, outcome):
    word, _, rest = case["outcome"].partition(" ")
    {"message": check_message, "error": check_error, "stream": check_stream}[word](outcome, rest)


def spoil(outcome):
    """Outcomes that are wrong, of which every line of the table must say so."""
    yield {**outcome, "messages": [*outcome["messages"], "{}"]}
    if outcome.get("error"):
        yield {**outcome, "error": None}
        yield {**outcome, "error": {**outcome["error"], "code": "aborted_by_nobody"}}
    else:
        yield {**outcome, "error": {"code": "internal", "message": ""}}


def check_message(outcome, rest):
    assert outcome.get("error") is None, outcome
    expected, rest = leading_json(rest)
    assert len(outcome["messages"]) == 1
    matches(expected, json.loads(outcome["messages"][0]))
    check_metadata(outcome, rest)


def check_error(outcome, rest):
    code, _, rest = rest.partition(" ")
    assert outcome["messages"] == []
    check_failure(outcome, code, leading_json(rest)[0] or {})


def check_stream(outcome, rest):
    count, _, rest = rest.partition(" ")
    code, _, rest = rest.partition(" ")
    expected, rest = leading_json(rest)
    assert len(outcome["messages"]) == int(count), outcome
    if code == "ok":
        assert outcome.get("error") is None, outcome
        for message in outcome["messages"]:
            matches(expected or {}, json.loads(message))
    else:
        check_failure(outcome, code, expected or {})
    check_metadata(outcome, rest)


def check_failure(outcome, code, expected):
    error = outcome.get("error")
    assert error, f"no error: {outcome}"
    matches(code, error["code"], f"the code of {error}")
    matches(expected, error)


def check_metadata(outcome, rest):
    kind, _, rest = rest.partition(" ")
    if kind == "metadata":
        for name, expected in leading_json(rest)[0].items():
            assert outcome[name] == expected, outcome


def check_sent(case, script, stream, expected):
    """The request's head as the line says, and its message as it was given."""
    matches(expected, dict(stream.headers))
    assert dict(stream.headers)["user-agent"]
    if expected.get(":method") == "GET":
        check_query(case, script, stream)
        return
    body = stream.body
    coding = dict(stream.headers).get("connect-content-encoding" if "connect" in script.type else "content-encoding")
    assert (coding == "gzip") == (case.coding == "gzip")
    if "connect" in script.type:
        [(flags, body)] = envelopes(body)
        assert flags == (COMPRESSED if case.coding == "gzip" and body else 0)
    if coding == "gzip" and body:
        body = gzip.decompress(body)
    check_request(case, script, body)


def check_query(case, script, stream):
    assert stream.body == b"" and dict(stream.headers).get("content-length", "0") == "0"
    path = dict(stream.headers)[":path"]
    query = parse_qs(urlsplit(path).query, strict_parsing=True)
    assert all(len(values) == 1 for values in query.values())
    query = {name: values[0] for name, values in query.items()}
    data = query.pop("message").encode()
    if query.pop("base64", None) == "1":
        assert b"=" not in data and b"+" not in data and b"/" not in data
        data = base64.urlsafe_b64decode(data + b"=" * (-len(data) % 4))
    if query.pop("compression", None) == "gzip":
        assert case.coding == "gzip"
        data = gzip.decompress(data)
    else:
        assert case.coding == "identity"
    assert query == {"connect": "v1", "encoding": case.codec}
    check_request(case, script, data)


def check_request(case, script, data):
    request = script.messages.parse(case["message"])
    if case.codec == "proto":
        assert script.messages.request.FromString(data) == request
    else:
        assert json_format.Parse(data, script.messages.request()) == request
