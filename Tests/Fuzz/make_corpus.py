"""Writes the seeds under Tests/Fuzz/Corpus: python3 Tests/Fuzz/make_corpus.py

Messages are those of Tests/Fixtures/Wire/vectors.tsv; sessions are what curl says to a server, and
series of steps as Targets/SessionTarget.swift reads them. Run it when a target reads its inputs in
another way, or a fixture message changes.
"""

import base64
import gzip
import hashlib
import re
import shutil
import socket
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "Fixtures/Wire/vectors.tsv"
PER_MESSAGE = 3
LONGEST = 1200


def schemas():
    """The place of each message in the list of Targets/Schemas.swift."""
    text = (HERE / "Targets/Schemas.swift").read_text()
    listed = re.search(r"let schemas: .*?= \[(.*?)\n\]", text, re.S).group(1)
    return {name: place for place, name in enumerate(re.findall(r"(\w+)\.self", listed))}


def vectors():
    places, counts = schemas(), {}
    for line in VECTORS.read_text().splitlines():
        if line.count("\t") != 2:
            continue
        name, binary, text = line.split("\t")
        if len(text) > LONGEST or counts.get(name, 0) == PER_MESSAGE:
            continue
        counts[name] = counts.get(name, 0) + 1
        yield name, places[name], bytes.fromhex(binary), text.encode()


def recorded():
    """The first flight of curl: preface, SETTINGS, WINDOW_UPDATE, HEADERS and, for POST, DATA."""
    for options in ([], ["--data", "hello", "-H", "content-type: application/json"]):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            caller = subprocess.Popen(
                ["curl", "-s", "-m", "2", "--http2-prior-knowledge", "-A", "curl", "-H", "host: localhost", *options,
                 f"http://127.0.0.1:{port}/a.B/C"],
                stdout=subprocess.DEVNULL)
            connection, _ = server.accept()
            with connection:
                connection.settimeout(0.5)
                said = b""
                try:
                    while piece := connection.recv(65536):
                        said += piece
                except TimeoutError:
                    pass
            caller.wait()
        yield said


