// Calls that pass through undecoded.

internal import FixtureMessages
internal import Synchronization
internal import Testing
internal import Wire

@testable internal import RPC

struct RawTests {
  /// A router that forwards everything of the fixture package to a backend.
  private func front(_ backend: InProcessChannel) -> Router {
    var router = Router()
    router.fallback(prefix: "/lianshe.fixture.") { call in try await call.forward(to: backend) }
    return router
  }

  @Test(arguments: RoundTripTests.ways)
  func callsPassThroughUnchanged(options: CallOptions) async throws {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 10
    let backend = InProcessChannel(.echo(), limits: limits)
    let front = InProcessChannel(front(backend), limits: limits)
    let client = EchoServiceClient(channel: front)
    let request = Request(name: "n", placeCode: String(repeating: "x", count: 500))
    #expect(try await client.getEcho(request, options: options) == request)
    #expect(backend.requests.first?.body == front.requests.first?.body)
    let stream = try await client.watchEcho(
      Request(name: "large", pageSize: 4), options: options)
    var count = 0
    for try await message in stream {
      #expect(message.placeCode.utf8.count == 5_000)
      count += 1
    }
    #expect(count == 4)
    let error = await #expect(throws: RPCError.self) {
      try await client.getEcho(
        Request(name: "fail", placeCode: "not_found"), options: options)
    }
    #expect(error?.code == .notFound)
    #expect(error?.details.count == 1)
  }

  @Test func methodsOfTheRouterComeFirstAndTheLongestPrefixWins() async {
    var router = Router.echo()
    for prefix in ["/lianshe.", "/lianshe.other.", "/"] {
      router.fallback(prefix: prefix) { call in
        try await call.response.writeHead(status: 200, fields: [.init("x-prefix", prefix)])
        try await call.response.write(Array(call.path.utf8))
      }
    }
    let harness = Harness(router)
    #expect(await harness.unary("GetEcho", .json, bytes("{}")).text == "{}")
    for (path, prefix) in [
      ("/lianshe.other.v1.S/M?q", "/lianshe.other."), ("/lianshe.v1.S/M", "/lianshe."),
      ("/x", "/"),
    ] {
      let reply = await harness.send(path, [])
      #expect(reply.field("x-prefix") == prefix)
      #expect(reply.text == path)
    }
  }

  @Test func theVerbIsTheBackendsToJudge() async {
    let harness = Harness(front(InProcessChannel(.echo())))
    let reply = await harness.send(verb: "DELETE", Harness.service + "GetEcho", [])
    #expect(reply.status == 405)
    #expect(reply.field("allow") == "GET, HEAD, POST")
  }

  @Test func theDeadlineShrinksAndAServersOwnDoesNotTravel() async throws {
    let backend = InProcessChannel(.echo())
    let harness = Harness(front(backend))
    for timeout in ["5000", nil, "x"] {
      let fields = timeout.map { [("connect-timeout-ms", $0)] } ?? []
      _ = await harness.unary("GetEcho", .json, bytes("{}"), fields)
    }
    let sent = backend.requests.map { $0.fields.first("connect-timeout-ms") }
    #expect((1...5_000).contains(sent[0].flatMap { Int($0) } ?? 0))
    #expect(sent[1] == nil)
    #expect(sent[2] == "x")
    #expect(backend.requests.allSatisfy { $0.deadline != nil })
  }

  @Test func sizesAreHeldToTheLimit() async {
    var limits = RPCLimits()
    limits.maximumRequestBytes = 10
    let harness = Harness(front(InProcessChannel(.echo())), limits: limits)
    #expect(
      await harness.unary("GetEcho", .json, bytes(#"{"name":1}"#)).status == 400)
    #expect(await harness.unary("GetEcho", .json, bytes(#"{"name":11}"#)).status == 429)
    #expect(
      await harness.unary("GetEcho", .json, bytes("{}"), [("content-length", "11")]).status == 429)
    let stream = await harness.stream(
      "WatchEcho", .json, Envelope.frame(flags: 0, bytes(#"{"name":1}"#)))
    #expect((try? stream.end.contains("invalid_argument")) == true)
    let long = await harness.stream(
      "WatchEcho", .json, Envelope.frame(flags: 0, bytes(#"{"name":11}"#)))
    #expect((try? long.end.contains("resource_exhausted")) == true)
  }

  @Test func aFailureBeforeTheHeadIsAnAnswerInTheCallersShape() async throws {
    var router = Router()
    router.fallback(prefix: "/") { _ in throw RPCError(.unavailable, "the backend is away") }
    let harness = Harness(router)
    let unary = await harness.unary("GetEcho", .proto, [])
    #expect(unary.status == 503)
    #expect(unary.text == #"{"code":"unavailable","message":"the backend is away"}"#)
    let stream = await harness.stream("WatchEcho", .proto, [])
    #expect(stream.status == 200)
    #expect(stream.field("content-type") == "application/connect+proto")
    #expect(
      try stream.end == #"{"error":{"code":"unavailable","message":"the backend is away"}}"#)
  }

  @Test func whatABackendSaidInPrivateIsNotPassedOnByAHandler() async throws {
    let backend = InProcessChannel(.echo())
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, _ in
      try await EchoServiceClient(channel: backend).getEcho(request)
    }
    let reply = await Harness(router).unary(
      "GetEcho", .json, bytes(#"{"name":"fail","placeCode":"not_found"}"#))
    #expect(reply.status == 404)
    #expect(reply.text.contains(#""details":[{"#))
    #expect(reply.field("x-error") == nil)
    // A backend of an older version answers 404; this server knows the method and says 501.
    let bare = InProcessChannel(Router())
    router.unary(EchoServiceMethods.getEcho) { request, _ in
      try await EchoServiceClient(channel: bare).getEcho(request)
    }
    #expect(await Harness(router).unary("GetEcho", .json, bytes("{}")).status == 501)
  }
}
