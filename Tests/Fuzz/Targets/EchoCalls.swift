// A server and its caller without a transport: everything runs here and now, on one thread.

internal import FixtureMessages
internal import Logging
internal import Synchronization
internal import WellKnownMessages

@testable internal import RPC

/// Says again what it hears, up to a few times.
struct Echo: EchoServiceHandler {
  func getEcho(_ request: Request, context: CallContext) async throws -> Request {
    for entry in context.requestMetadata where entry.key.hasPrefix("x-") {
      // A peer may have sent what cannot be sent back.
      try? context.response.addHeader(entry.value, for: "y-" + entry.key)
      try? context.response.addTrailer(entry.value, for: "z-" + entry.key)
    }
    if request.name == "fail" { throw RPCError(.aborted, request.placeCode) }
    return request
  }

  func putEcho(_ request: Request, context: CallContext) async throws -> Empty { Empty() }

  func watchEcho(
    _ request: Request, responses: ResponseWriter<Request>, context: CallContext
  ) async throws {
    for _ in 0..<min(request.pageSize, 4) { try await responses.write(request) }
    if request.name == "fail" { throw RPCError(.aborted, request.placeCode) }
  }
}

enum EchoCalls {
  static let service = "/lianshe.fixture.v1.EchoService/"

  /// Bounds that a short input reaches.
  static let limits: RPCLimits = {
    var limits = RPCLimits()
    limits.maximumRequestBytes = 1_000
    limits.maximumResponseBytes = 2_000
    limits.maximumPathBytes = 600
    limits.compressionThresholdBytes = 40
    return limits
  }()

  static let server: RPCServer = {
    var router = Router()
    router.registerEchoService(Echo())
    router.atOnce(EchoServiceMethods.getEcho) { request, _ in
      request.name == "fail" || request.name == "later" ? nil : request
    }
    router.fallback(prefix: "/raw") { call in
      try await call.response.writeHead(status: 200, fields: call.fields)
      try await call.response.write(call.body)
    }
    return RPCServer(
      router: router, limits: limits,
      logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
  }()

  /// Sends a request in pieces, and runs what it starts.
  static func send(_ head: RequestHead, _ body: [UInt8], cut: Int) -> Answer {
    let now = CallInstant.now
    var call = ServerCall(server: server)
    var action = call.receive(head, endStream: body.isEmpty, peer: "fuzz", now: now)
    var rest = body[...]
    while case .none = action, !rest.isEmpty {
      let piece = Array(rest.prefix(max(1, cut)))
      rest = rest.dropFirst(piece.count)
      action = call.receive(piece, endStream: rest.isEmpty, now: now)
    }
    require(call.isOver, "the request is whole and the call is not over")
    switch action {
    case .none: fatalError("broken: a whole request is neither answered nor run")
    case .answer(let answer): return answer
    case .run(let invocation): return runNow { await run(invocation) }
    }
  }

  private static func run(_ invocation: Invocation) async -> Answer {
    switch invocation {
    case .unary(let call):
      let atOnce = call.runAtOnce()
      let answer = await call.run()
      require(
        atOnce.map { $0.head.status == answer.head.status && $0.body == answer.body } ?? true,
        "an answer at once is another than the handler's")
      return answer
    case .stream(let call):
      let sink = CollectingSink()
      let end = await call.run(writingTo: sink)
      return Answer(head: call.head(), body: sink.body + end)
    case .raw(let call):
      let sink = CollectingSink()
      if let failure = await call.run(writingTo: sink) { return failure }
      return Answer(
        head: sink.head ?? ResponseHead(status: 500, fields: []), body: sink.body)
    }
  }
}

/// Keeps what a handler streams.
private final class CollectingSink: ResponseSink {
  private let state = Mutex<(head: ResponseHead?, body: [UInt8])>((nil, []))
  var head: ResponseHead? { state.withLock { $0.head } }
  var body: [UInt8] { state.withLock { $0.body } }
  func writeHead(_ head: ResponseHead) async throws { state.withLock { $0.head = head } }
  func write(_ bytes: [UInt8]) async throws { state.withLock { $0.body += bytes } }
}

/// A streamed answer whose pieces are all there.
final class ReadyStream: RawResponseStream {
  let head: ResponseHead
  private let state: Mutex<(bytes: ArraySlice<UInt8>, isCancelled: Bool)>
  private let cut: Int

  init(_ answer: Answer, cut: Int) {
    head = answer.head
    self.cut = max(1, cut)
    state = Mutex((answer.body[...], false))
  }

  func next() async throws(RPCError) -> [UInt8]? {
    try state.withLock { state throws(RPCError) in
      if state.isCancelled { throw RPCError(.canceled, "the call was cancelled") }
      if state.bytes.isEmpty { return nil }
      let piece = Array(state.bytes.prefix(cut))
      state.bytes = state.bytes.dropFirst(piece.count)
      return piece
    }
  }

  func cancel() { state.withLock { $0.isCancelled = true } }
}

/// Runs code that never has to wait, to its end.
func runNow<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
  let result = Result<Value>()
  Task.immediate { result.set(await body()) }
  guard let value = result.value else { fatalError("broken: a call waits for nobody") }
  return value
}

private final class Result<Value: Sendable>: Sendable {
  private let state = Mutex<Value?>(nil)
  var value: Value? { state.withLock { $0 } }
  func set(_ value: Value) { state.withLock { $0 = value } }
}
