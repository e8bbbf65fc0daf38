// Which requests become calls: path, verb, content type.

internal import FixtureMessages
internal import RPC
internal import Testing

struct RoutingTests {
  let harness = Harness()

  @Test(arguments: Codec.allCases)
  func aKnownMethodIsCalled(codec: Codec) async throws {
    let request = Request(name: "Yulin", pageSize: 3)
    let reply = await harness.unary("GetEcho", codec, try request.encoded(codec))
    #expect(reply.status == 200)
    #expect(reply.field("content-type") == "application/\(codec.rawValue)")
    #expect(try Request(reply.body, codec) == request)
  }

  @Test(arguments: [
    "/lianshe.fixture.v1.EchoService/Nothing", "/lianshe.fixture.v1.echoservice/GetEcho",
    "/lianshe.fixture.v1.EchoService/getEcho", "/", "", "/lianshe.fixture.v1.EchoService",
    "/lianshe.fixture.v1.EchoService/GetEcho/", "//lianshe.fixture.v1.EchoService/GetEcho",
  ])
  func anUnknownPathIs404(path: String) async {
    let reply = await harness.send(path, [("content-type", "application/json")], body: bytes("{}"))
    #expect(reply.status == 404)
    #expect(reply.field("content-type") == "application/json")
    #expect(reply.text.hasPrefix(#"{"code":"unimplemented""#))
  }

  /// U+212A, the Kelvin sign, is a K to Swift's strings.
  @Test(arguments: [("/test.Kept/Get", 501), ("/test.\u{212A}ept/Get", 404)])
  func aPathIsItsBytes(path: String, status: Int) {
    var router = Router()
    router.declare([MethodInfo(service: "test.Kept", method: "Get", kind: .unary)])
    var call = ServerCall(server: RPCServer(router: router))
    let action = call.receive(
      RequestHead(
        verb: "POST", path: path, fields: [.init("content-type", "application/json")]),
      endStream: true, peer: CallPeer(address: "test"), now: .now)
    guard case .answer(let answer) = action else {
      Issue.record("the path is taken")
      return
    }
    #expect(answer.head.status == status)
  }

  @Test func whatACallerHasSentIsNotRepeatedWithoutBound() async {
    let long = String(repeating: "x", count: 100_000)
    let reply = await harness.unary("GetEcho", .json, bytes(#"{"\#(long)":1,"\#(long)":1}"#))
    #expect(reply.status == 400)
    #expect(reply.body.count < 10_000)
  }

  @Test func aQueryDoesNotHideThePath() async {
    let reply = await harness.send(
      Harness.service + "GetEcho?x=1", [("content-type", "application/json")], body: bytes("{}"))
    #expect(reply.status == 200)
  }

  @Test func aKnownMethodThatIsNotImplementedIs501() async {
    let reply = await harness.unary("DropEcho", .json, bytes("{}"))
    #expect(reply.status == 501)
    #expect(reply.text.contains(#""code":"unimplemented""#))
    let stream = await harness.stream("WatchNothing", .json, [])
    #expect(stream.status == 200)
    #expect((try? stream.end.contains(#""code":"unimplemented""#)) == true)
  }

  @Test(arguments: ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "post"])
  func otherVerbsAre405(verb: String) async {
    for method in ["PutEcho", "WatchEcho", "DropEcho"] {
      let reply = await harness.send(verb: verb, Harness.service + method, [])
      #expect(reply.status == 405)
      #expect(reply.field("allow") == "POST")
      #expect(reply.body.isEmpty == (verb == "HEAD"))
    }
  }

  @Test func theAnswerOfAHEADRequestHasNoBodyWhateverItSays() async {
    var router = Router.echo()
    router.fallback(prefix: "/pass.") { _ in throw RPCError(.unavailable, "nobody there") }
    var limits = RPCLimits()
    limits.maximumPathBytes = 100
    let harness = Harness(router, limits: limits)
    for (path, status) in [
      ("/nothing", 404), ("/" + String(repeating: "x", count: 100), 414), ("/pass.a/b", 503),
    ] {
      let head = await harness.send(verb: "HEAD", path, [])
      let post = await harness.send(verb: "POST", path, [])
      #expect(head.status == status && post.status == status)
      #expect(head.fields == post.fields)
      #expect(head.body.isEmpty && !post.body.isEmpty)
    }
  }

  @Test(arguments: [
    "application/proto", "application/json", "Application/JSON", "application/json; charset=utf-8",
    "application/proto;x=y", "APPLICATION/PROTO ; a=b",
  ])
  func unaryContentTypesAreReadWithoutCaseAndParameters(type: String) async {
    let body = type.lowercased().contains("json") ? bytes("{}") : []
    let reply = await harness.send(
      Harness.service + "GetEcho", [("content-type", type)], body: body)
    #expect(reply.status == 200)
  }

  @Test(arguments: [
    "application/connect+proto", "application/connect+json", "text/html", "application/grpc",
    "application/x-www-form-urlencoded", "", "application", "json", "application/jsonx",
  ])
  func otherContentTypesOfAUnaryMethodAre415(type: String) async {
    let reply = await harness.send(
      Harness.service + "GetEcho", [("content-type", type)], body: bytes("{}"))
    #expect(reply.status == 415)
    #expect(reply.field("accept-post") == "application/proto, application/json")
  }

  @Test(arguments: ["application/proto", "application/json", "text/plain", "application/grpc"])
  func otherContentTypesOfAStreamAre415(type: String) async {
    let reply = await harness.send(
      Harness.service + "WatchEcho", [("content-type", type)], body: bytes("{}"))
    #expect(reply.status == 415)
    #expect(
      reply.field("accept-post") == "application/connect+proto, application/connect+json")
  }

  @Test func noContentTypeIs415() async {
    #expect(await harness.send(Harness.service + "GetEcho", []).status == 415)
  }

  @Test func aPathAtTheLimitIsReadAndALongerOneIs414() async {
    var limits = RPCLimits()
    limits.maximumPathBytes = 100
    let harness = Harness(limits: limits)
    let base = Harness.service + "GetEcho?"
    for (count, status) in [(100, 200), (101, 414)] {
      let path = base + String(repeating: "q", count: count - base.utf8.count)
      let reply = await harness.send(
        path, [("content-type", "application/json")], body: bytes("{}"))
      #expect(reply.status == status)
    }
    #expect(RPCLimits().maximumPathBytes == 8_192)
  }

  @Test func theLatestHandlerOfAPathCounts() async throws {
    var router = Router.echo()
    router.unary(EchoServiceMethods.getEcho) { _, _ in Request(name: "second") }
    let reply = await Harness(router).unary("GetEcho", .json, bytes("{}"))
    #expect(reply.text == #"{"name":"second"}"#)
    #expect(router.methods.count == 3)
  }

  @Test func declaredMethodsAreNotAmongTheMethods() {
    let router = Router.echo()
    #expect(router.methods == EchoServiceMethods.all)
  }
}
