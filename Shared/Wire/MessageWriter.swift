// How generated code puts values into a C struct: the mirror of `MessageReader`.

internal import CProtobufC

/// Fills the fields of one C struct. The caller names the type that the field has.
public struct MessageWriter {
  private let message: UnsafeMutableRawPointer
  private let arena: EncodingArena

  public init(_ message: UnsafeMutableRawPointer, arena: EncodingArena) {
    self.message = message
    self.arena = arena
  }

  private func field(_ index: Int) -> UnsafePointer<ProtobufCFieldDescriptor> {
    let message = message.assumingMemoryBound(to: ProtobufCMessage.self)
    return message.pointee.descriptor.pointee.fields + index
  }

  private func store<Value: BitwiseCopyable>(_ index: Int, _ value: Value) {
    message.storeBytes(of: value, toByteOffset: Int(field(index).pointee.offset), as: Value.self)
  }

  // MARK: - Singular fields

  public func setInt32(_ index: Int, _ value: Int32) { store(index, value) }
  public func setInt64(_ index: Int, _ value: Int64) { store(index, value) }
  public func setUInt32(_ index: Int, _ value: UInt32) { store(index, value) }
  public func setUInt64(_ index: Int, _ value: UInt64) { store(index, value) }
  public func setFloat(_ index: Int, _ value: Float) { store(index, value) }
  public func setDouble(_ index: Int, _ value: Double) { store(index, value) }
  public func setBool(_ index: Int, _ value: Bool) { store(index, Self.boolean(value)) }

  public func setString(_ index: Int, _ value: String) throws(WireError) {
    // The struct holds an empty string from the start. Inside a oneof that one means that nothing
    // is there, so there an empty string needs memory of its own.
    if value.isEmpty, !isInUnion(index) { return }
    do {
      store(index, try arena.copy(value))
    } catch {
      throw error.inside(name(index))
    }
  }

  public func setBytes(_ index: Int, _ value: [UInt8]) throws(WireError) {
    // A null pointer is how C knows the default outside oneofs; inside, it is as good as another.
    if value.isEmpty { return }
    store(index, try arena.copy(value))
  }

  @inlinable
  public func setEnumeration(_ index: Int, _ value: some WireEnum) {
    setInt32(index, value.rawValue)
  }

  @inlinable
  public func setMessage(_ index: Int, _ value: some WireMessage) throws(WireError) {
    let (pointer, arena) = try newMessage(index)
    do {
      try value.write(to: pointer, arena: arena)
    } catch {
      throw inside(index, error)
    }
    storeMessage(index, pointer)
  }

  /// Marks a member of a oneof, or an `optional` field, as present.
  public func setPresent(_ index: Int) {
    let field = field(index)
    message.storeBytes(
      of: field.pointee.id, toByteOffset: Int(field.pointee.quantifier_offset), as: UInt32.self)
  }

  // MARK: - Repeated fields

  public func setInt32s(_ index: Int, _ values: [Int32]) throws(WireError) {
    try store(index, all: values)
  }
  public func setInt64s(_ index: Int, _ values: [Int64]) throws(WireError) {
    try store(index, all: values)
  }
  public func setUInt32s(_ index: Int, _ values: [UInt32]) throws(WireError) {
    try store(index, all: values)
  }
  public func setUInt64s(_ index: Int, _ values: [UInt64]) throws(WireError) {
    try store(index, all: values)
  }
  public func setFloats(_ index: Int, _ values: [Float]) throws(WireError) {
    try store(index, all: values)
  }
  public func setDoubles(_ index: Int, _ values: [Double]) throws(WireError) {
    try store(index, all: values)
  }
  public func setBools(_ index: Int, _ values: [Bool]) throws(WireError) {
    try store(index, all: values.map(Self.boolean))
  }

  public func setStrings(_ index: Int, _ values: [String]) throws(WireError) {
    guard !values.isEmpty else { return }
    let array = try newArray(index, of: UnsafeMutableRawPointer.self, count: values.count)
    do {
      for (place, value) in values.enumerated() { array[place] = try arena.copy(value) }
    } catch {
      throw error.inside(name(index))
    }
  }

