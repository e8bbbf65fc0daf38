// Arrays of which the length is known only once they end: those of JSON.

/// An array that grows in an arena.
struct ArenaList {
  let elementSize: Int
  private(set) var start: UnsafeMutableRawPointer?
  private(set) var count = 0
  private var capacity = 0

  init(elementSize: Int) {
    self.elementSize = elementSize
  }

  /// Room for one more element.
  mutating func append(
    _ allocate: (Int) throws(WireError) -> UnsafeMutableRawPointer
  ) throws(WireError) -> UnsafeMutableRawPointer {
    if count == capacity {
      let grown = max(4, 2 * capacity)
      let memory = try allocate(grown * elementSize)
      if let start { memory.copyMemory(from: start, byteCount: count * elementSize) }
      start = memory
      capacity = grown
    }
    guard let start else { throw WireError(.tooMuchMemory, "an array has no memory") }
    count += 1
    return start + (count - 1) * elementSize
  }
}
