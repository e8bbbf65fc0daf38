// A call on the client, as the connection sees it. Exchanges are made on the caller's thread and
// live on the connection's loop, so their state is behind a lock.

internal import HTTP2
internal import RPC
internal import Synchronization

/// What a connection tells a call.
protocol ClientExchange: AnyObject, Sendable {
  var request: RawRequest { get }
  /// Set once the request is submitted; used on the loop only.
  var place: StreamPlace { get }
  /// Whether the caller has its result, or does not want one any more.
  var isFinished: Bool { get }
  func receive(_ head: ResponseHead)
  /// Takes a piece of the body.
  ///
  /// - Returns: how many bytes are used up already, so that the server may send as many again.
  /// - Throws: when the answer is refused; the connection resets the stream.
  func receive(_ bytes: [UInt8]) throws(RPCError) -> Int
  func end()
  func fail(_ error: RPCError)
}

/// Where an exchange stands on its connection.
final class StreamPlace: Sendable {
  private let id = Atomic<Int32>(0)

  /// Nil until the request is submitted.
  var stream: StreamID? {
    get {
      let id = id.load(ordering: .relaxed)
      return id == 0 ? nil : StreamID(rawValue: id)
    }
    set { id.store(newValue?.rawValue ?? 0, ordering: .relaxed) }
  }
}

/// A call whose answer is wanted whole.
final class UnaryExchange: ClientExchange {
  typealias Outcome = Result<Answer, RPCError>

  private struct State {
    var continuation: CheckedContinuation<Outcome, Never>?
    var outcome: Outcome?
    var answer = Answer(head: ResponseHead(status: 0, fields: []), body: [])
  }

  let request: RawRequest
  let place = StreamPlace()
  private let maximumBytes: Int
  private let state = Mutex(State())

  init(_ request: RawRequest, maximumBytes: Int) {
    self.request = request
    self.maximumBytes = maximumBytes
  }

  var isFinished: Bool { state.withLock { $0.outcome != nil } }

  /// Says who waits for the outcome, which may be there already.
  func setContinuation(_ continuation: CheckedContinuation<Outcome, Never>) {
    let outcome = state.withLock { state in
      if state.outcome == nil { state.continuation = continuation }
      return state.outcome
    }
    if let outcome { continuation.resume(returning: outcome) }
  }

  func receive(_ head: ResponseHead) {
    state.withLock { $0.answer.head = head }
  }

  func receive(_ bytes: [UInt8]) throws(RPCError) -> Int {
    try state.withLock { state throws(RPCError) in
      let limit =
        state.answer.head.status == 200 ? maximumBytes : max(maximumBytes, RPCLimits.errorBytes)
      guard bytes.count <= limit - state.answer.body.count else {
        throw RPCError(.resourceExhausted, "the answer is over \(limit) bytes")
      }
      if state.answer.body.isEmpty {
        state.answer.body = bytes
      } else {
        state.answer.body.append(contentsOf: bytes)
      }
    }
    return bytes.count
  }

  func end() {
    finish { .success($0.answer) }
  }

  func fail(_ error: RPCError) {
    finish { _ in .failure(error) }
  }

  /// The first outcome counts.
  private func finish(_ outcome: (State) -> Outcome) {
    let (continuation, outcome) = state.withLock { state in
      guard state.outcome == nil else {
        return (nil as CheckedContinuation<Outcome, Never>?, nil as Outcome?)
      }
      let outcome = outcome(state)
      state.outcome = outcome
      state.answer.body = []
      defer { state.continuation = nil }
      return (state.continuation, outcome)
    }
    if let outcome { continuation?.resume(returning: outcome) }
  }
}
