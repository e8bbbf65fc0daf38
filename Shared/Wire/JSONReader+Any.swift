// google.protobuf.Any: an object that says of which type it is. The type may be said after what it
// is needed for, so the reader looks ahead.

internal import CProtobufC
internal import CWireFacts

extension JSONReader {
  /// Reads `{"@type": "type.googleapis.com/x.Y", …}`; `{}` is the Any that holds nothing. Types with
  /// a form of their own have it in a member `value`.
  ///
  /// The payload is read as a message one level further in, under the limits of the whole text, and
  /// packed into the arena by the C library.
  mutating func readAny(
    _ schema: MessageSchema, into message: UnsafeMutableRawPointer, depth: Int
  ) throws(WireError) {
    guard text.take("{") else {
      throw try mismatch("a JSON object is expected for \(schema.name)", depth: depth)
    }
    if text.take("}") { return }
    guard let url = try typeURL(depth: depth) else {
      throw WireError(.malformed, "JSON: the \"@type\" of google.protobuf.Any is missing")
    }
    let type = try types.schema(ofTypeURL: try plain(url))
    try checkDepth(depth + 1)
    let payload: UnsafeMutableRawPointer
    if type.facts.pointee.shape == WIRE_SHAPE_OBJECT {
      payload = try allocateMessage(type)
      try readMembers(type, into: payload, depth: depth + 1)
    } else {
      payload = try readWrapped(type, depth: depth)
    }
    message.storeBytes(
      of: try terminated(url), toByteOffset: schema.field(0).offset,
      as: UnsafeMutableRawPointer.self)
    message.storeBytes(
      of: try packed(payload), toByteOffset: schema.field(1).offset, as: ProtobufCBinaryData.self)
  }

  /// Reads the members of an Any whose type has a form of its own.
  private mutating func readWrapped(
    _ type: MessageSchema, depth: Int
  ) throws(WireError) -> UnsafeMutableRawPointer {
    var payload: UnsafeMutableRawPointer?
    var others = JSONKeys()
    repeat {
      let before = text.place
      let key = try text.readString()
      try text.expect(":")
      guard key.means("value") else {
        others.insert(key, readFrom: before)
        try countElement()
        try skipValue(depth: depth)
        continue
      }
      guard payload == nil else {
        throw WireError(.duplicate, "JSON: the field is given twice").inside("value")
      }
      payload = try readMessage(type, depth: depth + 1)
    } while text.take(",")
    try text.expect("}")
    try others.check(in: text)
    guard let payload else {
      throw WireError(.malformed, "JSON: the \"value\" of a \(type.name) in an Any is missing")
    }
    return payload
  }

  /// The type of the object whose first member comes next. Mostly it is that member; if not, the
  /// object is looked through, and the types of those within it are noted on the way.
  private mutating func typeURL(depth: Int) throws(WireError) -> JSONString? {
    var ahead = text
    if try ahead.readString().means(JSONTypeMarks.key) {
      try ahead.expect(":")
      return try ahead.readTypeURL()
    }
    if text.place >= marks.end {
      ahead = text
      try ahead.skipMembers(
        depth: max(0, limits.maximumDepth - depth), elements: &lookahead, marks: &marks)
      marks.end = ahead.place
    }
    guard let place = marks[text.place] else { return nil }
    return try text.string(from: place)
  }

  /// A message in the binary encoding.
  private func packed(
    _ message: UnsafeMutableRawPointer
  ) throws(WireError) -> ProtobufCBinaryData {
    let message = UnsafeRawPointer(message).assumingMemoryBound(to: ProtobufCMessage.self)
    let size = protobuf_c_message_get_packed_size(message)
    guard size > 0 else { return ProtobufCBinaryData(len: 0, data: nil) }
    let room = try allocate(size).bindMemory(to: UInt8.self, capacity: size)
    return ProtobufCBinaryData(len: protobuf_c_message_pack(message, room), data: room)
  }
}

/// Where objects say of which type they are. Whatever was looked through once is known from then on,
/// so that an Any in an Any, however deep, makes no byte be looked at again and again.
struct JSONTypeMarks {
  static let key: StaticString = "@type"

  /// The place before the string, by the place after the object's brace: eight bytes an object.
  private var urls: [UInt32: UInt32] = [:]
  /// The objects that begin before this place have been looked through.
  var end = 0

  subscript(object: Int) -> Int? {
    get { urls[UInt32(truncatingIfNeeded: object)].map(Int.init) }
    set {
      urls[UInt32(truncatingIfNeeded: object)] = newValue.map(UInt32.init(truncatingIfNeeded:))
    }
  }
}

extension JSONText {
  /// The string that a `@type` must be.
  mutating func readTypeURL() throws(WireError) -> JSONString {
    guard try peek() == UInt8(ascii: "\"") else {
      throw JSONReader.expected("a string as \"@type\"")
    }
    return try readString()
  }
}

extension JSONString {
  /// Whether the string is a text, escapes or not.
  func means(_ text: StaticString) -> Bool {
    let text = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    guard hasEscapes else { return raw.elementsEqual(text) }
    return plainBytes.elementsEqual(text)
  }

  /// The string with its escapes replaced.
  var plainBytes: [UInt8] {
    guard hasEscapes else { return [UInt8](raw) }
    return Array(unsafeUninitializedCapacity: raw.count) { room, count in
      count = decode(into: UnsafeMutableRawBufferPointer(room))
    }
  }
}
