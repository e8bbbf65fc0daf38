"""Our binary and JSON encodings against those of buf (Go) and of Python's protobuf: random messages
both ways, and what each of them refuses."""

import json
import math
import os
import struct
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from connect_messages import ROOT, buf
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
from random_messages import PREFIX, RandomMessages
from stack import binary

FIXTURE = "lianshe.fixture.v1"
TYPES = ["Scalars", "Optionals", "Repeated", "Choice", "Maps", "Node", "Names", "WellKnown", "Request"]
GOOGLE = ["Any", "Timestamp", "Duration", "FieldMask", "Struct", "Value", "ListValue", "Empty", "DoubleValue",
          "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value", "BoolValue", "StringValue",
          "BytesValue"]
SEED = int(os.environ.get("LIANSHE_SEED", "20131116"))
ROUNDS = 150  # messages of each type


class Ours:
    """The conversions of our own codecs, many in one process."""

    def __init__(self):
        self.process = subprocess.Popen([binary("ConformanceConvert")], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)

    def convert(self, to, name, message):
        for text in [to.encode(), f"{FIXTURE}.{name}".encode(), message]:
            self.process.stdin.write(struct.pack(">I", len(text)) + text)
        self.process.stdin.flush()
        status, count = struct.unpack(">BI", self.process.stdout.read(5))
        answer = self.process.stdout.read(count)
        return None if status else answer

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(60) == 0


class Buf:
    """The conversions of buf. A process converts a batch: a message with a list of them."""

    def __init__(self, folder):
        lines = [f"message {name}Batch {{ repeated {FIXTURE}.{name} items = 1; }}" for name in TYPES]
        (folder / "batch.proto").write_text(
            "syntax = \"proto3\";\npackage batch;\nimport \"lianshe/fixture/v1/fixture.proto\";\n" + "\n".join(lines))
        fixtures = folder / "lianshe"
        fixtures.symlink_to(ROOT / "Tests" / "Fixtures" / "Protos" / "lianshe")
        self.image = folder / "image.binpb"
        subprocess.run(["protoc", f"-I{folder}", f"-I{ROOT / 'Shared/Generator/Protos'}", "--include_imports",
                        f"--descriptor_set_out={self.image}", "batch.proto"], check=True, timeout=60)

    def convert(self, to, name, message):
        source = "json" if to == "proto" else "proto"
        names = {"json": "json", "proto": "binpb"}
        done = buf("convert", self.image, "--type", name, "--from", f"-#format={names[source]}",
                   "--to", f"-#format={names[to]}", input=message, timeout=60)
        return done.stdout if done.returncode == 0 else None


@pytest.fixture(scope="module")
def ours():
    ours = Ours()
    yield ours
    ours.close()


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Buf(tmp_path_factory.mktemp("buf"))


@pytest.fixture(scope="module")
def pool(other):
    pool = descriptor_pool.DescriptorPool()
    for file in descriptor_pb2.FileDescriptorSet.FromString(other.image.read_bytes()).file:
        pool.Add(file)
    return pool


def parse(pool, name, data):
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(name))()
    message.ParseFromString(data)
    return message


def same(pool, name, left, right):
    """Whether bytes mean the same message: maps, and the maps within Anys, have no order."""
    return flat(parse(pool, name, left), pool) == flat(parse(pool, name, right), pool)


def flat(message, pool):
    """A message as a value that is equal to another where the messages are; numbers by their bits."""
    if message.DESCRIPTOR.full_name == "google.protobuf.Any" and message.type_url:
        return message.type_url, flat(parse(pool, message.type_url.split("/")[-1], message.value), pool)
    fields = {}
    for field, value in message.ListFields():
        if field.message_type and field.message_type.GetOptions().map_entry:
            fields[field.name] = {key: element(value[key], pool) for key in value}
        elif field.is_repeated:
            fields[field.name] = [element(item, pool) for item in value]
        else:
            fields[field.name] = element(value, pool)
    return fields


def element(value, pool):
    if hasattr(value, "ListFields"):
        return flat(value, pool)
    if not isinstance(value, float):
        return value
    # There is one NaN in JSON, and two in the encodings of it: Go's has another bit.
    return "NaN" if math.isnan(value) else struct.pack("<d", value)


def numbers(text):
    """JSON in which 1, 1.0 and 1e0 are the same, as they are to protobuf, and -0 is not 0."""
    return json.loads(text, parse_int=float)