def feed(data):
    """Step 0: bytes as they are, at most 255 at a time."""
    return b"".join(bytes([0, len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255))


def sessions():
    take, end = bytes([6]), 0x40
    for said in recorded():
        # With the preface in the bytes; answered at once, and not at all.
        yield bytes([0x14]) + feed(said) + take
        yield bytes([0x90]) + bytes([4, 7]) + feed(said) + take + bytes([5, 60]) + take
    # A client and a server that talk: requests, bodies, answers, resets, a drain.
    client = 0x80
    for shape in (0x0F, 0x03, 0xCF, 0xC3):
        opened = bytes([shape]) + take * 2 + bytes([client | 8, 3]) * 2 + bytes([client | 10, 0, 200])
        yield opened + take + bytes([client | end | 11, 0, 90]) + take * 3 + bytes([9, 0, 2, end | 11, 0, 80]) + take * 4
        yield opened + take + bytes([client | 14, 0, 8]) + take + bytes([16]) + take + bytes([17, 0]) + take * 2
        yield opened + take + bytes([9, 0, 1, 11, 0, 255, 12, 0, 20, 13, 1]) + take * 2 + bytes([client | 12, 0, 99]) + take * 2
        yield opened + bytes([7, 20, 1]) + take + bytes([5, 250]) + take
    # Peers made by hand, for both roles.
    for shape in (0x04, 0x00, 0x84, 0x80):
        yield bytes([shape, 2, 0x61, 2, 0x43, 3, 0x83, 10, 6, 15, 1, 6, 9, 0, 2, 10, 0, 30, 6])
        yield bytes([shape, 2, 0xC1, 1, 8, 0, 1, 4, 0, 0, 1, 0, 1, 3, 0, 1, 4, 0, 0, 0, 8, 6, 5, 200, 6])
    for shape in (0x05, 0x01, 0x85):
        yield bytes([shape, 8, 2, 6, 2, 0x81, 3, 0x81, 20, 12, 0, 9, 6, 13, 0, 6])
        yield bytes([shape, 8 | end, 0, 6, 1, 7, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 6])


def envelope(payload, flags=0):
    return struct.pack(">BI", flags, len(payload)) + payload


def envelopes():
    requests = [(binary, text) for name, _, binary, text in vectors() if name == "Request"]
    for binary, text in requests:
        for shape in (0, 0x10, 0x18, 0x1C, 1, 0x11, 0x19, 0x1D):
            yield bytes([0, shape, 9]) + binary
            yield bytes([0, shape | 2, 40]) + text
        yield bytes([1, 0, 5]) + binary
        yield bytes([1, 3, 5]) + envelope(text) + envelope(b"{}", 2)
        yield bytes([1, 5, 50]) + envelope(gzip.compress(binary, mtime=0), 1) + envelope(b'{"metadata":{"x":["1"]}}', 2)
        yield bytes([2, 3]) + envelope(binary) * 2 + envelope(b"{}", 2)
        yield bytes([3, 60]) + gzip.compress(text, mtime=0) * 2
    error = b'{"code":"not_found","message":"\\u6ca1\\u6709","details":[{"type":"a.B","value":"AQI"}]}'
    yield bytes([1, 0x4A, 0, 152]) + error
    yield bytes([4]) + error
    yield bytes([5]) + b'{"error":' + error + b',"metadata":{"a":["1","2"],"B-bin":["AQ"]}}'


def queries():
    for query in (
        b"connect=v1&encoding=json&message=%7B%22name%22%3A%22%E5%90%8D%22%7D",
        b"message=CgFh&base64=1&encoding=proto", b"connect=v1&encoding=json&message={}&other=1&compression=identity",
        b"connect=v1&encoding=proto&compression=gzip&base64=1&message="
        + base64.urlsafe_b64encode(gzip.compress(b"\n\x01a", mtime=0)).rstrip(b"="),
        b"encoding=json&encoding=json&message=%zz+&connect=v2", b"W/\"a\", \"b\", *"):
        yield bytes([0]) + query
        yield bytes([2]) + query
    for name, _, binary, text in vectors():
        if name == "Request":
            yield from (bytes([1]) + binary, bytes([3]) + text, bytes([5]) + binary, bytes([7]) + text)


def heads():
    def text(value):
        return bytes([len(value)]) + value
    fields = [
        (0, b"application/connect+proto; charset=utf-8"), (1, b"12"), (2, b"gzip"), (3, b"br;q=1, gzip;q=0.5"),
        (4, b"gzip"), (5, b"identity"), (6, b"1500"), (7, b"1"),
        (8, b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), (9, b"value"), (10, b"AQID"), (11, b"t")]
    for shape in (0, 1, 2, 4, 8, 0x0C, 0x20, 0x41):
        path = text(b"/lianshe.fixture.v1.EchoService/GetEcho?a=%20") if shape & 0x0C else b""
        for start in (0, 6):
            few = fields[start:start + 6]
            yield bytes([shape]) + path + bytes([len(few)]) + b"".join(bytes([at]) + text(value) for at, value in few) + b"{}"


def write(target, seeds):
    folder = HERE / "Corpus" / target
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for seed in sorted(set(seeds)):
        (folder / hashlib.sha1(seed).hexdigest()[:12]).write_bytes(seed)
    print(f"{target}: {len(list(folder.iterdir()))} seeds")


def main():
    write("message", [bytes([place]) + binary for _, place, binary, _ in vectors()])
    write("json", [bytes([place]) + text for _, place, _, text in vectors()])
    write("session", sessions())
    write("envelope", envelopes())
    write("query", queries())
    write("head", heads())


if __name__ == "__main__":
    main()
