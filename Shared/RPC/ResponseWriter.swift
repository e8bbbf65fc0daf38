// The handler's end of a server stream.

public import Wire

/// Writes the messages of one server-streaming answer.
public struct ResponseWriter<Message: WireMessage>: Sendable {
  private let send: @Sendable (Message) async throws -> Void

  /// A writer that hands every message to a function; handlers under test are called with one.
  public init(_ send: @escaping @Sendable (Message) async throws -> Void) {
    self.send = send
  }

  /// Sends one message. Suspends while the caller has not yet taken what was written before, so a
  /// slow caller slows the handler down and costs no memory.
  ///
  /// - Throws: `canceled` or `deadline_exceeded` once nobody waits for the answer.
  public func write(_ message: Message) async throws {
    try await send(message)
  }
}
