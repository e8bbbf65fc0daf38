// Client and server of RPC face to face, without a transport between them.

internal import Synchronization
internal import Wire

@testable internal import RPC

/// Runs every call at once, and hands streamed answers out in pieces of a chosen size.
final class InProcessChannel: RawChannel {
  let server: RPCServer
  let limits: RPCLimits
  let types: TypeRegistry
  let pieceBytes: Int
  private let seen = Mutex<[RawRequest]>([])

  init(
    _ router: Router, limits: RPCLimits = RPCLimits(), types: TypeRegistry = .empty,
    pieceBytes: Int = 1_000
  ) {
    server = RPCServer(router: router, limits: limits)
    self.limits = limits
    self.types = types
    self.pieceBytes = pieceBytes
  }

  /// The requests sent so far.
  var requests: [RawRequest] { seen.withLock { $0 } }

  func send(_ request: RawRequest, maximumBytes: Int) async throws(RPCError) -> Answer {
    let reply = await run(request)
    guard reply.body.count <= maximumBytes else {
      throw RPCError(.resourceExhausted, "the answer is over \(maximumBytes) bytes")
    }
    return Answer(
      head: ResponseHead(status: reply.status, fields: reply.fields), body: reply.body)
  }

  func open(_ request: RawRequest) async throws(RPCError) -> any RawResponseStream {
    let reply = await run(request)
    var pieces: [[UInt8]] = []
    for start in stride(from: 0, to: reply.body.count, by: pieceBytes) {
      pieces.append(Array(reply.body[start...].prefix(pieceBytes)))
    }
    return CannedStream(
      head: ResponseHead(status: reply.status, fields: reply.fields), pieces: pieces)
  }

  private func run(_ request: RawRequest) async -> Reply {
    seen.withLock { $0.append(request) }
    let harness = Harness(server)
    return await harness.send(
      verb: request.verb, request.path, request.fields.fields.map { ($0.name, $0.value) },
      body: request.body)
  }
}

/// A streamed answer that is known beforehand.
final class CannedStream: RawResponseStream {
  let head: ResponseHead
  private let state: Mutex<(pieces: [[UInt8]], error: RPCError?, isCancelled: Bool)>

  init(head: ResponseHead, pieces: [[UInt8]], error: RPCError? = nil) {
    self.head = head
    state = Mutex((pieces, error, false))
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  func next() async throws(RPCError) -> [UInt8]? {
    try state.withLock { state throws(RPCError) in
      if state.isCancelled { throw RPCError(.canceled, "the call was cancelled") }
      if !state.pieces.isEmpty { return state.pieces.removeFirst() }
      if let error = state.error { throw error }
      return nil
    }
  }

  func cancel() { state.withLock { $0.isCancelled = true } }
}

/// Answers every call with the same.
struct CannedChannel: RawChannel {
  var limits = RPCLimits()
  var answer = Answer(head: ResponseHead(status: 200, fields: []), body: [])
  var stream: CannedStream?

  func send(_ request: RawRequest, maximumBytes: Int) async throws(RPCError) -> Answer { answer }

  func open(_ request: RawRequest) async throws(RPCError) -> any RawResponseStream {
    stream ?? CannedStream(head: answer.head, pieces: [answer.body])
  }
}
