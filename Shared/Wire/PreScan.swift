// Reads every byte of a message before the C library does. protobuf-c has no depth limit, checks no
// UTF-8, cuts strings at NUL, merges repeated singular messages with loss and lets four mebibytes
// become a hundred. What passes here is safe to hand to it.

internal import CProtobufC

/// One reading of one message and of all that it holds.
struct PreScan {
  /// How many fields protobuf-c notes on its stack before it asks the allocator for room.
  private static let membersOnStack = 16
  /// `sizeof(ScannedMember)` in protobuf-c: four words and two bytes, rounded up.
  private static let scannedMemberSize = 40
  /// Messages with up to this many fields have their bitmap of required fields on the stack.
  private static let fieldsInStackBitmap = 128

  private let limits: DecodingLimits
  private var elements = 0
  /// Bytes that protobuf-c will ask the allocator for. Never less than it does ask for.
  private(set) var projected = 0

  init(limits: DecodingLimits) {
    self.limits = limits
  }

  /// Reads a message, which lies at some depth. Several messages may be read one after the other;
  /// their elements and their memory add up.
  mutating func scan(
    _ bytes: UnsafeRawBufferPointer, schema: MessageSchema, depth: Int = 0
  ) throws(WireError) {
    guard bytes.count <= limits.maximumSize, bytes.count <= Int(Int32.max) else {
      throw WireError(
        .tooLarge,
        "message of \(bytes.count) bytes is over the limit of "
          + "\(limits.maximumSize)")
    }
    try scanMessage(WireCursor(bytes), schema: schema, depth: depth)
  }

  private mutating func scanMessage(
    _ start: WireCursor, schema: MessageSchema, depth: Int
  ) throws(WireError) {
    guard depth <= limits.maximumDepth else {
      throw WireError(.tooDeep, "messages are nested deeper than \(limits.maximumDepth) levels")
    }
    try allocate(schema.descriptor.pointee.sizeof_message)
    if schema.fieldCount > Self.fieldsInStackBitmap { try allocate(schema.fieldCount / 8 + 1) }
    var cursor = start
    var slab = Self.membersOnStack
    var roomInSlab = slab
    var seen = FieldSet()
    var previous = -1
    while !cursor.isAtEnd {
      if roomInSlab == 0 {
        // protobuf-c notes where each field lies, in slabs of which each is twice the one before.
        slab *= 2
        roomInSlab = slab
        try allocate(slab * Self.scannedMemberSize)
      }
      roomInSlab -= 1
      let tag = try cursor.readTag()
      guard let index = schema.index(ofNumber: tag.number, after: max(0, previous)) else {
        try scanUnknown(tag, &cursor)
        continue
      }
      let field = schema.field(index)
      // An array of its own for each repeated field, rounded up.
      if field.isRepeated, index != previous { try allocate(8) }
      previous = index
      do {
        try scanField(field, index: index, tag: tag, &cursor, seen: &seen, depth: depth)
      } catch {
        throw error.inside(field.name)
      }
    }
  }

  private mutating func scanField(
    _ field: FieldSchema, index: Int, tag: WireTag, _ cursor: inout WireCursor,
    seen: inout FieldSet, depth: Int
  ) throws(WireError) {
    let type = field.type
    if tag.type == .lengthPrefixed {
      let length = try cursor.readLength()
      let body = cursor.take(length)
      switch type {
      case PROTOBUF_C_TYPE_MESSAGE:
        if field.isRepeated {
          try element(of: type)
        } else if !seen.insert(index) {
          throw WireError(.duplicate, "a singular message is given twice")
        }
        guard let schema = field.message else {
          throw WireError(.unsupported, "the message type of the field is not known")
        }
        try scanMessage(WireCursor(body), schema: schema, depth: depth + 1)
      case PROTOBUF_C_TYPE_STRING:
        if field.isRepeated { try element(of: type) }
        try allocate(length + 1)
        if let fault = fault(inString: body) { throw fault.error }
      case PROTOBUF_C_TYPE_BYTES:
        if field.isRepeated { try element(of: type) }
        try allocate(length)
      default:
        guard field.isRepeated else { throw Self.wrongType(tag) }
        try scanPacked(body, of: type)
      }
      return
    }
    guard tag.type == Self.wireType(of: type) else { throw Self.wrongType(tag) }
    if field.isRepeated { try element(of: type) }
    try cursor.skip(tag.type)
  }

