// Canonical proto3 JSON into C structs. Names and types come from the schema, values go to the
// offsets of the descriptor, and generated code turns the struct into Swift values: the same way
// that binary messages take.

internal import CProtobufC
internal import CWireFacts

/// Reads one JSON text. Everything it builds lies in one arena.
struct JSONReader {
  var text: JSONText
  let limits: DecodingLimits
  /// What an Any may hold.
  let types: TypeRegistry
  private let arena: UnsafeMutablePointer<ArenaState>
  private var elements: ElementBudget
  /// Pays for what is looked through to find the types of Anys: each byte of the text once.
  var lookahead: ElementBudget
  var marks = JSONTypeMarks()

  init(
    _ bytes: UnsafeRawBufferPointer, limits: DecodingLimits, types: TypeRegistry,
    arena: UnsafeMutablePointer<ArenaState>
  ) throws(WireError) {
    let longest = min(limits.maximumSize, JSONText.maximumSize)
    guard bytes.count <= longest else {
      throw WireError(.tooLarge, "JSON of \(bytes.count) bytes is over the limit of \(longest)")
    }
    text = JSONText(bytes)
    self.limits = limits
    self.types = types
    elements = ElementBudget(limits)
    lookahead = ElementBudget(limits)
    self.arena = arena
  }

  /// Reads the whole text as a message.
  mutating func readDocument(_ schema: MessageSchema) throws(WireError) -> UnsafeRawPointer {
    let message = try readMessage(schema, depth: 0)
    try text.expectEnd()
    return UnsafeRawPointer(message)
  }

  // MARK: - Memory

  func allocate(_ size: Int) throws(WireError) -> UnsafeMutableRawPointer {
    guard let memory = Arena.allocate(size, from: arena) else {
      throw WireError(
        .tooMuchMemory, "decoding needs more than \(limits.maximumAllocation) bytes of memory")
    }
    return memory
  }

  func allocateMessage(_ schema: MessageSchema) throws(WireError) -> UnsafeMutableRawPointer {
    let memory = try allocate(schema.descriptor.pointee.sizeof_message)
    protobuf_c_message_init(schema.descriptor, memory)
    return memory
  }

  mutating func countElement() throws(WireError) {
    try elements.spend()
  }

  /// The error for a value of the wrong kind; throws another where what follows is no JSON at all.
  mutating func mismatch(
    _ message: String, depth: Int
  ) throws(WireError) -> WireError {
    try skipValue(depth: depth)
    return WireError(.wrongType, message)
  }

  /// Passes over a value that lies in a message of some depth.
  mutating func skipValue(depth: Int) throws(WireError) {
    // Nobody will ask for the types of what is not read.
    var unread = JSONTypeMarks()
    try text.skipValue(
      depth: max(0, limits.maximumDepth - depth), elements: &elements, marks: &unread)
  }

  func checkDepth(_ depth: Int) throws(WireError) {
    guard depth <= limits.maximumDepth else {
      throw WireError(.tooDeep, "messages are nested deeper than \(limits.maximumDepth) levels")
    }
  }

  // MARK: - Messages

  /// Reads the next value as a message of any shape.
  mutating func readMessage(
    _ schema: MessageSchema, depth: Int
  ) throws(WireError) -> UnsafeMutableRawPointer {
    try checkDepth(depth)
    let message = try allocateMessage(schema)
    switch schema.facts.pointee.shape {
    case WIRE_SHAPE_OBJECT:
      try readObject(schema, into: message, depth: depth)
    case WIRE_SHAPE_WRAPPER:
      let field = schema.field(0)
      try readValue(field, into: message + field.offset, depth: depth)
    case WIRE_SHAPE_STRUCT:
      try readMap(schema.field(0), into: message, depth: depth)
    case WIRE_SHAPE_LIST_VALUE:
      try readArray(schema.field(0), into: message, depth: depth)
    case WIRE_SHAPE_VALUE:
      try readAnyValue(schema, into: message, depth: depth)
    case WIRE_SHAPE_TIMESTAMP:
      try readTimestamp(schema, into: message)
    case WIRE_SHAPE_DURATION:
      try readDuration(schema, into: message)
    case WIRE_SHAPE_FIELD_MASK:
      try readFieldMask(schema, into: message)
    case WIRE_SHAPE_ANY:
      try readAny(schema, into: message, depth: depth)
    default:
      throw WireError(.unsupported, "\(schema.name) cannot be read from JSON")
    }
    return message
  }

