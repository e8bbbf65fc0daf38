// Answers that are at hand are given without a task, by the same rules as all others.

internal import FixtureMessages
internal import Synchronization
internal import Testing
internal import Wire

@testable internal import RPC

private final class Notes: Sendable {
  private let notes = Mutex<[String]>([])
  var all: [String] { notes.withLock { $0 } }
  func add(_ note: String) { notes.withLock { $0.append(note) } }
}

/// Notes calls of both ways, and lets through at once what has a name.
private struct Watcher: ServerInterceptor {
  struct Caller: ContextKey { typealias Value = String }

  let notes: Notes

  func intercept<Result: Sendable>(
    _ context: CallContext, next: (CallContext) async throws -> Result
  ) async throws -> Result {
    notes.add("task")
    return try await next(context)
  }

  func interceptAtOnce(
    _ context: CallContext, next: (CallContext) throws -> [UInt8]?
  ) throws -> [UInt8]? {
    guard let name = context.requestMetadata["x-name"] else { return nil }
    guard name != "nobody" else { throw RPCError(.permissionDenied, "not you") }
    var context = context
    context.values[Caller.self] = name
    guard let answer = try next(context) else { return nil }
    notes.add("at once")
    return answer
  }
}

/// An interceptor as houses wrote them before there was another way.
private struct Plain: ServerInterceptor {
  func intercept<Result: Sendable>(
    _ context: CallContext, next: (CallContext) async throws -> Result
  ) async throws -> Result {
    try await next(context)
  }
}

struct AtOnceTests {
  private let notes = Notes()

  /// Knows the name "known" by heart; the handler knows all.
  private func router(_ interceptors: [any ServerInterceptor]) -> Router {
    var router = Router(interceptors: interceptors)
    router.unary(EchoServiceMethods.getEcho) { request, _ in
      Request(name: "handler", placeCode: request.name)
    }
    router.atOnce(EchoServiceMethods.getEcho) { request, context in
      switch request.name {
      case "known": Request(name: "memory", placeCode: context.values[Watcher.Caller.self] ?? "")
      case "broken": throw RPCError(.dataLoss, "gone")
      default: nil
      }
    }
    return router
  }

  private func ask(
    _ body: String, _ headers: [(String, String)] = [], of harness: Harness
  ) async -> (reply: Reply, isAtOnce: Bool) {
    var call = ServerCall(server: harness.server)
    let fields = [("content-type", "application/json")] + headers
    let head = RequestHead(
      verb: "POST", path: Harness.service + "GetEcho",
      fields: HeaderFields(fields.map { .init($0.0, $0.1) }))
    _ = call.receive(head, endStream: false, peer: "test", now: harness.now)
    let action = call.receive(bytes(body), endStream: true, now: harness.now)
    if case .run(.unary(let invocation)) = action, let answer = invocation.runAtOnce() {
      return (Reply(answer), true)
    }
    return (await harness.carryOut(action), false)
  }

  @Test func whatIsKnownNeedsNoTask() async {
    let harness = Harness(router([]))
    let known = await ask(#"{"name":"known"}"#, of: harness)
    #expect(known.isAtOnce && known.reply.status == 200)
    #expect(known.reply.text == #"{"name":"memory"}"#)
    #expect(known.reply.field("content-type") == "application/json")
    let unknown = await ask(#"{"name":"unknown"}"#, of: harness)
    #expect(!unknown.isAtOnce)
    #expect(unknown.reply.text == #"{"name":"handler","placeCode":"unknown"}"#)
  }

  @Test func interceptorsJudgeBothWaysAndEachCallOnce() async {
    let harness = Harness(router([Watcher(notes: notes), Watcher(notes: notes)]))
    let known = await ask(#"{"name":"known"}"#, [("x-name", "Li")], of: harness)
    #expect(known.isAtOnce && known.reply.text == #"{"name":"memory","placeCode":"Li"}"#)
    #expect(notes.all == ["at once", "at once"])
    let unnamed = await ask(#"{"name":"known"}"#, of: harness)
    #expect(!unnamed.isAtOnce && unnamed.reply.text == #"{"name":"handler","placeCode":"known"}"#)
    #expect(notes.all == ["at once", "at once", "task", "task"])
    let unknown = await ask("{}", [("x-name", "Li")], of: harness)
    #expect(!unknown.isAtOnce && unknown.reply.text == #"{"name":"handler"}"#)
    #expect(notes.all == ["at once", "at once", "task", "task", "task", "task"])
  }

  @Test func anInterceptorThatKnowsNoOtherWaySeesEveryCall() async {
    let harness = Harness(router([Watcher(notes: notes), Plain()]))
    let known = await ask(#"{"name":"known"}"#, [("x-name", "Li")], of: harness)
    #expect(!known.isAtOnce && known.reply.text == #"{"name":"handler","placeCode":"known"}"#)
    #expect(notes.all == ["task"])
  }

  @Test func errorsAreAnswersToo() async {
    let harness = Harness(router([Watcher(notes: notes)]))
    let refused = await ask(#"{"name":"known"}"#, [("x-name", "nobody")], of: harness)
    #expect(refused.isAtOnce && refused.reply.status == 403)
    let broken = await ask(#"{"name":"broken"}"#, [("x-name", "Li")], of: harness)
    #expect(broken.isAtOnce && broken.reply.status == 500)
    #expect(broken.reply.text.contains("data_loss"))
    let malformed = await ask("{", [("x-name", "Li")], of: harness)
    #expect(malformed.isAtOnce && malformed.reply.status == 400)
  }

  @Test func aMethodWithoutAHandlerGetsNone() async {
    var router = Router()
    router.atOnce(EchoServiceMethods.getEcho) { request, _ in request }
    let reply = await Harness(router).unary("GetEcho", .json, bytes("{}"))
    #expect(reply.status == 404)
  }
}