  /// The elements of a packed field. Strings and messages are never packed.
  private mutating func scanPacked(
    _ body: UnsafeRawBufferPointer, of type: ProtobufCType
  ) throws(WireError) {
    let count: Int
    switch Self.wireType(of: type) {
    case .fixed32:
      guard body.count % 4 == 0 else {
        throw WireError(.malformed, "packed values of four bytes end in the middle of one")
      }
      count = body.count / 4
    case .fixed64:
      guard body.count % 8 == 0 else {
        throw WireError(.malformed, "packed values of eight bytes end in the middle of one")
      }
      count = body.count / 8
    case .varint, .lengthPrefixed:
      var cursor = WireCursor(body)
      var varints = 0
      while !cursor.isAtEnd {
        try cursor.skipVarint()
        varints += 1
      }
      // protobuf-c sizes an array of booleans by their bytes, though each may have several.
      count = type == PROTOBUF_C_TYPE_BOOL ? body.count : varints
    }
    try countElements(count)
    try allocate(count * elementSize(of: type))
  }

  private mutating func scanUnknown(
    _ tag: WireTag, _ cursor: inout WireCursor
  ) throws(WireError) {
    let before = cursor.remaining
    if tag.type == .lengthPrefixed {
      let length = try cursor.readLength()
      _ = cursor.take(length)
    } else {
      try cursor.skip(tag.type)
    }
    try countElements(1)
    try allocate(MemoryLayout<ProtobufCMessageUnknownField>.size)
    try allocate(before - cursor.remaining)
  }

  private mutating func element(of type: ProtobufCType) throws(WireError) {
    try countElements(1)
    try allocate(elementSize(of: type))
  }

  private mutating func countElements(_ count: Int) throws(WireError) {
    elements += count
    guard elements <= limits.maximumElements else {
      throw WireError(.tooManyElements, "more than \(limits.maximumElements) elements")
    }
  }

  private mutating func allocate(_ size: Int) throws(WireError) {
    projected += Arena.rounded(size)
    guard projected <= limits.maximumAllocation else {
      throw WireError(
        .tooMuchMemory, "decoding needs more than \(limits.maximumAllocation) bytes of memory")
    }
  }

  private static func wrongType(_ tag: WireTag) -> WireError {
    WireError(.wrongType, "wire type \(tag.type.rawValue) is not that of the field")
  }

  private static func wireType(of type: ProtobufCType) -> WireTag.WireType {
    switch type {
    case PROTOBUF_C_TYPE_SFIXED32, PROTOBUF_C_TYPE_FIXED32, PROTOBUF_C_TYPE_FLOAT: .fixed32
    case PROTOBUF_C_TYPE_SFIXED64, PROTOBUF_C_TYPE_FIXED64, PROTOBUF_C_TYPE_DOUBLE: .fixed64
    case PROTOBUF_C_TYPE_STRING, PROTOBUF_C_TYPE_BYTES, PROTOBUF_C_TYPE_MESSAGE: .lengthPrefixed
    default: .varint
    }
  }
}

/// Which fields of one message have been met.
struct FieldSet {
  private var first: UInt64 = 0
  /// The fields after the first 64, for the few messages that have so many.
  private var rest: [UInt64] = []

  /// False when the field was there before.
  mutating func insert(_ index: Int) -> Bool {
    let bit: UInt64 = 1 << UInt64(index & 63)
    if index < 64 {
      defer { first |= bit }
      return first & bit == 0
    }
    let word = index / 64 - 1
    while rest.count <= word { rest.append(0) }
    defer { rest[word] |= bit }
    return rest[word] & bit == 0
  }
}
