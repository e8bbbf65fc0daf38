// Interceptors and what they leave for handlers.

internal import FixtureMessages
internal import Synchronization
internal import Testing
internal import Wire

@testable internal import RPC

/// Notes what it sees in a shared list.
private struct Witness: ServerInterceptor {
  final class Notes: Sendable {
    private let notes = Mutex<[String]>([])
    var all: [String] { notes.withLock { $0 } }
    func add(_ note: String) { notes.withLock { $0.append(note) } }
  }

  let name: String
  let notes: Notes

  func intercept<Result: Sendable>(
    _ context: CallContext, next: (CallContext) async throws -> Result
  ) async throws -> Result {
    notes.add("\(name) in")
    do {
      let result = try await next(context)
      notes.add("\(name) out")
      return result
    } catch {
      notes.add("\(name) \((error as? RPCError)?.code.rawValue ?? "other")")
      throw error
    }
  }
}

/// Refuses callers without a name, and passes the name on.
private struct Gate: ServerInterceptor {
  struct Caller: ContextKey { typealias Value = String }

  func intercept<Result: Sendable>(
    _ context: CallContext, next: (CallContext) async throws -> Result
  ) async throws -> Result {
    guard let name = context.requestMetadata["x-name"] else {
      throw RPCError(.unauthenticated, "who are you?")
    }
    var context = context
    context.values[Caller.self] = name
    return try await next(context)
  }
}