  private mutating func readObject(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    guard text.take("{") else {
      throw try mismatch("a JSON object is expected for \(schema.name)", depth: depth)
    }
    if text.take("}") { return }
    try readMembers(schema, into: message, depth: depth)
  }

  /// Reads the members of an object and its closing brace; there is at least one.
  mutating func readMembers(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    var seen = FieldSet()
    var unknown = JSONKeys()
    var next = 0
    repeat {
      let before = text.place
      let key = try text.readString()
      try text.expect(":")
      guard let index = schema.index(ofJSONName: try plain(key), hint: next) else {
        unknown.insert(key, readFrom: before)
        try countElement()
        try skipValue(depth: depth)
        continue
      }
      next = index + 1
      let field = schema.field(index)
      do throws(WireError) {
        guard seen.insert(index) else {
          throw WireError(.duplicate, "JSON: the field is given twice")
        }
        try readField(field, into: message, depth: depth)
      } catch {
        throw error.inside(field.name)
      }
    } while text.take(",")
    try text.expect("}")
    try unknown.check(in: text)
  }

  private mutating func readField(
    _ field: FieldSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    if field.isMap {
      if text.take(literal: "null") { return }
      return try readMap(field, into: message, depth: depth)
    }
    if field.isRepeated {
      if text.take(literal: "null") { return }
      return try readArray(field, into: message, depth: depth)
    }
    if !field.readsNull, text.take(literal: "null") { return }
    if field.isInUnion {
      let number = message.load(fromByteOffset: field.quantifierOffset, as: UInt32.self)
      guard number == 0 else {
        throw WireError(.duplicate, "JSON: another member of its oneof is there already")
      }
      message.storeBytes(
        of: field.number, toByteOffset: field.quantifierOffset, as: UInt32.self)
    }
    try readValue(field, into: message + field.offset, depth: depth)
  }

  // MARK: - Arrays and maps

  func storeArray(
    _ list: ArenaList, of field: FieldSchema, in message: UnsafeMutableRawPointer
  ) {
    message.storeBytes(of: list.count, toByteOffset: field.quantifierOffset, as: Int.self)
    message.storeBytes(of: list.start, toByteOffset: field.offset, as: UnsafeRawPointer?.self)
  }

  private mutating func readArray(
    _ field: FieldSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    guard text.take("[") else { throw try mismatch("a JSON array is expected", depth: depth) }
    if text.take("]") { return }
    var list = ArenaList(elementSize: elementSize(of: field.type))
    repeat {
      try countElement()
      if !field.readsNull, try text.peek() == UInt8(ascii: "n") {
        throw WireError(.wrongType, "null is no element of an array")
      }
      let room = try list.append(allocate)
      try readValue(field, into: room, depth: depth)
    } while text.take(",")
    try text.expect("]")
    storeArray(list, of: field, in: message)
  }

  private mutating func readMap(
    _ field: FieldSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    guard let schema = field.message else {
      throw WireError(.unsupported, "the message type of the field is not known")
    }
    guard text.take("{") else { throw try mismatch("a JSON object is expected", depth: depth) }
    if text.take("}") { return }
    try checkDepth(depth + 1)
    let key = schema.field(0)
    let value = schema.field(1)
    var list = ArenaList(elementSize: elementSize(of: PROTOBUF_C_TYPE_MESSAGE))
    var keys: Set<JSONMapKey> = []
    repeat {
      try countElement()
      let entry = try allocateMessage(schema)
      let name = try text.readString()
      let inserted = keys.insert(try readKey(name, of: key, into: entry + key.offset)).inserted
      guard inserted else { throw WireError(.duplicate, "JSON: a key of the map is given twice") }
      try text.expect(":")
      if !value.readsNull, try text.peek() == UInt8(ascii: "n") {
        throw WireError(.wrongType, "null is no value of a map")
      }
      try readValue(value, into: entry + value.offset, depth: depth + 1)
      let room = try list.append(allocate)
      room.storeBytes(of: entry, as: UnsafeMutableRawPointer.self)
    } while text.take(",")
    try text.expect("}")
    storeArray(list, of: field, in: message)
  }
}
