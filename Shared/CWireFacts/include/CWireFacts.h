// What protobuf-c's descriptors leave out, as tables that the generator writes in C: JSON names,
// which messages are map entries, which oneofs stand for `optional`, which types are well known.
//
// The tables are constant data joined by the linker, so a schema costs nothing at start and
// a message of one package finds the facts of a message of another.
#ifndef LIANSHE_CWIREFACTS_H
#define LIANSHE_CWIREFACTS_H

#include <stdint.h>

// Raised when these structs change. Generated code compares it, so that tables of another layout do
// not compile instead of being misread.
#define WIRE_FACTS_VERSION 1

// Of `WireFieldFacts.flags`.
// A `map` field: its C type is an array of entry messages.
#define WIRE_FIELD_MAP 1u
// A proto3 `optional` field: its C type is the only member of a oneof made for it.
#define WIRE_FIELD_OPTIONAL 2u
// An enum field of type google.protobuf.NullValue, which JSON writes as null.
#define WIRE_FIELD_NULL_VALUE 4u

// Of `WireMessageFacts.shape`: how JSON writes the message.
#define WIRE_SHAPE_OBJECT 0u
#define WIRE_SHAPE_TIMESTAMP 1u
#define WIRE_SHAPE_DURATION 2u
#define WIRE_SHAPE_FIELD_MASK 3u
#define WIRE_SHAPE_WRAPPER 4u
#define WIRE_SHAPE_STRUCT 5u
#define WIRE_SHAPE_VALUE 6u
#define WIRE_SHAPE_LIST_VALUE 7u
#define WIRE_SHAPE_ANY 8u

struct WireMessageFacts;

typedef struct WireFieldFacts {
  // The name in canonical JSON.
  const char *json_name;
  // The facts of the field's message type; null for every other type.
  const struct WireMessageFacts *message;
  uint32_t flags;
} WireFieldFacts;

typedef struct WireMessageFacts {
  // The ProtobufCMessageDescriptor.
  const void *descriptor;
  // One for each field, in the order of the descriptor: by field number. Null when there is none.
  const WireFieldFacts *fields;
  // Indices into `fields`, sorted by the bytes of `json_name`. Null when there is none.
  const uint16_t *fields_by_json_name;
  uint32_t shape;
} WireMessageFacts;

#endif