struct InterceptorTests {
  @Test func theFirstIsTheOutermostForBothKinds() async throws {
    let notes = Witness.Notes()
    let harness = Harness(
      .echo(interceptors: [
        Witness(name: "a", notes: notes), Witness(name: "b", notes: notes),
      ]))
    let reply = await harness.unary("GetEcho", .json, bytes(#"{"name":"n"}"#))
    #expect(reply.text == #"{"name":"n"}"#)
    let stream = await harness.stream(
      "WatchEcho", .json, Envelope.frame(flags: 0, bytes(#"{"pageSize":1}"#)))
    #expect(try stream.envelopes.count == 2)
    #expect(notes.all == ["a in", "b in", "b out", "a out", "a in", "b in", "b out", "a out"])
  }

  @Test func theySeeErrorsOfTheHandlerAndOfDecoding() async {
    let notes = Witness.Notes()
    let harness = Harness(.echo(interceptors: [Witness(name: "a", notes: notes)]))
    _ = await harness.unary("GetEcho", .json, bytes("{"))
    _ = await harness.unary(
      "GetEcho", .json, bytes(#"{"name":"fail","placeCode":"aborted"}"#))
    _ = await harness.unary("GetEcho", .json, bytes(#"{"name":"unforeseen"}"#))
    #expect(
      notes.all == ["a in", "a invalid_argument", "a in", "a aborted", "a in", "a other"])
  }

  @Test func aRefusalKeepsTheHandlerFromRunning() async throws {
    var router = Router(interceptors: [Gate()])
    router.unary(EchoServiceMethods.getEcho) { _, context in
      Request(name: context.values[Gate.Caller.self] ?? "nobody")
    }
    router.serverStreaming(EchoServiceMethods.watchEcho) { _, responses, context in
      try await responses.write(Request(name: context.values[Gate.Caller.self] ?? "nobody"))
    }
    let harness = Harness(router)
    let refused = await harness.unary("GetEcho", .json, bytes("not even JSON"))
    #expect(refused.status == 401)
    let taken = await harness.unary("GetEcho", .json, bytes("{}"), [("x-name", "Li")])
    #expect(taken.text == #"{"name":"Li"}"#)
    let request = Envelope.frame(flags: 0, bytes("{}"))
    let stream = await harness.stream("WatchEcho", .json, request)
    #expect(try stream.end.contains("unauthenticated") == true)
    let open = await harness.stream("WatchEcho", .json, request, [("x-name", "Li")])
    #expect(try open.envelopes.first?.payload == bytes(#"{"name":"Li"}"#))
  }

  @Test func requestsThatNeverBecomeCallsDoNotGetThere() async {
    let notes = Witness.Notes()
    let harness = Harness(.echo(interceptors: [Witness(name: "a", notes: notes)]))
    _ = await harness.send("/nothing", [("content-type", "application/json")])
    _ = await harness.unary("DropEcho", .json, bytes("{}"))
    _ = await harness.unary("GetEcho", .json, bytes("{}"), [("connect-timeout-ms", "x")])
    #expect(notes.all.isEmpty)
  }
}

struct ContextTests {
  private enum Number: ContextKey { typealias Value = Int }
  private enum Text: ContextKey { typealias Value = String }

  @Test func valuesAreKeptByTheTypeOfTheirKey() {
    var values = ContextValues()
    #expect(values[Number.self] == nil)
    values[Number.self] = 1
    values[Text.self] = "one"
    values[Number.self] = 2
    let copy = values
    values[Number.self] = nil
    #expect(values[Number.self] == nil)
    #expect(values[Text.self] == "one")
    #expect(copy[Number.self] == 2)
  }

  @Test func aContextMadeByHandServesAHandler() async throws {
    var metadata = Metadata()
    try metadata.add("v", for: "x-k")
    let context = CallContext(
      method: EchoServiceMethods.getEcho.info, requestMetadata: metadata,
      deadline: .now.advanced(by: .seconds(60)))
    #expect(context.requestMetadata["x-k"] == "v")
    #expect(context.method == EchoServiceMethods.getEcho.info)
    #expect(context.callerDeadline != nil)
    let remaining = try #require(context.remaining)
    #expect(remaining > .seconds(50) && remaining <= .seconds(60))
    try context.checkDeadline()
    _ = try await Echo().getEcho(Request(name: "metadata"), context: context)
    #expect(context.response.headers["y-x-k"] == "v")
    #expect(context.response.trailers["z-x-k"] == "v")
  }

  @Test func longWorkLearnsThatItsTimeIsUp() {
    let context = CallContext(
      method: EchoServiceMethods.getEcho.info, deadline: .now.advanced(by: .seconds(-1)))
    let error = #expect(throws: RPCError.self) { try context.checkDeadline() }
    #expect(error?.code == .deadlineExceeded)
    #expect(context.remaining == .zero)
  }

  @Test func longWorkLearnsThatNobodyWaits() async {
    let context = CallContext(method: EchoServiceMethods.getEcho.info)
    #expect(context.remaining == nil)
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try context.checkDeadline()
    }
    let error = await #expect(throws: RPCError.self) { try await task.value }
    #expect(error?.code == .canceled)
  }

  @Test func theTraceOfTheCallerGoesOn() {
    let caller = TraceContext()
    var metadata = Metadata()
    try? metadata.add(caller.traceparent, for: "traceparent")
    let context = CallContext(
      method: EchoServiceMethods.getEcho.info, requestMetadata: metadata)
    #expect(context.traceID == caller.traceID)
    #expect(context.spanID != caller.spanID)
    #expect(context.trace.parentSpanID == caller.spanID)
    #expect(context.spanID == context.spanID)
    let alone = CallContext(method: EchoServiceMethods.getEcho.info)
    #expect(alone.traceID.count == 32)
    #expect(alone.trace.parentSpanID == nil)
  }

  @Test func aHandlerThatHitsItsDeadlineSaysSo() async {
    // Sleeping is what the handler does; the clock of the deadline is real.
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      throw CancellationError()
    }
    let harness = Harness(router)
    let head = RequestHead(
      verb: "POST", path: Harness.service + "GetEcho",
      fields: [.init("content-type", "application/json"), .init("connect-timeout-ms", "5")])
    var call = ServerCall(server: harness.server)
    let earlier = CallInstant.now.advanced(by: .seconds(-1))
    _ = call.receive(head, endStream: false, peer: "", now: earlier)
    let reply = await harness.carryOut(call.receive(bytes("{}"), endStream: true, now: earlier))
    #expect(reply.status == 504)
  }
}
