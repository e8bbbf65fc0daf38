// A streamed answer, read as messages.

internal import Synchronization
internal import Wire

/// Reads the messages of one server-streaming call from the raw answer.
///
///   reading ──end envelope──▶ ended(error?) ──end of body──▶ ended
///      └──broken rule, reset, cancel──▶ ended(error)
final class ConnectResponseSource<Message: WireMessage>: ResponseStreamSource {
  private struct State {
    var reader: EnvelopeReader
    var trailers = Metadata()
    var outcome: Result<Void, RPCError>?
  }

  private let call: ClientCall
  private let coding: ContentCoding
  private let raw: any RawResponseStream
  private let state: Mutex<State>
  let headers: Metadata

  /// - Throws: the server's error when it did not begin a stream at all.
  init(call: ClientCall, raw: any RawResponseStream) async throws(RPCError) {
    self.call = call
    self.raw = raw
    guard raw.head.status == 200 else {
      throw call.failure(of: await Self.collect(raw))
    }
    do {
      try call.checkContentType(raw.head)
      coding = try call.coding(raw.head, named: "connect-content-encoding")
    } catch {
      raw.cancel()
      throw error
    }
    headers = Metadata(received: raw.head.fields)
    state = Mutex(State(reader: EnvelopeReader(limit: call.maximumMessageBytes)))
  }

  deinit { raw.cancel() }

  var trailers: Metadata { state.withLock { $0.trailers } }

  func cancel() { raw.cancel() }

  func next() async throws -> Message? {
    while true {
      if let message = try parse() { return message }
      if let outcome = state.withLock({ $0.outcome }) {
        try outcome.get()
        return nil
      }
      do {
        let piece = try await raw.next()
        try state.withLock { state throws(RPCError) in try Self.take(piece, &state) }
      } catch {
        throw finish(.failure(error))
      }
    }
  }

  /// The next message that is complete already.
  private func parse() throws(RPCError) -> Message? {
    do throws(RPCError) {
      let envelope = try state.withLock { state throws(RPCError) in
        state.outcome == nil ? try state.reader.next() : nil
      }
      guard let (flags, payload) = envelope else { return nil }
      guard flags & Envelope.compressedFlag == 0 || coding != .identity else {
        throw RPCError(.internal, "the server sent a compressed message without saying how")
      }
      let coding = flags & Envelope.compressedFlag == 0 ? ContentCoding.identity : coding
      let limit = state.withLock { $0.reader.limit(flags) }
      let bytes = try call.inflate(payload, coding, limit: limit)
      switch flags & ~Envelope.compressedFlag {
      case 0: return try call.decode(bytes)
      case Envelope.endFlag:
        try end(bytes)
        return nil
      default: throw RPCError(.internal, "the server sent an envelope with flags \(flags)")
      }
    } catch {
      throw finish(.failure(error))
    }
  }

  private func end(_ bytes: [UInt8]) throws(RPCError) {
    let (error, trailers) = try ErrorJSON.read(endOfStream: bytes)
    try state.withLock { state throws(RPCError) in
      guard state.reader.isEmpty else {
        throw RPCError(.internal, "the server sent bytes after the end of the stream")
      }
      state.trailers = trailers
      state.outcome = error.map { .failure($0) } ?? .success(())
    }
  }

  /// A body that stops before its end envelope was cut off, even if HTTP calls it complete.
  private static func take(_ piece: [UInt8]?, _ state: inout State) throws(RPCError) {
    guard let piece else {
      throw RPCError(.internal, "the server's stream stopped without its end")
    }
    state.reader.append(piece)
  }

  private func finish(_ outcome: Result<Void, RPCError>) -> RPCError {
    raw.cancel()
    return state.withLock { state in
      if state.outcome == nil { state.outcome = outcome }
      if case .failure(let error) = state.outcome { return error }
      return RPCError(.internal, "the stream is over")
    }
  }

  /// The start of an error answer's body: enough to read an error from.
  private static func collect(_ raw: any RawResponseStream) async -> Answer {
    var body: [UInt8] = []
    while body.count < RPCLimits.errorBytes, let piece = try? await raw.next() {
      body.append(contentsOf: piece)
    }
    raw.cancel()
    return Answer(head: raw.head, body: body)
  }
}
