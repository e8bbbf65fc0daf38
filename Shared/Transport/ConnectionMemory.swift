// The bytes that a connection answers for.

/// What the calls of one connection hold, and what of it the listener knows.
struct ConnectionMemory {
  /// Of requests: bodies that are not complete, and those whose handlers run.
  var held = 0
  /// Of answers: in the session and in the socket.
  var unsent = 0
  private var reported = 0

  mutating func report(to watermark: MemoryWatermark) {
    let bytes = held + unsent
    guard bytes != reported else { return }
    watermark.change(by: bytes - reported)
    reported = bytes
  }
}