@pytest.mark.parametrize("name", TYPES)
def test_random_messages_mean_the_same_to_everybody(name, ours, other, pool):
    payloads = [f"{FIXTURE}.{each}" for each in TYPES] + [f"google.protobuf.{each}" for each in GOOGLE]
    source = RandomMessages(f"{SEED} {name}", pool, payloads)
    messages = [source.message(f"{FIXTURE}.{name}") for _ in range(ROUNDS)]
    binaries = [message.SerializeToString(deterministic=True) for message in messages]
    batch = message_factory.GetMessageClass(pool.FindMessageTypeByName(f"batch.{name}Batch"))
    written = other.convert("json", f"batch.{name}Batch", batch(items=messages).SerializeToString())
    theirs = numbers(written)["items"]
    assert len(theirs) == ROUNDS
    texts = []
    for message, data, their in zip(messages, binaries, theirs):
        text = ours.convert("json", name, data)
        assert text is not None and numbers(text) == their, (SEED, data.hex())
        assert same(pool, f"{FIXTURE}.{name}", ours.convert("proto", name, json.dumps(their).encode()), data), their
        texts.append(text)
        if b'"nulls":[null' not in text:  # which Python's protobuf cannot read
            again = json_format.ParseDict(numbers(text), message.__class__(), descriptor_pool=pool)
            assert flat(again, pool) == flat(message, pool), (SEED, data.hex())
    back = other.convert("proto", f"batch.{name}Batch", b'{"items":[' + b",".join(texts) + b"]}")
    for item, data in zip(parse(pool, f"batch.{name}Batch", back).items, binaries):
        assert same(pool, f"{FIXTURE}.{name}", item.SerializeToString(), data), (SEED, data.hex())


NODES = 98

