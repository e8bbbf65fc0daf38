// google.protobuf.Any in calls whose messages are JSON: which types are known without being named.

internal import FixtureMessages
internal import Testing
internal import Wire

@testable internal import RPC

@Suite struct AnyTests {
  private static let path = "/lianshe.fixture.v1.AnyService/Echo"

  /// A method as generated code describes it, or one that knows no types.
  private func method(
    types: TypeRegistry = FixtureFiles.types, kind: MethodInfo.Kind = .unary
  ) -> MethodDescriptor<WellKnown, WellKnown> {
    MethodDescriptor(
      service: "lianshe.fixture.v1.AnyService", method: kind == .unary ? "Echo" : "Watch",
      kind: kind, types: types)
  }

  private func router(types: TypeRegistry = FixtureFiles.types) -> Router {
    var router = Router()
    router.unary(method(types: types)) { request, _ in request }
    router.serverStreaming(method(types: types, kind: .serverStreaming)) { request, writer, _ in
      try await writer.write(request)
    }
    return router
  }

  private static let body =
    #"{"any":{"@type":"type.googleapis.com/lianshe.fixture.v1.Request","name":"玉林市"}}"#

  private func send(_ router: Router, _ body: String) async -> Reply {
    await Harness(router).send(
      Self.path, [("content-type", "application/json")], body: bytes(body))
  }

  private func message() throws -> WellKnown {
    try WellKnown(jsonUTF8: bytes(Self.body), types: FixtureFiles.types)
  }

  @Test func generatedMethodsKnowTheirPackageAndItsImports() {
    let types = EchoServiceMethods.getEcho.types
    #expect(types == FixtureFiles.types)
    #expect(types.schema(named: "lianshe.fixture.v1.Request") != nil)
    #expect(types.schema(named: "google.protobuf.Duration") != nil)
  }

  @Test func aServerKnowsTheTypesOfItsMethods() async throws {
    let reply = await send(router(), Self.body)
    #expect(reply.status == 200)
    #expect(reply.text == Self.body)
  }

  @Test func aServerKnowsTheTypesOfAllItsMethodsAndThoseItWasGiven() async throws {
    var other = router(types: .empty)
    #expect(await send(other, Self.body).status == 400)
    other.types = FixtureFiles.types
    #expect(await send(other, Self.body).text == Self.body)
    // A method of another package makes that package's types known.
    var both = router(types: .empty)
    both.unary(EchoServiceMethods.getEcho) { request, _ in request }
    #expect(await send(both, Self.body).text == Self.body)
  }

  @Test func anUnknownTypeIsTheCallersFault() async throws {
    let reply = await send(router(), #"{"any":{"@type":"type.googleapis.com/x.Y"}}"#)
    #expect(reply.status == 400)
    #expect(
      reply.text
        == #"{"code":"invalid_argument","message":"any: “x.Y” is no message type that is known here"}"#
    )
  }

  @Test func anAnswerOfUnknownTypeIsTheServersFaultAndIsLogged() async throws {
    let answer = try message()
    var router = Router()
    router.unary(method(types: .empty)) { _, _ in answer }
    let harness = Harness(router)
    let reply = await harness.send(
      Self.path, [("content-type", "application/json")], body: bytes("{}"))
    #expect(reply.status == 500)
    #expect(harness.log.all.contains { $0.contains("lianshe.fixture.v1.Request") })
    // In the binary encoding nobody has to know the type.
    let binary = await harness.send(Self.path, [("content-type", "application/proto")], body: [])
    #expect(binary.status == 200)
    #expect(try WellKnown(protobuf: binary.body) == answer)
  }

  @Test(arguments: RoundTripTests.ways)
  func clientAndServerUnderstandEachOther(options: CallOptions) async throws {
    let channel = InProcessChannel(router())
    let message = try message()
    #expect(try await channel.unary(method(), message, options: options) == message)
    let stream = try await channel.serverStreaming(
      method(kind: .serverStreaming), message, options: options)
    var answers: [WellKnown] = []
    for try await answer in stream { answers.append(answer) }
    #expect(answers == [message])
  }

  @Test func aClientKnowsTheTypesOfItsMethodAndThoseOfItsChannel() async throws {
    let options = CallOptions(codec: .json)
    let channel = InProcessChannel(router())
    let message = try message()
    let bare = method(types: .empty)
    let error = await #expect(throws: RPCError.self) {
      try await channel.unary(bare, message, options: options)
    }
    #expect(error?.code == .internal)
    let knowing = InProcessChannel(router(), types: FixtureFiles.types)
    #expect(try await knowing.unary(bare, message, options: options) == message)
  }
}
