// Where a message becomes a C struct before it is packed or written as JSON.

internal import CProtobufC

/// Owns the memory of one encoding.
struct EncodingMemory: ~Copyable {
  /// Room for most requests and answers in one allocation, of a size that glibc's malloc keeps at
  /// hand (with the arena's own state, up to 1032 bytes).
  private static let expected = 960

  let arena: Arena
  private let limits: EncodingLimits

  init(limits: EncodingLimits) {
    arena = Arena(expected: Self.expected, maximum: limits.maximumAllocation)
    self.limits = limits
  }

  /// Builds the C struct of a message; it lives as long as this memory.
  func build<Message: WireMessage>(_ message: Message) throws(WireError) -> UnsafeRawPointer {
    let handle = EncodingArena(
      state: UnsafeMutableRawPointer(arena.state), depth: 0, maximumDepth: limits.maximumDepth)
    let memory = try handle.allocateMessage(UnsafeRawPointer(Message.schema.descriptor))
    try message.write(to: memory, arena: handle)
    return UnsafeRawPointer(memory)
  }
}

/// Memory for the C structs of a message that is being encoded. Generated code passes it on.
public struct EncodingArena {
  private let state: UnsafeMutableRawPointer
  private let depth: Int
  private let maximumDepth: Int

  init(state: UnsafeMutableRawPointer, depth: Int, maximumDepth: Int) {
    self.state = state
    self.depth = depth
    self.maximumDepth = maximumDepth
  }

  /// The same memory, for a message one level further in.
  func deeper() throws(WireError) -> EncodingArena {
    guard depth < maximumDepth else {
      throw WireError(.tooDeep, "messages are nested deeper than \(maximumDepth) levels")
    }
    return EncodingArena(state: state, depth: depth + 1, maximumDepth: maximumDepth)
  }

  func allocate(_ size: Int) throws(WireError) -> UnsafeMutableRawPointer {
    let state = state.assumingMemoryBound(to: ArenaState.self)
    guard let memory = Arena.allocate(size, from: state) else {
      throw WireError(.tooMuchMemory, "encoding needs more memory than its limit")
    }
    return memory
  }

  /// An initialised struct of the type that a `ProtobufCMessageDescriptor` describes.
  func allocateMessage(_ descriptor: UnsafeRawPointer) throws(WireError) -> UnsafeMutableRawPointer
  {
    let descriptor = descriptor.assumingMemoryBound(to: ProtobufCMessageDescriptor.self)
    let memory = try allocate(descriptor.pointee.sizeof_message)
    protobuf_c_message_init(descriptor, memory)
    return memory
  }

  /// A copy of a string with the NUL that ends it in C.
  func copy(_ string: String) throws(WireError) -> UnsafeMutableRawPointer {
    var string = string
    // `withUTF8` rethrows without the error's type.
    let copied: Result<UnsafeMutableRawPointer, WireError> = string.withUTF8 { utf8 in
      Result { () throws(WireError) in try copy(utf8: UnsafeRawBufferPointer(utf8)) }
    }
    return try copied.get()
  }

  private func copy(
    utf8: UnsafeRawBufferPointer
  ) throws(WireError) -> UnsafeMutableRawPointer {
    guard !containsNul(utf8) else { throw StringFault.nul.error }
    let memory = try allocate(utf8.count + 1)
    if let base = utf8.baseAddress { memory.copyMemory(from: base, byteCount: utf8.count) }
    memory.storeBytes(of: 0, toByteOffset: utf8.count, as: UInt8.self)
    return memory
  }

  /// A copy of bytes, in the form that C structs hold them.
  func copy(_ bytes: [UInt8]) throws(WireError) -> ProtobufCBinaryData {
    let memory = try allocate(bytes.count)
    bytes.withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { memory.copyMemory(from: base, byteCount: bytes.count) }
    }
    return ProtobufCBinaryData(
      len: bytes.count, data: memory.assumingMemoryBound(to: UInt8.self))
  }
}
