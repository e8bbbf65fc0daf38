// Answers in hard cases: refusals that overtake their request, heads that cannot be sent, trailers,
// tasks that a handler left behind.

internal import FixtureMessages
internal import HTTP2
internal import RPC
internal import Testing
internal import Transport
internal import Wire

@Suite(.timeLimit(.minutes(2)))
struct AnswerTests {
  private func limits(_ change: (inout TransportLimits) -> Void) -> TransportLimits {
    var limits = TransportLimits()
    change(&limits)
    return limits
  }

  // MARK: Refusals of requests that are still coming

  /// The delay and the size are out of reach, so only the end of the request brings the answer.
  @Test func aRefusalWaitsForTheRestOfASmallRequest() async throws {
    let limits = limits {
      $0.earlyAnswerDelay = .seconds(600)
      $0.earlyAnswerBytes = 1 << 20
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request("NoSuchEcho", body: "{", endStream: false)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      try peer.session.sendData(id, Array("}".utf8), endStream: true)
      let answer = try await peer.answer(id)
      #expect(answer?.status == "404")
      #expect(answer?.body.contains("no method answers") == true)
      let end = try await peer.next { if case .streamClosed(id, _) = $0 { true } else { false } }
      #expect(end == .streamClosed(id, .noError))
      #expect(!peer.frames.contains { $0.type == 3 })
    }
  }

  @Test(arguments: ["NoSuchEcho", "GetEcho"])
  func aRefusalOvertakesARequestThatIsTooLong(method: String) async throws {
    let limits = limits {
      $0.earlyAnswerDelay = .seconds(600)
      $0.earlyAnswerBytes = 10_000
      $0.call.maximumRequestBytes = 1_000
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(
        method, body: String(repeating: " ", count: 9_000), endStream: false)
      // So far it may still end.
      #expect(try await peer.answer(try peer.request())?.status == "200")
      try peer.session.sendData(id, [UInt8](repeating: 0x20, count: 9_000), endStream: false)
      let answer = try await peer.answer(id)
      #expect(answer?.status == (method == "GetEcho" ? "429" : "404"))
      #expect(answer?.body.hasPrefix(#"{"code":""#) == true)
      #expect(answer?.body.hasSuffix("}") == true)
    }
  }

  @Test func aRefusalOvertakesARequestThatDoesNotGoOn() async throws {
    let limits = limits {
      $0.earlyAnswerDelay = .milliseconds(20)
      $0.earlyAnswerBytes = 1 << 20
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request("NoSuchEcho", body: "{", endStream: false)
      let answer = try await peer.answer(id)
      #expect(answer?.status == "404")
      #expect(answer?.body.contains("no method answers") == true)
    }
  }

  /// A message a little over the limit is read to its end, however long the pauses are in between.
  @Test func aRefusalWaitsForARequestThatGoesOn() async throws {
    let limits = limits {
      // Together the pauses are longer; one alone is far from it, on a busy machine too.
      $0.earlyAnswerDelay = .seconds(3)
      $0.earlyAnswerTime = .seconds(600)
      $0.call.maximumRequestBytes = 1_000
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request(
        "GetEcho", body: String(repeating: " ", count: 1_001), endStream: false)
      for _ in 0..<10 {
        try await Task.sleep(for: .milliseconds(350))
        try peer.session.sendData(id, [UInt8](repeating: 0x20, count: 9_000), endStream: false)
        #expect(try await peer.answer(try peer.request())?.status == "200")
      }
      try peer.session.sendData(id, [0x20], endStream: true)
      #expect(try await peer.answer(id)?.status == "429")
      let end = try await peer.next { if case .streamClosed(id, _) = $0 { true } else { false } }
      #expect(end == .streamClosed(id, .noError))
      #expect(!peer.frames.contains { $0.type == 3 }, "nothing was reset")
    }
  }

