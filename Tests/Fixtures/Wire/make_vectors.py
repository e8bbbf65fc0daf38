#!/usr/bin/env python3
"""Writes vectors.tsv: messages of the fixture protos as Python's protobuf encodes them.

Needs protoc and the package protobuf. The result depends on the seed only.
Each line has the message's name, its bytes in hexadecimal and its JSON.
"""

import pathlib
import random
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
PROTOS = ROOT / "Tests/Fixtures/Protos"
WELL_KNOWN = ROOT / "Shared/Generator/Protos"
SEED = 20130501
PER_MESSAGE = 30
MAXIMUM_DEPTH = 4


def load():
    """The classes of the fixture messages, by name."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    # Registers the classes of the well-known types, which have JSON forms of their own.
    from google.protobuf import any_pb2, duration_pb2, empty_pb2, field_mask_pb2  # noqa: F401
    from google.protobuf import struct_pb2, timestamp_pb2, wrappers_pb2  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / "set"
        subprocess.run(
            ["protoc", f"-I{PROTOS}", f"-I{WELL_KNOWN}", f"--descriptor_set_out={output}",
             "lianshe/fixture/v1/fixture.proto", "lianshe/fixture/v1/many.proto"],
            check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(output.read_bytes())
    pool = descriptor_pool.Default()
    classes = {}
    for file in files.file:
        added = pool.AddSerializedFile(file.SerializeToString())
        for name, descriptor in added.message_types_by_name.items():
            classes[name] = message_factory.GetMessageClass(descriptor)
    return classes


TEXTS = ["", "a", "梧州六堡茶", "línea\n\t\"\\/", "😀🀄", "\x01\x1f\x7f", "450900", "é" * 12,
         "<script>&'", "\u2028", "\ufeff", "\U0010ffff"]


def scalar(chooser, field):
    kind = field.type
    f = field
    if kind == f.TYPE_DOUBLE:
        return chooser.choice([0.0, 1.0, -1.5, 1e300, 5e-324, 0.1,
                               chooser.uniform(-1e9, 1e9), float("inf"), float("-inf")])
    if kind == f.TYPE_FLOAT:
        bits = chooser.choice([0, 0x3F800000, 0x7F7FFFFF, 1, 0xFF800000,
                               chooser.randrange(0x7F800000), 0x80000001])
        return struct.unpack("<f", struct.pack("<I", bits))[0]
    if kind in (f.TYPE_INT32, f.TYPE_SINT32, f.TYPE_SFIXED32):
        return chooser.choice([0, 1, -1, 2**31 - 1, -2**31, chooser.randrange(-2**31, 2**31)])
    if kind in (f.TYPE_INT64, f.TYPE_SINT64, f.TYPE_SFIXED64):
        return chooser.choice([0, 1, -1, 2**63 - 1, -2**63, chooser.randrange(-2**63, 2**63)])
    if kind in (f.TYPE_UINT32, f.TYPE_FIXED32):
        return chooser.choice([0, 1, 2**32 - 1, chooser.randrange(2**32)])
    if kind in (f.TYPE_UINT64, f.TYPE_FIXED64):
        return chooser.choice([0, 1, 2**64 - 1, chooser.randrange(2**64)])
    if kind == f.TYPE_BOOL:
        return chooser.random() < 0.5
    if kind == f.TYPE_STRING:
        return chooser.choice(TEXTS)
    if kind == f.TYPE_BYTES:
        return chooser.randbytes(chooser.choice([0, 1, 2, 3, 17, 200]))
    if kind == f.TYPE_ENUM:
        if field.enum_type.full_name == "google.protobuf.NullValue":
            return 0
        return chooser.choice([value.number for value in field.enum_type.values] + [99])
    raise AssertionError(field.full_name)


def fill_well_known(chooser, message, depth):
    name = message.DESCRIPTOR.full_name
    if name == "google.protobuf.Timestamp":
        message.seconds = chooser.choice(
            [0, -1, -62135596800, 253402300799, chooser.randrange(-62135596800, 253402300799)])
        message.nanos = chooser.choice([0, 1, 1000, 500_000_000, 999_999_999])
    elif name == "google.protobuf.Duration":
        sign = chooser.choice([1, -1])
        message.seconds = sign * chooser.choice([0, 1, 315_576_000_000 - 1, 3600])
        message.nanos = sign * chooser.choice([0, 1, 1000, 500_000_000, 999_999_999])
    elif name == "google.protobuf.FieldMask":
        message.paths.extend(chooser.sample(["name", "place_code", "a.b_c.d", "x1.y"], 2))
    elif name == "google.protobuf.Struct":
        for key in chooser.sample(TEXTS, chooser.randrange(3)):
            fill_well_known(chooser, message.fields[key], depth + 1)
    elif name == "google.protobuf.ListValue":
        for _ in range(chooser.randrange(3)):
            fill_well_known(chooser, message.values.add(), depth + 1)
    elif name == "google.protobuf.Value":
        kinds = ["null", "number", "string", "bool"] + (["struct", "list"] if depth < 3 else [])
        kind = chooser.choice(kinds)
        if kind == "null":
            message.null_value = 0
        elif kind == "number":
            message.number_value = chooser.choice([0.0, -1.5, 1e300, 12345678901234567890.0])
        elif kind == "string":
            message.string_value = chooser.choice(TEXTS)
        elif kind == "bool":
            message.bool_value = chooser.random() < 0.5
        elif kind == "struct":
            message.struct_value.SetInParent()
            fill_well_known(chooser, message.struct_value, depth + 1)
        else:
            message.list_value.SetInParent()
            fill_well_known(chooser, message.list_value, depth + 1)
    else:
        return False
    return True


def fill(chooser, message, depth=0):
    if message.DESCRIPTOR.file.package == "google.protobuf":
        if fill_well_known(chooser, message, depth):
            return
    for field in message.DESCRIPTOR.fields:
        if chooser.random() < 0.35:
            continue
        isMessage = field.type == field.TYPE_MESSAGE
        if isMessage and field.message_type.full_name == "google.protobuf.Any":
            continue
        isMap = isMessage and field.message_type.GetOptions().map_entry
        if isMap:
            key, value = field.message_type.fields
            target = getattr(message, field.name)
            for _ in range(chooser.randrange(4)):
                name = scalar(chooser, key)
                if value.type == value.TYPE_MESSAGE:
                    if depth < MAXIMUM_DEPTH:
                        fill(chooser, target[name], depth + 2)
                else:
                    target[name] = scalar(chooser, value)
        elif isMessage and depth >= MAXIMUM_DEPTH:
            continue
        elif field.is_repeated:
            target = getattr(message, field.name)
            for _ in range(chooser.randrange(4)):
                if isMessage:
                    fill(chooser, target.add(), depth + 1)
                else:
                    target.append(scalar(chooser, field))
        elif isMessage:
            child = getattr(message, field.name)
            child.SetInParent()
            fill(chooser, child, depth + 1)
        else:
            setattr(message, field.name, scalar(chooser, field))


def main():
    from google.protobuf import json_format
    chooser = random.Random(SEED)
    lines = []
    for name, kind in sorted(load().items()):
        for count in range(PER_MESSAGE if name not in ("Nothing", "Many") else 3):
            message = kind()
            fill(chooser, message)
            data = message.SerializeToString(deterministic=True)
            if len(data) > 6000:
                continue
            text = json_format.MessageToJson(
                message, indent=None, sort_keys=True, ensure_ascii=count % 2 == 0)
            lines.append(f"{name}\t{data.hex()}\t{text}\n")
    (HERE / "vectors.tsv").write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} vectors", file=sys.stderr)


if __name__ == "__main__":
    main()