# Type, JSON, whether it is accepted.
TEXTS = [
    ("Scalars", '{}', True),
    ("Scalars", '', False),
    ("Scalars", '{} {}', False),
    ("Scalars", '{},', False),
    ("Scalars", '[]', False),
    ("Scalars", 'null', False),
    ("Scalars", '{"int32Value":1,"int32Value":2}', False),
    ("Scalars", '{"int32Value":1,"int32_value":2}', False),
    ("Scalars", '{"int32_value":1}', True),
    ("Scalars", '{"unknown":{"a":[1]}}', True),
    ("Scalars", '{"int32Value":1.0}', True),
    ("Scalars", '{"int32Value":1e3}', True),
    ("Scalars", '{"int32Value":"1e3"}', True),
    ("Scalars", '{"int32Value":"1.0"}', True),
    ("Scalars", '{"int64Value":"-9223372036854775808"}', True),
    ("Scalars", '{"int64Value":"9223372036854775808"}', False),
    ("Scalars", '{"uint64Value":18446744073709551615}', True),
    ("Scalars", '{"uint64Value":1e19}', True),
    ("Scalars", '{"uint64Value":1e20}', False),
    ("Scalars", '{"int32Value":2147483648}', False),
    ("Scalars", '{"int32Value":-2147483649}', False),
    ("Scalars", '{"uint32Value":-1}', False),
    ("Scalars", '{"int32Value":1.5}', False),
    ("Scalars", '{"int32Value":""}', False),
    ("Scalars", '{"int32Value":" 1"}', False),
    ("Scalars", '{"int32Value":"1 "}', False),
    ("Scalars", '{"int32Value":+1}', False),
    ("Scalars", '{"int32Value":01}', False),
    ("Scalars", '{"int32Value":1.}', False),
    ("Scalars", '{"int32Value":0x1}', False),
    ("Scalars", '{"int32Value":true}', False),
    ("Scalars", '{"int32Value":null}', True),
    ("Scalars", '{"doubleValue":1e400}', False),
    ("Scalars", '{"doubleValue":"1e400"}', False),
    ("Scalars", '{"doubleValue":1e-400}', True),
    ("Scalars", '{"floatValue":1e39}', False),
    ("Scalars", '{"floatValue":3.4028235e38}', True),
    ("Scalars", '{"doubleValue":-0}', True),
    ("Scalars", '{"doubleValue":"-0.0"}', True),
    ("Scalars", '{"doubleValue":"NaN"}', True),
    ("Scalars", '{"doubleValue":NaN}', False),
    ("Scalars", '{"doubleValue":"Infinity"}', True),
    ("Scalars", '{"doubleValue":"-Infinity"}', True),
    ("Scalars", '{"doubleValue":"+Infinity"}', False),
    ("Scalars", '{"doubleValue":"inf"}', False),
    ("Scalars", '{"doubleValue":"nan"}', False),
    ("Scalars", '{"boolValue":"true"}', False),
    ("Scalars", '{"boolValue":1}', False),
    ("Scalars", '{"stringValue":1}', False),
    ("Scalars", r'{"stringValue":"\ud800"}', False),
    ("Scalars", r'{"stringValue":"\udc00\ud800"}', False),
    ("Scalars", r'{"stringValue":"\ud83e\uded6"}', True),
    ("Scalars", r'{"stringValue":"\x"}', False),
    ("Scalars", '{"stringValue":"\n"}', False),
    ("Scalars", "{'stringValue':''}", False),
    ("Scalars", '{"bytesValue":"_-8"}', True),
    ("Scalars", '{"bytesValue":"/+8="}', True),
    ("Scalars", '{"bytesValue":"a"}', False),
    ("Scalars", '{"bytesValue":"!!!!"}', False),
    ("Scalars", '{"colorValue":"COLOR_RED"}', True),
    ("Scalars", '{"colorValue":99}', True),
    ("Scalars", '{"colorValue":2147483648}', False),
    ("Repeated", '{"int32Values":[1,]}', False),
    ("Repeated", '{"int32Values":[null]}', False),
    ("Repeated", '{"int32Values":1}', False),
    ("Repeated", '{"int32Values":null}', True),
    ("Repeated", '{"scalarsValues":[null]}', False),
    ("Choice", '{"text":"a","number":1}', False),
    ("Choice", '{"text":"a","number":null}', True),
    ("Choice", '{"text":null,"number":1}', True),
    ("Choice", '{"text":null,"number":null}', True),
    ("Maps", '{"byInt32":{"1":"a","1":"b"}}', False),
    ("Maps", '{"byInt32":{"a":""}}', False),
    ("Maps", '{"byInt32":{"2147483648":""}}', False),
    ("Maps", '{"byBool":{"true":"","false":""}}', True),
    ("Maps", '{"byBool":{"True":""}}', False),
    ("Maps", '{"byString":{"a":null}}', False),
    ("Maps", '{"scalars":{"a":null}}', False),
    ("Node", '{"child":' * NODES + '{}' + '}' * NODES, True),
    ("Node", '{"child":' * 20_000 + '{}' + '}' * 20_000, False),
    ("WellKnown", '{"timestamp":"0001-01-01T00:00:00Z"}', True),
    ("WellKnown", '{"timestamp":"0000-12-31T23:59:59Z"}', False),
    ("WellKnown", '{"timestamp":"9999-12-31T23:59:59.999999999Z"}', True),
    ("WellKnown", '{"timestamp":"9999-12-31T23:59:59-01:00"}', False),
    ("WellKnown", '{"timestamp":"2018-05-01T00:00:00.1234567891Z"}', False),
    ("WellKnown", '{"timestamp":"2018-05-01T00:00:00.1+08:00"}', True),
    ("WellKnown", '{"timestamp":"2018-05-01T00:00:00"}', False),
    ("WellKnown", '{"timestamp":"2018-05-01t00:00:00Z"}', False),
    ("WellKnown", '{"timestamp":"2018-05-01T00:00:00z"}', False),
    ("WellKnown", '{"timestamp":"2018-02-30T00:00:00Z"}', False),
    ("WellKnown", '{"timestamp":"2018-05-01T00:00:60Z"}', False),
    ("WellKnown", '{"timestamp":7}', False),
    ("WellKnown", '{"duration":"315576000000s"}', True),
    ("WellKnown", '{"duration":"315576000001s"}', False),
    ("WellKnown", '{"duration":"-315576000000s"}', True),
    ("WellKnown", '{"duration":"-0.000000001s"}', True),
    ("WellKnown", '{"duration":"0.0000000001s"}', False),
    ("WellKnown", '{"duration":"1"}', False),
    ("WellKnown", '{"duration":"1.5 s"}', False),
    ("WellKnown", '{"duration":"1m"}', False),
    ("WellKnown", '{"fieldMask":"a.bC,d"}', True),
    ("WellKnown", '{"fieldMask":""}', True),
    ("WellKnown", '{"fieldMask":"a_b"}', False),
    ("WellKnown", '{"fieldMask":"a,,b"}', False),
    ("WellKnown", '{"struct":{"a":null,"b":[{}]}}', True),
    ("WellKnown", '{"struct":{"a":1,"a":2}}', False),
    ("WellKnown", '{"struct":[]}', False),
    ("WellKnown", '{"value":null}', True),
    ("WellKnown", '{"value":1e400}', False),
    ("WellKnown", '{"value":NaN}', False),
    ("WellKnown", '{"value":"NaN"}', True),
    ("WellKnown", '{"listValue":{}}', False),
    ("WellKnown", '{"nullValue":null}', True),
    ("WellKnown", '{"nulls":[null]}', True),
    ("WellKnown", '{"int32Value":{"value":1}}', False),
    ("WellKnown", '{"int32Value":"7"}', True),
    ("WellKnown", '{"boolValue":"true"}', False),
    ("WellKnown", '{"empty":[]}', False),
    ("WellKnown", '{"nullChoice":null,"valueChoice":null}', False),
    ("WellKnown", '{"any":{}}', True),
    ("WellKnown", '{"any":{"@type":"type.googleapis.com/x.Y"}}', False),
    ("WellKnown", '{"any":{"@type":""}}', False),
    ("WellKnown", '{"any":{"@type":7}}', False),
    ("WellKnown", '{"any":{"value":"1s","@type":"a/google.protobuf.Duration"}}', True),
    ("WellKnown", '{"any":{"@type":"a/google.protobuf.Duration"}}', False),
    ("WellKnown", '{"any":{"@type":"a/google.protobuf.Duration","value":null}}', False),
    ("WellKnown", '{"any":{"@type":"a/google.protobuf.Duration","value":"1s","value":"1s"}}', False),
    ("WellKnown", '{"any":{"@type":"a/google.protobuf.Empty"}}', True),
    ("WellKnown", '{"any":{"@type":"a/google.protobuf.Empty","value":{}}}', True),
    ("WellKnown", '{"any":{"@type":"a/google.protobuf.Any","value":{"@type":"a/google.protobuf.Value","value":null}}}',
     True),
    ("WellKnown", f'{{"any":{{"@type":"a/{FIXTURE}.Request","name":"a","name":"b"}}}}', False),
    ("WellKnown", f'{{"any":{{"@type":"a/{FIXTURE}.Request","pageSize":-1}}}}', False),
    ("WellKnown", f'{{"any":{{"name":"a","@type":"a/{FIXTURE}.Request"}}}}', True),
    ("WellKnown", f'{{"any":{{"@type":"a/{FIXTURE}.Request","@type":"a/{FIXTURE}.Request"}}}}', False),
]