  public func setBytesList(_ index: Int, _ values: [[UInt8]]) throws(WireError) {
    guard !values.isEmpty else { return }
    let array = try newArray(index, of: ProtobufCBinaryData.self, count: values.count)
    for (place, value) in values.enumerated() { array[place] = try arena.copy(value) }
  }

  @inlinable
  public func setEnumerations<Value: WireEnum>(
    _ index: Int, _ values: [Value]
  ) throws(WireError) {
    try setInt32s(index, values.map(\.rawValue))
  }

  @inlinable
  public func setMessages<Value: WireMessage>(
    _ index: Int, _ values: [Value]
  ) throws(WireError) {
    guard !values.isEmpty else { return }
    let array = try newMessageArray(index, count: values.count)
    do {
      for (place, value) in values.enumerated() {
        let (pointer, arena) = try newMessage(index)
        try value.write(to: pointer, arena: arena)
        array[place] = pointer
      }
    } catch {
      throw inside(index, error)
    }
  }

  /// A map field. Entries are ordered by key, so that equal maps have equal bytes.
  @inlinable
  public func setMap<Key: WireMapKey, Value>(
    _ index: Int, _ values: [Key: Value],
    entry: (MessageWriter, Key, Value) throws(WireError) -> Void
  ) throws(WireError) {
    guard !values.isEmpty else { return }
    let array = try newMessageArray(index, count: values.count)
    do {
      for (place, pair) in Key.inOrder(values).enumerated() {
        let (pointer, arena) = try newMessage(index)
        try entry(MessageWriter(pointer, arena: arena), pair.key, pair.value)
        array[place] = pointer
      }
    } catch {
      throw inside(index, error)
    }
  }

  // MARK: - Shared parts

  /// An empty struct of a field's message type, and the arena for what goes into it.
  @usableFromInline
  func newMessage(
    _ index: Int
  ) throws(WireError) -> (pointer: UnsafeMutableRawPointer, arena: EncodingArena) {
    let deeper = try arena.deeper()
    guard let descriptor = field(index).pointee.descriptor else {
      throw WireError(.unsupported, "the field holds no message")
    }
    return (try arena.allocateMessage(descriptor), deeper)
  }

  @usableFromInline
  func newMessageArray(
    _ index: Int, count: Int
  ) throws(WireError) -> UnsafeMutablePointer<UnsafeMutableRawPointer> {
    try newArray(index, of: UnsafeMutableRawPointer.self, count: count)
  }

  @usableFromInline
  func storeMessage(_ index: Int, _ pointer: UnsafeMutableRawPointer) { store(index, pointer) }

  @usableFromInline
  func inside(_ index: Int, _ error: WireError) -> WireError { error.inside(name(index)) }

  private func isInUnion(_ index: Int) -> Bool {
    field(index).pointee.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0
  }

  private func name(_ index: Int) -> String { String(cString: field(index).pointee.name) }

  private func store<Element: BitwiseCopyable>(
    _ index: Int, all values: [Element]
  ) throws(WireError) {
    guard !values.isEmpty else { return }
    let array = try newArray(index, of: Element.self, count: values.count)
    values.withUnsafeBufferPointer { values in
      if let base = values.baseAddress { array.initialize(from: base, count: values.count) }
    }
  }

  private func newArray<Element: BitwiseCopyable>(
    _ index: Int, of type: Element.Type, count: Int
  ) throws(WireError) -> UnsafeMutablePointer<Element> {
    let memory = try arena.allocate(count * MemoryLayout<Element>.stride)
    store(index, memory)
    message.storeBytes(
      of: count, toByteOffset: Int(field(index).pointee.quantifier_offset), as: Int.self)
    return memory.bindMemory(to: type, capacity: count)
  }

  private static func boolean(_ value: Bool) -> protobuf_c_boolean { value ? 1 : 0 }
}
