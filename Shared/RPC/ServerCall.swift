// The protocol of one stream on the server, as a value: events in, actions out.
//
//   awaitingHead ──head──▶ collecting ──end of body──▶ over   (action: run)
//        │                     │
//        └── refused head ─────┴── refused body ──────▶ over   (action: answer)
//
// Once over, whatever else the peer sends on the stream is dropped by the transport.

/// What the transport must do next for a stream.
public enum ServerAction: Sendable {
  /// Wait for more.
  case none
  /// Send this complete answer. The rest of the request is of no interest.
  case answer(Answer)
  /// Run the handler.
  case run(Invocation)
}

/// A request on its way in.
public struct ServerCall: ~Copyable, Sendable {
  private enum State {
    case awaitingHead
    case collecting(PendingRequest)
    case over
  }

  private let server: RPCServer
  private var state = State.awaitingHead
  private var body: [UInt8] = []

  public init(server: RPCServer) { self.server = server }

  /// When a request whose body is still coming is given up; nil in every other state.
  package var deadline: CallInstant? {
    if case .collecting(let pending) = state { return pending.deadline }
    return nil
  }

  /// The answer, in the form that the caller expects, for a request that the transport gives up on
  /// while its body is still coming.
  package func failure(_ error: RPCError) -> Answer {
    if case .collecting(let pending) = state { return pending.shape.failure(error) }
    return .refusal(error)
  }

  /// Whether nothing that the peer still sends can matter.
  public var isOver: Bool {
    if case .over = state { return true }
    return false
  }

  /// Takes the head of the request.
  ///
  /// - Parameter now: deadlines count from here; one reading per burst is enough.
  public mutating func receive(
    _ head: RequestHead, endStream: Bool, peer: CallPeer, now: CallInstant
  ) -> ServerAction {
    receive(server.read(head), endStream: endStream, peer: peer, now: now)
  }

  /// Takes a head that this server has read, for this call or for an earlier one.
  package mutating func receive(
    _ head: ReadHead, endStream: Bool, peer: CallPeer, now: CallInstant
  ) -> ServerAction {
    guard case .awaitingHead = state else { return .none }
    switch head {
    case .call(let head): state = .collecting(.call(CallRecord(head, peer: peer, now: now)))
    case .raw(let head): state = .collecting(.raw(RawRecord(head, peer: peer, now: now)))
    case .refused(let answer):
      state = .over
      return .answer(answer)
    }
    return endStream ? receive([], endStream: true, now: now) : .none
  }

  /// Takes a piece of the body.
  public mutating func receive(
    _ bytes: [UInt8], endStream: Bool, now: CallInstant
  ) -> ServerAction {
    guard case .collecting(let pending) = state else { return .none }
    do throws(RPCError) {
      if !bytes.isEmpty { try pending.append(bytes, to: &body, limits: server.limits) }
      guard endStream else { return .none }
      state = .over
      return .run(try pending.finish(takeBody(), server: server, now: now))
    } catch {
      if error.code == .resourceExhausted { server.reached.reach(.maximumRequestBytes) }
      state = .over
      body = []
      return .answer(pending.shape.failure(error))
    }
  }

  private mutating func takeBody() -> [UInt8] {
    let taken = body
    body = []
    return taken
  }
}
