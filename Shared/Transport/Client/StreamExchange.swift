// A call whose answer is read piece by piece.

internal import RPC
internal import Synchronization

/// Holds what has arrived and was not taken yet, which the stream's window bounds.
///
///   waiting ──head──▶ open ──end──▶ ended ──last piece taken──▶ (nil)
///      └──failure, cancel──┴──▶ failed
final class StreamExchange: ClientExchange {
  typealias Piece = Result<[UInt8]?, RPCError>

  private struct State {
    var head: ResponseHead?
    var headWaiter: CheckedContinuation<Result<ResponseHead, RPCError>, Never>?
    var pieces: [[UInt8]] = []
    var taken = 0
    /// Set when nothing more comes.
    var outcome: Result<Void, RPCError>?
    var pieceWaiter: CheckedContinuation<Piece, Never>?
  }

  /// The bytes taken since the server was last told are passed on from this many: a part of the
  /// window, so that the server never waits for bytes that are only not reported.
  private let creditStep: Int

  let request: RawRequest
  let place = StreamPlace()
  private let state = Mutex(State())
  private let credit = Atomic<Int>(0)

  init(_ request: RawRequest, windowBytes: Int) {
    self.request = request
    creditStep = max(1, min(16_384, windowBytes / 4))
  }

  var isFinished: Bool { state.withLock { $0.outcome != nil } }

  // MARK: The caller's side

  func setHeadWaiter(
    _ waiter: CheckedContinuation<Result<ResponseHead, RPCError>, Never>
  ) {
    let known = state.withLock { state -> Result<ResponseHead, RPCError>? in
      if let head = state.head { return .success(head) }
      if case .failure(let error) = state.outcome { return .failure(error) }
      state.headWaiter = waiter
      return nil
    }
    if let known { waiter.resume(returning: known) }
  }

  /// The next piece if it, or the end, is here.
  func takePiece() -> Piece? {
    state.withLock { Self.takePiece(&$0) }
  }

  func setPieceWaiter(_ waiter: CheckedContinuation<Piece, Never>) {
    let (piece, displaced) = state.withLock { state in
      if let piece = Self.takePiece(&state) {
        return (piece as Piece?, nil as CheckedContinuation<Piece, Never>?)
      }
      defer { state.pieceWaiter = waiter }
      return (nil, state.pieceWaiter)
    }
    if let piece { waiter.resume(returning: piece) }
    displaced?.resume(
      returning: .failure(RPCError(.internal, "two tasks read the same stream")))
  }

  /// Counts bytes as used up.
  ///
  /// - Returns: how many to tell the server of now; zero while it is not worth it.
  func addCredit(_ count: Int) -> Int {
    let sum = credit.add(count, ordering: .relaxed).newValue
    guard sum >= creditStep else { return 0 }
    return takeCredit()
  }

  /// What the server was not told of yet.
  func takeCredit() -> Int { credit.exchange(0, ordering: .relaxed) }

  private static func takePiece(_ state: inout State) -> Piece? {
    if state.taken < state.pieces.count {
      let piece = state.pieces[state.taken]
      state.pieces[state.taken] = []
      state.taken += 1
      if state.taken == state.pieces.count {
        state.pieces.removeAll(keepingCapacity: true)
        state.taken = 0
      }
      return .success(piece)
    }
    switch state.outcome {
    case .success: return .success(nil)
    case .failure(let error): return .failure(error)
    case nil: return nil
    }
  }

  // MARK: The connection's side

  func receive(_ head: ResponseHead) {
    let waiter = state.withLock { state in
      state.head = head
      defer { state.headWaiter = nil }
      return state.headWaiter
    }
    waiter?.resume(returning: .success(head))
  }

  func receive(_ bytes: [UInt8]) throws(RPCError) -> Int {
    guard !bytes.isEmpty else { return 0 }
    let waiter = state.withLock { state in
      if state.pieceWaiter == nil { state.pieces.append(bytes) }
      defer { state.pieceWaiter = nil }
      return state.pieceWaiter
    }
    waiter?.resume(returning: .success(bytes))
    return 0
  }

  func end() { finish(.success(())) }

  func fail(_ error: RPCError) { finish(.failure(error)) }

  private func finish(_ outcome: Result<Void, RPCError>) {
    let (headWaiter, pieceWaiter) = state.withLock { state in
      if state.outcome == nil { state.outcome = outcome }
      // A reader who is told of a failure has no use for what came before it.
      if case .failure = outcome {
        state.pieces = []
        state.taken = 0
      }
      defer {
        state.headWaiter = nil
        state.pieceWaiter = nil
      }
      return (state.headWaiter, state.pieceWaiter)
    }
    switch outcome {
    case .success: pieceWaiter?.resume(returning: .success(nil))
    case .failure(let error):
      headWaiter?.resume(returning: .failure(error))
      pieceWaiter?.resume(returning: .failure(error))
    }
  }
}

/// The caller's end of a streamed answer. Letting go of it cancels the call.
final class ClientResponseStream: RawResponseStream {
  let head: ResponseHead
  private let exchange: StreamExchange
  private let link: ClientLink
  /// Bytes of the piece that the reader has. They are used up when it asks for the next one: only
  /// then has it read, or passed on, what was in it.
  private let heldBytes = Atomic<Int>(0)
  private let place = Mutex<StreamLease?>(nil)

  init(head: ResponseHead, exchange: StreamExchange, link: ClientLink) {
    self.head = head
    self.exchange = exchange
    self.link = link
  }

  deinit { cancel() }

  /// The call's place, which is left when the stream is read to its end or let go of.
  func hold(_ lease: StreamLease) { place.withLock { $0 = lease } }

  private func leave(_ outcome: CallOutcome) {
    let lease = place.withLock { place in
      defer { place = nil }
      return place
    }
    lease?.leave(outcome)
  }

  func cancel() {
    defer { leave(.neutral) }
    guard !exchange.isFinished else { return }
    exchange.fail(RPCError(.canceled, "the call was cancelled"))
    link.abandon(exchange)
  }

  func next() async throws(RPCError) -> [UInt8]? {
    let credit = exchange.addCredit(heldBytes.exchange(0, ordering: .relaxed))
    if credit > 0 { link.consume(exchange, credit) }
    let piece: StreamExchange.Piece
    if let ready = exchange.takePiece() {
      piece = ready
    } else {
      // What many quiet streams keep back would be missing from the connection's window.
      let rest = exchange.takeCredit()
      if rest > 0 { link.consume(exchange, rest) }
      piece = await withTaskCancellationHandler {
        await withCheckedContinuation { exchange.setPieceWaiter($0) }
      } onCancel: {
        cancel()
      }
    }
    let bytes: [UInt8]?
    do {
      bytes = try piece.get()
    } catch {
      leave(error.code == .unavailable ? .failure : .neutral)
      throw error
    }
    heldBytes.store(bytes?.count ?? 0, ordering: .relaxed)
    if bytes == nil { leave(.success) }
    return bytes
  }
}

/// What a streamed answer holds of the pool: a place on a connection.
struct StreamLease: Sendable {
  let pool: ConnectionPool
  let lease: ConnectionPool.Lease

  func leave(_ outcome: CallOutcome) { pool.finished(lease, outcome) }
}