# Type, JSON, and why buf takes what we refuse.
DIFFERENCES = [
    ("Scalars", '{"unknown":1,"unknown":2}', "a key given twice is ambiguous, also where nobody reads it"),
    ("Scalars", r'{"stringValue":"\u0000"}', "the C library cannot carry U+0000"),
    ("Node", '{"child":' * 101 + '{}' + '}' * 101, "the limit is 100 levels; Go has 10,000"),
    ("Scalars", '{"colorValue":"COLOR_BLUE"}', "a name that is not of the enum would be lost; a number is kept"),
    ("Scalars", '{"colorValue":"color_red"}', "names of enums are case-sensitive, and this one is not known"),
    ("WellKnown", '{"any":{"d":1}}', "an Any that is not empty needs its type"),
    ("WellKnown", f'{{"any":{{"@type":"{FIXTURE}.Nothing"}}}}', "a type URL has a slash"),
]


@pytest.fixture(scope="module")
def verdicts(other):
    """What buf says of each text, several processes at a time."""
    cases = {(name, text) for name, text, _ in TEXTS + DIFFERENCES}
    with ThreadPoolExecutor(4) as workers:
        answers = {case: workers.submit(other.convert, "proto", f"{FIXTURE}.{case[0]}", case[1].encode())
                   for case in cases}
    return {case: answer.result() for case, answer in answers.items()}


@pytest.mark.parametrize("name, text, accepted", TEXTS, ids=lambda value: str(value)[:60])
def test_what_is_refused(name, text, accepted, ours, verdicts, pool):
    our, their = ours.convert("proto", name, text.encode()), verdicts[name, text]
    assert (our is not None, their is not None) == (accepted, accepted)
    if accepted and "-0" not in text:
        assert same(pool, f"{FIXTURE}.{name}", our, their)


@pytest.mark.parametrize("name, text, reason", DIFFERENCES, ids=lambda value: str(value)[:60])
def test_what_we_refuse_and_buf_takes(name, text, reason, ours, verdicts):
    assert ours.convert("proto", name, text.encode()) is None, reason
    assert verdicts[name, text] is not None, "no difference any more: move it to TEXTS"
