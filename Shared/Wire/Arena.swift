// Memory for the C structs of one message: taken in chunks, handed out by moving a pointer, freed at
// once. The cap holds whatever the C library asks for.

internal import CProtobufC

/// The state of an arena. It lies at the start of the arena's first chunk, so that an arena is one
/// allocation and the C library can be given a pointer to it.
struct ArenaState {
  /// Later chunks, newest first; each begins with a pointer to the one before.
  var chunks: UnsafeMutableRawPointer?
  var cursor: UnsafeMutableRawPointer
  /// Bytes left in the current chunk.
  var left: Int
  /// Bytes that may still be handed out.
  var allowance: Int
  /// Bytes of the next chunk.
  var nextChunk: Int
}

/// An arena that frees its memory when it goes out of scope. It belongs to one call on one thread.
struct Arena: ~Copyable {
  /// The most that one chunk holds, unless a single request is larger.
  private static let maximumChunk = 1 << 20

  let state: UnsafeMutablePointer<ArenaState>

  /// - Parameters:
  ///   - expected: bytes for which the first chunk has room.
  ///   - maximum: bytes after which requests are refused.
  init(expected: Int, maximum: Int) {
    let header = Self.rounded(MemoryLayout<ArenaState>.size)
    // Half of Int, so that rounding up cannot overflow.
    let maximum = min(max(0, maximum), Int.max / 2)
    let capacity = Self.rounded(max(0, min(expected, maximum)))
    let memory = UnsafeMutableRawPointer.allocate(byteCount: header + capacity, alignment: 16)
    state = memory.bindMemory(to: ArenaState.self, capacity: 1)
    state.initialize(
      to: ArenaState(
        chunks: nil, cursor: memory + header, left: capacity, allowance: maximum,
        nextChunk: min(max(4096, 2 * capacity), Self.maximumChunk)))
  }

  deinit {
    var next = state.pointee.chunks
    while let chunk = next {
      next = chunk.load(as: UnsafeMutableRawPointer?.self)
      chunk.deallocate()
    }
    UnsafeMutableRawPointer(state).deallocate()
  }

  /// What the C library allocates with. It must not outlive the arena.
  var allocator: ProtobufCAllocator { Self.allocator(over: state) }

  static func allocator(over state: UnsafeMutablePointer<ArenaState>) -> ProtobufCAllocator {
    ProtobufCAllocator(
      alloc: { state, size in
        guard let state else { return nil }
        return Arena.allocate(size, from: state.assumingMemoryBound(to: ArenaState.self))
      },
      // Everything is freed together.
      free: { _, _ in },
      allocator_data: UnsafeMutableRawPointer(state))
  }

  /// The bytes that a request of some size takes from the allowance.
  static func rounded(_ size: Int) -> Int { (size + 7) & ~7 }

  /// Memory aligned to eight bytes, not zeroed; nil when the cap is reached.
  static func allocate(
    _ size: Int, from state: UnsafeMutablePointer<ArenaState>
  ) -> UnsafeMutableRawPointer? {
    guard size >= 0, size <= state.pointee.allowance else { return nil }
    let size = rounded(size)
    guard size <= state.pointee.allowance else { return nil }
    if size > state.pointee.left { addChunk(size, to: state) }
    let memory = state.pointee.cursor
    state.pointee.cursor = memory + size
    state.pointee.left -= size
    state.pointee.allowance -= size
    return memory
  }

  private static func addChunk(_ size: Int, to state: UnsafeMutablePointer<ArenaState>) {
    let link = rounded(MemoryLayout<UnsafeMutableRawPointer?>.size)
    let capacity = max(size, state.pointee.nextChunk)
    let chunk = UnsafeMutableRawPointer.allocate(byteCount: link + capacity, alignment: 16)
    chunk.storeBytes(of: state.pointee.chunks, as: UnsafeMutableRawPointer?.self)
    state.pointee.chunks = chunk
    state.pointee.cursor = chunk + link
    state.pointee.left = capacity
    state.pointee.nextChunk = min(2 * capacity, max(maximumChunk, state.pointee.nextChunk))
  }
}
