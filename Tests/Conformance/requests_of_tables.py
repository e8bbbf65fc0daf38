"""How a line of server.tsv or get.tsv becomes a request, and what is asked of its answer."""

import base64
import gzip
import json
import struct
from urllib.parse import quote_from_bytes

from google.protobuf import json_format
from tables import leading_json, matches, pairs

SERVICE = "lianshe.fixture.v1.ConformanceService"
COMPRESSED, END = 1, 2
STREAMS = ("Stream", "ReadStream", "AbsentStream")


class Messages:
    """The messages of the service in both codecs, by Python's protobuf."""

    def __init__(self, protos):
        self.request = protos.message("lianshe.fixture.v1.ConformanceRequest")
        self.response = protos.message("lianshe.fixture.v1.ConformanceResponse")

    def encode(self, message, codec):
        if codec == "proto":
            return message.SerializeToString(deterministic=True)
        return json.dumps(json_format.MessageToDict(message), ensure_ascii=False).encode()

    def parse(self, text):
        return json_format.Parse(text, self.request())

    def decode(self, data, codec):
        """An answer as a dictionary in the JSON form, whichever way it came."""
        if codec == "proto":
            return json_format.MessageToDict(self.response.FromString(data))
        # The text itself is held to the canonical form.
        given = json.loads(data)
        parsed = json_format.Parse(data, self.response())
        assert given == json_format.MessageToDict(parsed), f"{data!r} is not canonical"
        return given


def envelope(flags, payload, announced=None):
    return struct.pack(">BI", flags, len(payload) if announced is None else announced) + payload


def envelopes(data):
    found = []
    while data:
        assert len(data) >= 5, f"{len(data)} bytes are left after the last envelope"
        flags, length = struct.unpack(">BI", data[:5])
        assert len(data) >= 5 + length, "the last envelope is cut short"
        found.append((flags, data[5:5 + length]))
        data = data[5 + length:]
    return found


class Request:
    """What a case sends."""

    def __init__(self, case, messages, etag=None):
        self.case, self.messages, self.etag = case, messages, etag
        self.verb, _, target = case["call"].partition(" ")
        self.method = target.partition("?")[0]
        self.streams = self.method in STREAMS
        self.by_get = self.verb in ("GET", "HEAD")
        self.directives = dict(self.split(case["body"]))
        self.path = target if target.startswith("/") else f"/{SERVICE}/{target}"
        self.trailers = [("x-trailer", "1")] if "trailers" in self.directives else None
        self.message = self.plain()
        self.headers = self.make_headers()
        self.pieces = self.make_pieces()

    @staticmethod
    def split(text):
        """`cut:3 append:00` as pairs; what follows `literal:` and `query:` is taken whole."""
        for word in ("literal:", "query:"):
            if text.startswith(word):
                yield word[:-1], text[len(word):]
                return
        for part in text.split():
            name, _, value = part.partition(":")
            yield name, value

    @property
    def type(self):
        return f"application/{'connect+' if self.streams else ''}{self.case.codec}"

    def fill(self, text):
        return (text.replace("{type}", self.type).replace("{codec}", self.case.codec)
                .replace("{CODEC}", self.case.codec.upper()).replace("{etag}", self.etag or ""))

    def plain(self):
        """The bytes of the message before compression."""
        if "literal" in self.directives:
            return self.directives["literal"].encode()
        if "hex" in self.directives:
            return bytes.fromhex(self.directives["hex"])
        if "nothing" in self.directives or "nobody" in self.directives:
            return b""
        message = self.messages.parse(self.case["message"])
        if "fill" not in self.directives:
            return self.messages.encode(message, self.case.codec)
        wanted = int(self.directives["fill"])
        message.text = "x" * (wanted - 20)
        message.text += "x" * (wanted - len(self.messages.encode(message, self.case.codec)))
        data = self.messages.encode(message, self.case.codec)
        assert len(data) == wanted
        return data

    def compressed(self):
        # Bytes of nothing are not compressed; the header still says how they would be.
        if self.case.coding == "identity" or not self.message:
            return self.message
        return gzip.compress(self.message, mtime=0)

    def make_headers(self):
        headers = []
        if not self.by_get:
            headers = [("content-type", self.type), ("connect-protocol-version", "1")]
            if self.case.coding == "gzip":
                headers.append(("connect-content-encoding" if self.streams else "content-encoding", "gzip"))
        given = [(name, value if value is None else self.fill(value)) for name, value in pairs(self.case["headers"])]
        named = {name for name, _ in given}
        return ([header for header in headers if header[0] not in named]
                + [header for header in given if header[1] is not None])

    def make_pieces(self):
        if self.by_get:
            self.path += self.query()
            if "path" in self.directives:
                self.pad()
            return [b"body"] if "body" in self.directives else [b""] if "emptybody" in self.directives else []
        if "path" in self.directives:
            self.path += "?x="
            self.pad()
        if "nobody" in self.directives:
            return []
        body = self.body()
        step = int(self.directives.get("pieces", 0)) or max(1, len(body))
        return [body[start:start + step] for start in range(0, len(body), step)] or [b""]

    def pad(self):
        if self.by_get:
            self.path += "&x="
        self.path += "x" * (int(self.directives["path"]) - len(self.path))

    def body(self):
        if "bytes" in self.directives:
            return bytes.fromhex(self.directives["bytes"])
        if not self.streams:
            return self.bent(self.compressed())
        if "nothing" in self.directives:
            return b""
        plain = "plain" in self.directives or self.case.coding == "identity"
        flags = int(self.directives.get("flags", 0 if plain else COMPRESSED))
        one = envelope(flags, self.message if plain else self.compressed())
        return self.bent(one * 2 if "twice" in self.directives else one)

    def bent(self, body):
        if "cut" in self.directives:
            body = body[:-int(self.directives["cut"])]
        return body + bytes.fromhex(self.directives.get("append", ""))

    def query(self):
        data = self.compressed()
        standard = base64.b64encode(data).decode()
        safe = standard.translate(str.maketrans("+/", "-_"))
        if "query" not in self.directives:
            query = "connect=v1&encoding={codec}&base64=1&message={b64}"
            query += "&compression=gzip" if self.case.coding == "gzip" else ""
        else:
            query = self.directives["query"]
        return "?" + (self.fill(query).replace("{b64}", safe.rstrip("=")).replace("{pad}", safe)
                      .replace("{std}", quote_from_bytes(standard.encode(), safe="")).replace("{raw}", standard)
                      .replace("{text}", quote_from_bytes(data, safe="")).replace("{zip}", self.case.coding))


