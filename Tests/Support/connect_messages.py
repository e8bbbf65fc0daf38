"""Message classes of our protos for clients that we did not write, made from what buf compiles."""

import subprocess
import sys
from pathlib import Path

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

ROOT = Path(__file__).resolve().parents[2]


def buf(*arguments, **options):
    return subprocess.run([str(Path(sys.executable).parent / "buf"), *map(str, arguments)],
                          capture_output=True, **options)


class Protos:
    def __init__(self, folder=ROOT / "Shared" / "Protos"):
        built = buf("build", folder, "-o", "-#format=binpb")
        assert built.returncode == 0, built.stderr.decode()
        self.pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(built.stdout).file:
            self.pool.Add(file)

    def message(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))

    def method(self, service, name):
        """(request class, response class, streams answers, has no side effects)"""
        found = self.pool.FindServiceByName(service).FindMethodByName(name)
        level = found.GetOptions().idempotency_level
        return (message_factory.GetMessageClass(found.input_type), message_factory.GetMessageClass(found.output_type),
                found.server_streaming, level == descriptor_pb2.MethodOptions.NO_SIDE_EFFECTS)