  @Test func aRefusalOvertakesARequestThatDripsOn() async throws {
    let limits = limits {
      $0.earlyAnswerDelay = .milliseconds(200)
      $0.earlyAnswerTime = .milliseconds(500)
    }
    try await withServer(limits: limits) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.request("NoSuchEcho", body: "{", endStream: false)
      for _ in 0..<20 {
        try await Task.sleep(for: .milliseconds(50))
        try peer.session.sendData(id, [0x20], endStream: false)
        try await peer.write(peer.output())
      }
      #expect(try await peer.answer(id)?.status == "404")
    }
  }

  // MARK: No answer at all

  @Test(arguments: [
    ("POST", "application/json", "500"), ("POST", "application/connect+json", "200"),
    ("HEAD", "text/plain", "500"),
  ])
  func aRawHandlerThatSaysNothingIsAnInternalError(
    verb: String, type: String, status: String
  ) async throws {
    var router = Router()
    router.fallback(prefix: "/") { _ in }
    try await withServer(router) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      let id = try peer.session.submitRequest(
        [
          HeaderField(":method", verb), HeaderField(":scheme", "http"),
          HeaderField(":path", "/any/path"), HeaderField(":authority", "test"),
          HeaderField("content-type", type),
        ], endStream: true)
      let answer = try await peer.answer(id)
      #expect(answer?.status == status)
      let error = #"{"code":"internal","message":"the call was not answered"}"#
      switch (verb, type) {
      case ("HEAD", _): #expect(answer?.body.isEmpty == true)
      case (_, "application/json"): #expect(answer?.body == error)
      default: #expect(answer?.body.hasSuffix(#"{"error":\#(error)}"#) == true)
      }
      try await peer.close()
    }
  }

  // MARK: Trailers

  @Test(arguments: ["application/json", "application/connect+json", "application/odd"])
  func trailersOverTheLimitEndTheirRequest(type: String) async throws {
    let limits = limits { $0.earlyAnswerDelay = .seconds(600) }
    try await withServer(limits: limits) { server, endpoint in
      let peer = try await RawPeer(endpoint)
      let method = type == "application/connect+json" ? "WatchEcho" : "GetEcho"
      let id = try peer.request(method, type: type, body: "\0", endStream: false)
      // A hundred and one fields `a: b`, as literals that are not indexed.
      let fields = Array(repeatElement([0, 1, 0x61, 1, 0x62] as [UInt8], count: 101).joined())
      let head: [UInt8] = [0, UInt8(fields.count >> 8), UInt8(fields.count & 0xFF), 1, 5]
      try await peer.write(peer.output() + head + [0, 0, 0, UInt8(id.rawValue)] + fields)
      let answer = try await peer.answer(id)
      switch type {
      case "application/json": #expect(answer?.status == "431")
      case "application/connect+json":
        #expect(answer?.status == "200")
        #expect(answer?.body.contains(#"{"error":{"code":"resource_exhausted""#) == true)
      default: #expect(answer?.status == "415")
      }
      try await peer.close()
      #expect(await eventually { server.connectionCount == 0 })
    }
  }

  @Test func metadataNeverTravelsInTrailersOfHTTP() async throws {
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      try context.response.addTrailer("t", for: "x-after")
      if request.name == "fail" { throw RPCError(.aborted, "no") }
      return request
    }
    router.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, context in
      try context.response.addTrailer("t", for: "x-after")
      try await responses.write(request)
      if request.name == "fail" { throw RPCError(.aborted, "no") }
    }
    try await withServer(router) { _, endpoint in
      let peer = try await RawPeer(endpoint)
      for body in ["{}", #"{"name":"fail"}"#] {
        let unary = try await peer.answer(try peer.request(body: body))
        #expect(unary?.status == (body == "{}" ? "200" : "409"))
        let stream = try await peer.answer(
          try peer.request(
            "WatchEcho", type: "application/connect+json",
            body: "\0\0\0\0\(Character(Unicode.Scalar(UInt8(body.utf8.count))))" + body))
        #expect(stream?.body.contains(#""metadata":{"x-after":["t"]}"#) == true)
      }
      // One HEADERS frame (type 1) for each of the four answers.
      #expect(peer.frames.filter { $0.type == 1 }.count == 4)
    }
  }

  // MARK: Heads

  @Test func headersSetBeforeTheFirstMessageArrive() async throws {
    var router = Router()
    router.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, context in
      try context.response.addHeader("h", for: "x-before")
      try await responses.write(request)
      let late = #expect(throws: RPCError.self) {
        try context.response.addHeader("h", for: "x-late")
      }
      #expect(late?.code == .internal)
    }
    try await withServer(router) { _, endpoint in
      let stream = try await EchoServiceClient(endpoint).watchEcho(Request(name: "a"))
      #expect(stream.headers["x-before"] == "h")
      var names: [String] = []
      for try await message in stream { names.append(message.name) }
      #expect(names == ["a"])
    }
  }

  @Test(arguments: [false, true])
  func anAnswerWhoseHeadCannotBeSentIsInternal(fails: Bool) async throws {
    let long = String(repeating: "m", count: 70_000)
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      try context.response.addHeader(long, for: "x-long")
      if fails { throw RPCError(.aborted, "no") }
      return request
    }
    router.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, context in
      try context.response.addHeader(long, for: "x-long")
      if fails { throw RPCError(.aborted, "no") }
      try await responses.write(request)
    }
    try await withServer(router) { server, endpoint in
      let client = EchoServiceClient(endpoint)
      let unary = await failure { try await client.getEcho(Request()) }
      let stream = await failure {
        for try await _ in try await client.watchEcho(Request()) {}
      }
      for error in [unary, stream] {
        #expect(error?.code == .internal)
        #expect(error?.message == "the answer could not be sent")
      }
    }
  }

  // MARK: What a handler leaves behind

  @Test func aTaskThatStillWritesWhenItsHandlerHasReturnedIsTold() async throws {
    let writing = Signal()
    let told = Signal()
    var router = Router()
    router.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, _ in
      var large = request
      large.placeCode = String(repeating: "x", count: 200_000)
      Task { [large] in
        writing.fire()
        do {
          while true { try await responses.write(large) }
        } catch {
          told.fire()
        }
      }
      await writing.wait()
      // Long enough for the write to have filled the buffer and to wait for room.
      try await Task.sleep(for: .milliseconds(200))
    }
    try await withServer(router) { _, endpoint in
      var windows = HTTP2Limits()
      windows.streamWindowBytes = 1_000
      let peer = try await RawPeer(endpoint, limits: windows)
      _ = try peer.request(
        "WatchEcho", type: "application/connect+json", body: "\0\0\0\0\u{2}{}")
      try await peer.flush()
      #expect(await eventually { told.hasFired })
      try await peer.close()
    }
  }
}
