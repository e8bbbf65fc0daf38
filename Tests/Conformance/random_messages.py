"""Random messages of any type, by reflection: the same seed gives the same messages."""

import random
import struct

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor as F

PREFIX = "type.googleapis.com/"
TEXTS = ["", "a", "六堡茶", "é", "\"\\/", "\b\f\n\r\t\x01\x7f", "\u2028", "🫖", "x" * 40, "<&>'", "null"]
INTEGERS = {
    F.TYPE_INT32: (-2**31, 2**31 - 1), F.TYPE_SINT32: (-2**31, 2**31 - 1), F.TYPE_SFIXED32: (-2**31, 2**31 - 1),
    F.TYPE_UINT32: (0, 2**32 - 1), F.TYPE_FIXED32: (0, 2**32 - 1),
    F.TYPE_INT64: (-2**63, 2**63 - 1), F.TYPE_SINT64: (-2**63, 2**63 - 1), F.TYPE_SFIXED64: (-2**63, 2**63 - 1),
    F.TYPE_UINT64: (0, 2**64 - 1), F.TYPE_FIXED64: (0, 2**64 - 1),
}
PATHS = ["a", "a_b", "user.display_name", "x1.y2_z"]


class RandomMessages:
    """`payloads` are the names of the types that an Any may hold."""

    def __init__(self, seed, pool, payloads):
        self.random = random.Random(seed)
        self.pool = pool
        self.payloads = payloads

    def message(self, name, depth=3):
        message = message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))()
        self.fill(message, depth)
        return message

    def fill(self, message, depth):
        own = getattr(self, "fill_" + message.DESCRIPTOR.full_name.replace(".", "_"), None)
        if own:
            own(message, depth)
            return
        for field in message.DESCRIPTOR.fields:
            if self.random.random() < 0.4:
                self.fill_field(message, field, depth)

    def fill_field(self, message, field, depth):
        if field.message_type and depth == 0:
            return
        if field.message_type and field.message_type.GetOptions().map_entry:
            key, value = field.message_type.fields
            for _ in range(self.random.randrange(4)):
                self.put(getattr(message, field.name), self.scalar(key, True), value, depth)
        elif field.is_repeated:
            for _ in range(self.random.randrange(4)):
                if field.message_type:
                    self.fill(getattr(message, field.name).add(), depth - 1)
                else:
                    getattr(message, field.name).append(self.scalar(field, True))
        elif field.message_type:
            getattr(message, field.name).SetInParent()
            self.fill(getattr(message, field.name), depth - 1)
        else:
            setattr(message, field.name, self.scalar(field, field.has_presence))

    def put(self, map, key, value, depth):
        if value.message_type:
            self.fill(map[key], depth - 1)
        else:
            map[key] = self.scalar(value, False)

    def scalar(self, field, keeps_negative_zero):
        pick = self.random
        if field.type in INTEGERS:
            low, high = INTEGERS[field.type]
            return pick.choice([low, high, 0, 1, pick.randint(low, high), pick.randint(0, 1000)])
        if field.type in (F.TYPE_DOUBLE, F.TYPE_FLOAT):
            return self.floating_point(field.type == F.TYPE_FLOAT, keeps_negative_zero)
        if field.type == F.TYPE_BOOL:
            return pick.random() < 0.5
        if field.type == F.TYPE_STRING:
            return pick.choice(TEXTS) + pick.choice(TEXTS)
        if field.type == F.TYPE_BYTES:
            return pick.randbytes(pick.randrange(6))
        if field.enum_type.full_name == "google.protobuf.NullValue":
            return 0
        return pick.choice([value.number for value in field.enum_type.values] + [99, -99])

    def floating_point(self, is_single, keeps_negative_zero):
        pick = self.random
        if is_single:
            value = pick.choice([struct.unpack("<f", pick.randbytes(4))[0], 1.5, 0.0, 1e10, -0.1])
        else:
            value = pick.choice([struct.unpack("<d", pick.randbytes(8))[0], 1.5, 0.0, 1e21, 5e-324, -1e-7])
        value = pick.choice([value, value, float("nan"), float("inf"), float("-inf")])
        # The C library takes a negative zero for the default where it has no presence.
        return -0.0 if value == 0 and keeps_negative_zero else value

    # The types whose values are not all that their fields can hold.

    def fill_google_protobuf_Timestamp(self, message, depth):
        message.seconds = self.random.choice([-62135596800, 253402300799, 0, self.random.randint(-10**10, 10**10)])
        message.nanos = self.nanos()

    def fill_google_protobuf_Duration(self, message, depth):
        sign = self.random.choice([-1, 1])
        message.seconds = sign * self.random.choice([0, 1, 315575999999, self.random.randint(0, 10**9)])
        message.nanos = sign * self.nanos()

    def nanos(self):
        return self.random.choice([0, 1, 999999999, 5 * 10**8, 123 * 10**6, 456000, self.random.randrange(10**9)])

    def fill_google_protobuf_FieldMask(self, message, depth):
        message.paths.extend(self.random.choice(PATHS) for _ in range(self.random.randrange(4)))

    def fill_google_protobuf_Value(self, message, depth):
        kind = self.random.randrange(6 if depth else 4)
        if kind == 0:
            message.null_value = 0
        elif kind == 1:
            message.number_value = self.random.choice([0.0, 1.0, -1.5, 1e300, 2**53, self.random.random()])
        elif kind == 2:
            message.string_value = self.random.choice(TEXTS)
        elif kind == 3:
            message.bool_value = self.random.random() < 0.5
        elif kind == 4:
            message.struct_value.SetInParent()
            self.fill(message.struct_value, depth - 1)
        else:
            message.list_value.SetInParent()
            self.fill(message.list_value, depth - 1)

    def fill_google_protobuf_Any(self, message, depth):
        if self.random.random() < 0.2:
            return
        payload = self.message(self.random.choice(self.payloads), max(0, depth - 1))
        message.type_url = self.random.choice([PREFIX, "/", "a/b/"]) + payload.DESCRIPTOR.full_name
        message.value = payload.SerializeToString(deterministic=True)
