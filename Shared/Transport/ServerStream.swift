// One request on the server, from its head until its handler has stopped.

internal import HTTP2
internal import NIOCore
internal import RPC

/// The state of a stream. It lives on the loop of its connection, and keeps its slot in the session
/// until it is released, which happens only when no handler runs for it.
///
///   receiving ──whole request──▶ running ──answer complete──▶ (released)
///       │                           ├──gave up (deadline, drain)──▶ stopping ──handler returns──▶ (released)
///       └──refused, reset──▶ (released)   └──reset by the client──▶ stopping
final class ServerStream {
  enum Phase {
    case receiving
    case running
    /// The client has its answer, or has gone; the handler has not noticed yet.
    case stopping
    case released
  }

  let id: StreamID
  let connection: ServerConnection
  var call: ServerCall
  var phase = Phase.receiving
  /// Body bytes held by `call`, or by a handler that passes them through.
  var heldBytes = 0
  /// What the head takes as long as the stream is there.
  let headBytes: Int
  /// Whether it has a place among the listener's streamed answers.
  var isWatch = false
  /// The answer of a request that was refused before it was all here.
  var earlyAnswer: Answer?
  /// Bytes of such a request that came after the refusal.
  var discardedBytes = 0
  private var discardedBytesSeen = 0

  // While a handler runs
  var invocation: Invocation?
  var task: Task<Void, Never>?
  private var headIsSent = false
  /// The envelopes of an answer that is passed through.
  private var boundaries: EnvelopeBoundaries?
  /// Set when such an answer is to end at the next boundary.
  private var ending: RPCError?
  private var writers: [(token: WriterToken, continuation: CheckedContinuation<Void, any Error>)] =
    []
  /// Why nothing can be written any more.
  private var refusal: RPCError?

  init(
    id: StreamID, connection: ServerConnection, headBytes: Int, call: consuming ServerCall
  ) {
    self.id = id
    self.headBytes = headBytes
    self.connection = connection
    self.call = call
  }

  var hasSentHead: Bool { headIsSent }

  /// Whether nothing has come of a refused request since this was last asked.
  func isQuiet() -> Bool {
    defer { discardedBytesSeen = discardedBytes }
    return discardedBytes == discardedBytesSeen
  }

  /// When the call is given up, whether its request is complete or not.
  var deadline: CallInstant? {
    switch phase {
    case .receiving: call.deadline
    case .running: invocation?.deadline
    case .stopping, .released: nil
    }
  }

  // MARK: What the handler writes

  /// Sends the head of a stream if it has not gone yet.
  func sendStreamHead() {
    guard !headIsSent, phase == .running, case .stream(let call) = invocation else { return }
    do {
      try sendHead(call.head())
    } catch {
      connection.cannotAnswer(self, error)
    }
  }

  func sendHead(_ head: ResponseHead) throws {
    try checkWritable()
    guard !headIsSent else {
      throw RPCError(.internal, "the head of the answer was already sent")
    }
    try connection.submit(head, on: self)
    headIsSent = true
    if case .raw(let call) = invocation { boundaries = call.boundaries(after: head) }
  }

  /// Queues bytes of the answer.
  ///
  /// - Returns: whether there is room for more.
  func send(_ bytes: [UInt8]) throws -> Bool {
    try checkWritable()
    sendStreamHead()
    // The head may have been refused, which ends the call.
    try checkWritable()
    guard headIsSent else {
      throw RPCError(.internal, "the answer was written before its head")
    }
    if let ending { return try send(bytes, endingWith: ending) }
    boundaries?.pass(bytes)
    return try connection.submit(bytes, endStream: false, on: self)
  }

  /// Queues what belongs to the envelope that is open; the stream ends after it.
  private func send(_ bytes: [UInt8], endingWith error: RPCError) throws -> Bool {
    let count = boundaries?.passToBoundary(bytes) ?? bytes.count
    let hasRoom = try connection.submit(Array(bytes.prefix(count)), endStream: false, on: self)
    if boundaries?.isAtBoundary ?? false { connection.giveUp(self, error) }
    try checkWritable()
    return hasRoom
  }

  /// How an answer that is passed through can be broken off.
  enum Break {
    /// With this as its last bytes.
    case now([UInt8])
    /// At the end of the envelope that is open.
    case later
    /// Not in a way that tells the caller why.
    case never
  }

  func breakOff(_ call: RawInvocation, _ error: RPCError) -> Break {
    guard let boundaries else { return .never }
    // Its own end is there already, and only the handler's is missing.
    if boundaries.hasEnded { return .now([]) }
    return boundaries.isAtBoundary ? .now(call.end(error)) : .later
  }

  /// Ends an answer that passes through and whose handler failed after its head: with the error
  /// between two envelopes, otherwise by a reset.
  func end(with failure: Answer) {
    guard let invocation, invocation.isStream, let boundaries, boundaries.isAtBoundary else {
      return connection.session.reset(id, .internalError)
    }
    connection.finish(self, boundaries.hasEnded ? [] : failure.body)
  }

  /// Ends the stream as soon as its envelopes allow.
  func end(with error: RPCError) { ending = error }

  private static var isOver: RPCError { RPCError(.canceled, "the call is over") }

  private func checkWritable() throws {
    if let refusal { throw refusal }
    guard phase == .running else { throw Self.isOver }
  }

  // MARK: Waiting for room

  func addWriter(_ token: WriterToken, _ continuation: CheckedContinuation<Void, any Error>) {
    if token.isCancelled {
      continuation.resume(throwing: RPCError(.canceled, "the call was cancelled"))
    } else if let refusal {
      continuation.resume(throwing: refusal)
    } else if phase != .running || connection.hasRoom(self) {
      continuation.resume()
    } else {
      connection.host.reached.reach(.streamBufferBytes)
      writers.append((token, continuation))
    }
  }

  func cancelWriter(_ token: WriterToken) {
    guard let index = writers.firstIndex(where: { $0.token === token }) else { return }
    writers.remove(at: index).continuation
      .resume(throwing: RPCError(.canceled, "the call was cancelled"))
  }

  func resumeWriters(throwing error: RPCError? = nil) {
    let waiting = writers
    writers = []
    for writer in waiting {
      if let error {
        writer.continuation.resume(throwing: error)
      } else {
        writer.continuation.resume()
      }
    }
  }

  // MARK: Stopping

  /// Tells the handler that nobody waits for it any more.
  func stop(_ reason: RPCError) {
    guard phase == .running else { return }
    phase = .stopping
    refusal = reason
    resumeWriters(throwing: reason)
    task?.cancel()
  }

  /// Breaks the cycles between the stream, its task and its connection's table.
  func release() {
    phase = .released
    invocation = nil
    task = nil
    // A handler may have left a task behind that still waits to write.
    if !writers.isEmpty { resumeWriters(throwing: refusal ?? Self.isOver) }
  }
}