def check(request, reply):
    """Raises where an answer is not what its case says."""
    case = request.case
    assert reply.ended and reply.reset is None and reply.goaway is None, f"the stream was not ended well: {reply}"
    assert reply.trailers == [], f"HTTP trailers came: {reply.trailers}"
    assert reply.status == int(case["status"]), f"{reply.status}: {reply.body[:300]!r}"
    for name, value in pairs(case["answer's headers"]):
        found = reply.all(name)
        if value is None:
            assert not found, f"{name} is {found}, and should not be there"
        elif value.startswith("/"):
            matches(value, reply.first(name) or "", name)
        else:
            assert found == request.fill(value).split(" | "), f"{name} is {found}, not {value}"
    word, _, rest = case["answer"].partition(" ")
    {"message": check_message, "error": check_error, "stream": check_stream, "empty": check_empty}[word](
        request, reply, rest)


def check_empty(request, reply, rest):
    assert reply.body == b""


def check_message(request, reply, rest):
    body = gzip.decompress(reply.body) if reply.first("content-encoding") == "gzip" else reply.body
    assert reply.all("content-type") == [request.type]
    matches(json.loads(rest), request.messages.decode(body, request.case.codec))


def check_error(request, reply, rest):
    code, _, expected = rest.partition(" ")
    assert reply.all("content-type") == ["application/json"]
    error = json.loads(reply.body)
    check_error_json(error, code)
    matches(json.loads(expected or "{}"), error)


def check_error_json(error, code):
    assert set(error) <= {"code", "message", "details"} and error["code"] == code, error
    for detail in error.get("details", []):
        assert set(detail) == {"type", "value"} and "=" not in detail["value"], detail


def check_stream(request, reply, rest):
    assert reply.all("content-type") == [request.type]
    count, _, rest = rest.partition(" ")
    code, _, rest = rest.partition(" ")
    expected, rest = leading_json(rest)
    kind, _, end = rest.partition(" ")
    found = envelopes(reply.body)
    assert [flags & END for flags, _ in found] == [0] * (len(found) - 1) + [END], "not one end, at the end"
    assert len(found) - 1 == int(count), f"{len(found) - 1} messages: {found[-1]}"
    coding = reply.first("connect-content-encoding")
    for flags, _ in found:
        assert flags & ~(END | COMPRESSED) == 0 and (not flags & COMPRESSED or coding == "gzip")
    opened = [gzip.decompress(payload) if flags & COMPRESSED else payload for flags, payload in found]
    for index, payload in enumerate(opened[:-1]):
        message = request.messages.decode(payload, request.case.codec)
        assert message.get("index", 0) == index
        matches(expected or {}, message)
    if kind in ("compressed", "plain"):
        assert {flags for flags, _ in found[:-1]} == {COMPRESSED if kind == "compressed" else 0}
        kind = ""
    last = json.loads(opened[-1])
    assert set(last) <= {"error", "metadata"}
    if code == "ok":
        assert "error" not in last, last
    else:
        check_error_json(last["error"], code)
    if kind == "end":
        assert last == json.loads(end), last
