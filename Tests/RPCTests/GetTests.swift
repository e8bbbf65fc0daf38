// Calls by GET: the request in the query, validators of the answer, and the client that makes them.

internal import Compression
internal import FixtureMessages
internal import Testing
internal import Wire

@testable internal import RPC

struct GetTests {
  let harness = Harness()
  private let path = Harness.service + "GetEcho"

  private func get(
    _ query: String, _ fields: [(String, String)] = [], verb: String = "GET"
  ) async -> Reply {
    await harness.send(verb: verb, "\(path)?\(query)", fields)
  }

  @Test func theParametersMayComeInAnyOrderAndAmongOthers() async {
    let parts = ["connect=v1", "encoding=json", "message=%7B%22name%22:%22a+b%22%7D", "base64=0"]
    for rotation in 0..<parts.count {
      let order = parts[rotation...] + ["x=%zz", "", "y"] + parts[..<rotation]
      let reply = await get(order.joined(separator: "&"))
      #expect(reply.status == 200)
      #expect(reply.field("content-type") == "application/json")
      #expect(reply.text == #"{"name":"a b"}"#)
    }
    #expect(await get("encoding=json&message={}").status == 200)
    #expect(await get("%65ncoding=j%73on&message=%7b%7D").text == "{}")
  }

  @Test(arguments: ["", "=", "=="])
  func bothAlphabetsOfBase64AreReadWithAndWithoutPadding(padding: String) async throws {
    // Bytes whose digits have all of `+`, `/`, `-` and `_`.
    let request = Request(name: "\u{3FB}\u{3FF}~\u{3EF}?>")
    let message = try request.protobufBytes()
    let digits = Base64.encode(message)
    let needed = (4 - digits.utf8.count % 4) % 4
    guard padding.isEmpty || padding.count == needed else { return }
    let forms = [
      digits, Base64.encodeForURL(message), PercentCoding.encode(digits.utf8),
    ]
    for form in forms {
      let reply = await get("encoding=proto&base64=1&message=\(form)\(padding)")
      #expect(reply.status == 200)
      #expect(try Request(reply.body, .proto) == request)
    }
  }

  @Test func aCompressedMessageIsRead() async throws {
    let text = bytes(#"{"name":"compressed"}"#)
    let message = Base64.encodeForURL(try Gzip.compress(text))
    let query = "encoding=json&base64=1&compression=gzip&message=\(message)"
    #expect(await get(query).text == #"{"name":"compressed"}"#)
    // Nothing is not decompressed.
    #expect(await get("encoding=proto&compression=gzip&message=").status == 200)
    #expect(await get("encoding=proto&compression=identity&message=").status == 200)
    let broken = await get("encoding=json&base64=1&compression=gzip&message=eHl6")
    #expect(broken.status == 400)
    #expect(broken.text.hasPrefix(#"{"code":"invalid_argument""#))
  }

  @Test(arguments: [
    ("", 415, "unknown"), ("message={}", 415, "unknown"),
    ("encoding=&message={}", 415, "unknown"), ("encoding=xml&message={}", 415, "unknown"),
    ("encoding=%zz&message={}", 415, "unknown"), ("encoding=JSON&message={}", 415, "unknown"),
    ("encoding=json", 400, "invalid_argument"), ("encoding=json&message", 400, "invalid_argument"),
    ("encoding=json&message=", 400, "invalid_argument"),
    ("encoding=json&message=%7", 400, "invalid_argument"),
    ("encoding=json&message=%7G", 400, "invalid_argument"),
    ("encoding=json&message={}&connect=v2", 400, "invalid_argument"),
    ("encoding=json&message={}&connect=", 400, "invalid_argument"),
    ("encoding=json&message={}&connect=%", 400, "invalid_argument"),
    ("encoding=json&message={}&connect=V1", 400, "invalid_argument"),
    ("encoding=json&message=e30&base64=yes", 400, "invalid_argument"),
    ("encoding=json&message=e30=x&base64=1", 400, "invalid_argument"),
    ("encoding=json&message=e&base64=1", 400, "invalid_argument"),
    ("encoding=json&message={}&compression=br", 501, "unimplemented"),
    ("encoding=json&message={}&compression=%", 400, "invalid_argument"),
    ("encoding=json&message={}&message={}", 400, "invalid_argument"),
    ("encoding=json&message={}&connect=v1&connect=v1", 400, "invalid_argument"),
    ("encoding=json&encoding=proto&message={}", 400, "invalid_argument"),
    ("encoding=json&message=%FF", 400, "invalid_argument"),
    ("encoding=proto&message=%FF", 400, "invalid_argument"),
  ])
  func whatCannotBeReadIsRefused(query: String, status: Int, code: String) async {
    let reply = await get(query)
    #expect(reply.status == status)
    #expect(reply.field("content-type") == "application/json")
    #expect(reply.text.hasPrefix(#"{"code":"\#(code)","message":""#))
    #expect((reply.field("accept-post") != nil) == (status == 415))
  }

  @Test func parametersThatAreNotOfTheProtocolMayRepeat() async {
    #expect(await get("encoding=json&message={}&x=1&x=2").status == 200)
  }

  @Test func aBodyIs415() async {
    let whole = await harness.send(
      verb: "GET", "\(path)?encoding=json&message={}", [], body: bytes("{}"))
    #expect(whole.status == 415)
    #expect(whole.text.contains("takes no body by GET"))
    let declared = await get("encoding=json&message={}", [("content-length", "2")])
    #expect(declared.status == 415)
    #expect(await get("encoding=json&message={}", [("content-length", "0")]).status == 200)
  }

  @Test func onlyUnaryMethodsWithoutSideEffectsAreCalledByGET() async {
    for verb in ["PUT", "DELETE", "OPTIONS", "PATCH", "get", "TRACE"] {
      let reply = await get("encoding=json&message={}", verb: verb)
      #expect(reply.status == 405)
      #expect(reply.field("allow") == "GET, HEAD, POST")
    }
    for method in ["PutEcho", "WatchEcho", "DropEcho"] {
      let reply = await harness.send(
        verb: "GET", Harness.service + method + "?encoding=json&message={}", [])
      #expect(reply.status == 405)
      #expect(reply.field("allow") == "POST")
    }
    #expect(EchoServiceMethods.getEcho.info.isCallableByGet)
    let stream = MethodInfo(
      service: "s", method: "m", kind: .serverStreaming, idempotency: .noSideEffects)
    #expect(!stream.isCallableByGet)
  }

  @Test func aMethodThatIsNotImplementedIs501ByGETToo() async {
    var router = Router()
    router.declare(EchoServiceMethods.all)
    let reply = await Harness(router).send(verb: "GET", "\(path)?encoding=json&message={}", [])
    #expect(reply.status == 501)
  }

  @Test func theLimitsHoldForTheMessage() async throws {
    var limits = RPCLimits()
    limits.maximumRequestBytes = 20
    let harness = Harness(limits: limits)
    for (count, status) in [(9, 200), (10, 429)] {
      let text = #"{"name":"\#(String(repeating: "x", count: count))"}"#
      let zipped = Base64.encodeForURL(try Gzip.compress(bytes(text)))
      for query in [
        "message=\(PercentCoding.encode(text.utf8))",
        "base64=1&compression=gzip&message=\(zipped)",
      ] where status == 429 || !query.contains("gzip") {
        let reply = await harness.send(verb: "GET", "\(path)?encoding=json&\(query)", [])
        #expect(reply.status == status)
      }
    }
    let zeros = [UInt8](repeating: 0, count: 40)
    let bomb = Base64.encodeForURL(try Gzip.compress(zeros))
    var wide = RPCLimits()
    wide.maximumRequestBytes = 39
    let reply = await Harness(limits: wide).send(
      verb: "GET", "\(path)?encoding=proto&base64=1&compression=gzip&message=\(bomb)", [])
    #expect(reply.status == 429)
    #expect(reply.text.hasPrefix(#"{"code":"resource_exhausted""#))
    let long = await get("encoding=json&message={}&x=" + String(repeating: "x", count: 8_192))
    #expect(long.status == 414)
  }

  @Test func headersOfTheProtocolCountAsForPOST() async {
    let query = "encoding=json&message=" + PercentCoding.encode(#"{"name":"deadline"}"#.utf8)
    let reply = await get(query, [("connect-timeout-ms", "5000")])
    #expect(reply.text.contains(#""pageToken":"caller""#))
    #expect(await get(query).text.contains(#""pageToken":"none""#))
    #expect(await get(query, [("connect-timeout-ms", "5s")]).status == 400)
    #expect(await get(query, [("connect-timeout-ms", "0")]).status == 504)
    #expect(await get(query, [("connect-protocol-version", "2")]).status == 400)
  }

  @Test func metadataAndErrorsAreThoseOfPOST() async throws {
    let metadata = "encoding=json&message=" + PercentCoding.encode(#"{"name":"metadata"}"#.utf8)
    let reply = await get(metadata, [("x-a", "1"), ("x-a", "2")])
    let headers = reply.fields.fields.filter { $0.name == "y-x-a" }.map(\.value)
    let trailers = reply.fields.fields.filter { $0.name == "trailer-z-x-a" }.map(\.value)
    #expect(headers == ["1", "2"] && trailers == ["1", "2"])
    let body = #"{"name":"fail","placeCode":"not_found"}"#
    let failed = await get("encoding=json&message=" + PercentCoding.encode(body.utf8))
    let posted = await harness.unary("GetEcho", .json, bytes(body))
    #expect(failed.status == 404 && failed.body == posted.body)
    #expect(failed.field("vary") == "accept-encoding" && posted.field("vary") == nil)
    #expect(failed.field("etag") == nil)
    #expect(failed.field("trailer-x-after") == "t")
  }
}

// MARK: - Validators

struct ValidatorTests {
  let harness = Harness()
  private let path = Harness.service + "GetEcho?encoding=json&message=%7B%22name%22:%22n%22%7D"

  @Test func anAnswerKnownAlreadyIsNotSentAgain() async throws {
    let first = await harness.send(verb: "GET", path, [])
    let tag = try #require(first.field("etag"))
    #expect(first.status == 200 && tag.hasPrefix("W/\"") && tag.utf8.count == 36)
    #expect(first.field("vary") == "accept-encoding")
    for list in [tag, "*", "\"x\", \(tag)", String(tag.dropFirst(2)), "\"a,b\" ,, \(tag)"] {
      let again = await harness.send(verb: "GET", path, [("if-none-match", list)])
      #expect(again.status == 304)
      #expect(again.body.isEmpty)
      #expect(again.field("etag") == tag)
      #expect(again.field("vary") == "accept-encoding")
      #expect(again.field("content-type") == nil)
    }
    let second = [("if-none-match", "\"x\""), ("if-none-match", tag)]
    #expect(await harness.send(verb: "GET", path, second).status == 304)
    for list in ["\"x\"", "x", "", "\"", "W/", "x, \(tag)", tag.replacingLast("x")] {
      #expect(await harness.send(verb: "GET", path, [("if-none-match", list)]).status == 200)
    }
  }

  @Test func onlyGETHasValidators() async throws {
    let tag = try #require(await harness.send(verb: "GET", path, []).field("etag"))
    let post = await harness.unary(
      "GetEcho", .json, bytes(#"{"name":"n"}"#), [("if-none-match", tag)])
    #expect(post.status == 200 && !post.body.isEmpty)
    #expect(post.field("etag") == nil && post.field("vary") == nil)
  }

  @Test func theTagIsOfTheMessageAndNotOfItsCompression() async throws {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 1
    let harness = Harness(limits: limits)
    let plain = await harness.send(verb: "GET", path, [])
    let zipped = await harness.send(verb: "GET", path, [("accept-encoding", "gzip")])
    #expect(plain.field("content-encoding") == nil && zipped.field("content-encoding") == "gzip")
    #expect(plain.field("etag") == zipped.field("etag"))
    let other = path.replacingLast("%7D", with: "%20%7D")
    #expect(await harness.send(verb: "GET", other, []).field("etag") == plain.field("etag"))
    let changed = Harness.service + "GetEcho?encoding=json&message=%7B%22name%22:%22m%22%7D"
    #expect(await harness.send(verb: "GET", changed, []).field("etag") != plain.field("etag"))
  }

  @Test func aHandlersOwnTagCounts() async {
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      try context.response.addHeader("\"7\"", for: "etag")
      try context.response.addHeader("max-age=60", for: "cache-control")
      return request
    }
    let harness = Harness(router)
    let first = await harness.send(verb: "GET", path, [])
    #expect(first.fields.fields.filter { $0.name == "etag" }.map(\.value) == ["\"7\""])
    let again = await harness.send(verb: "GET", path, [("if-none-match", "W/\"7\"")])
    #expect(again.status == 304)
    #expect(again.fields.fields.filter { $0.name == "etag" }.map(\.value) == ["\"7\""])
    #expect(again.field("cache-control") == "max-age=60")
  }

  @Test func HEADIsGETWithoutABody() async throws {
    let get = await harness.send(verb: "GET", path, [])
    let head = await harness.send(verb: "HEAD", path, [])
    #expect(head.status == 200 && head.fields == get.fields && head.body.isEmpty)
    let tag = try #require(head.field("etag"))
    #expect(await harness.send(verb: "HEAD", path, [("if-none-match", tag)]).status == 304)
    let failed = await harness.send(verb: "HEAD", Harness.service + "GetEcho?encoding=json", [])
    #expect(failed.status == 400 && failed.body.isEmpty)
  }

  /// Frozen: a tag that a cache holds is still good after the server was started anew.
  @Test func tagsAreTheSameInEveryProcess() {
    let tags = [0, 1, 7, 8, 9, 64].map { count in
      EntityTag.weak(of: (0..<count).map { UInt8($0) }, .proto)
    }
    #expect(Set(tags).count == tags.count)
    #expect(tags[2] != EntityTag.weak(of: (0..<7).map { UInt8($0) }, .json))
    #expect(EntityTag.weak(of: [], .proto) == tags[0])
    #expect(EntityTag.weak(of: [0], .proto) != EntityTag.weak(of: [0, 0], .proto))
  }
}

// MARK: - The client

struct GetClientTests {
  private func client(_ channel: InProcessChannel) -> EchoServiceClient {
    EchoServiceClient(channel: channel)
  }

  @Test(arguments: Codec.allCases, ContentCoding.allCases)
  func aCallByGETAnswersAsOneByPOST(codec: Codec, coding: ContentCoding) async throws {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 10
    let channel = InProcessChannel(.echo(), limits: limits)
    let request = Request(name: "名 + / ? & = %", placeCode: String(repeating: "x", count: 400))
    var metadata = Metadata()
    try metadata.add("1", for: "x-a")
    let options = CallOptions(
      timeout: .seconds(100), metadata: metadata, codec: codec, compression: coding, verb: .get)
    #expect(try await client(channel).getEcho(request, options: options) == request)
    let sent = try #require(channel.requests.first)
    #expect(sent.verb == "GET" && sent.body.isEmpty)
    #expect(sent.path.hasPrefix(Harness.service + "GetEcho?connect=v1&encoding=\(codec)"))
    #expect(sent.path.contains("compression=gzip") == (coding == .gzip))
    #expect(sent.fields.first("content-type") == nil)
    #expect(sent.fields.first("connect-protocol-version") == nil)
    #expect(sent.fields.first("content-encoding") == nil)
    #expect(sent.fields.first("accept-encoding") == "gzip")
    #expect(sent.fields.first("connect-timeout-ms") != nil)
    #expect(sent.fields.first("x-a") == "1")
    let error = await #expect(throws: RPCError.self) {
      try await client(channel).getEcho(
        Request(name: "fail", placeCode: "aborted"), options: options)
    }
    #expect(error?.code == .aborted && error?.details.count == 1)
  }

  @Test func whatCannotGoByGETGoesByPOST() async throws {
    let channel = InProcessChannel(.echo())
    let options = CallOptions(codec: .json, verb: .get)
    _ = try await client(channel).putEcho(Request(name: "n"), options: options)
    for try await _ in try await client(channel).watchEcho(Request(), options: options) {}
    #expect(channel.requests.map(\.verb) == ["POST", "POST"])
    // The path at the limit, and one byte longer.
    let frame =
      Harness.service + #"GetEcho?connect=v1&encoding=json&message=%7B%22name%22%3A%22%22%7D"#
    for (more, verb) in [(0, "GET"), (1, "POST")] {
      let name = String(repeating: "x", count: 8_192 - frame.utf8.count + more)
      let answer = try await client(channel).getEcho(Request(name: name), options: options)
      #expect(answer.name == name)
      #expect(channel.requests.last?.verb == verb)
    }
    let large = Request(name: String(repeating: "x", count: 100_000))
    let zipped = CallOptions(compression: .gzip, verb: .get)
    #expect(try await client(channel).getEcho(large, options: zipped) == large)
    #expect(channel.requests.last?.verb == "GET")
  }

  @Test func anAnswerThatIsKnownAlreadyIsAnErrorWithItsStatus() async throws {
    let channel = InProcessChannel(.echo())
    let answer = try await channel.call(
      EchoServiceMethods.getEcho, Request(name: "n"), options: CallOptions(verb: .get))
    var metadata = Metadata()
    try metadata.add(try #require(answer.headers["etag"]), for: "if-none-match")
    let options = CallOptions(metadata: metadata, verb: .get)
    let error = await #expect(throws: RPCError.self) {
      try await client(channel).getEcho(Request(name: "n"), options: options)
    }
    #expect(error?.httpStatus == 304)
    #expect(error?.code == .unknown)
  }

  @Test func callsByGETPassThrough() async throws {
    let backend = InProcessChannel(.echo())
    var router = Router()
    router.fallback(prefix: "/lianshe.fixture.") { call in try await call.forward(to: backend) }
    let front = InProcessChannel(router)
    let request = Request(name: "n", pageSize: 3)
    let options = CallOptions(verb: .get)
    let answer = try await front.call(EchoServiceMethods.getEcho, request, options: options)
    #expect(answer.message == request)
    #expect(backend.requests.first?.verb == "GET")
    #expect(backend.requests.first?.path == front.requests.first?.path)
    let path = try #require(front.requests.first?.path)
    let tag = try #require(answer.headers["etag"])
    let again = await Harness(router).send(verb: "GET", path, [("if-none-match", tag)])
    #expect(again.status == 304 && again.body.isEmpty && again.field("etag") == tag)
    let head = await Harness(router).send(verb: "HEAD", path, [])
    #expect(head.status == 200 && head.body.isEmpty && head.field("etag") == tag)
  }
}

extension String {
  /// The text with its last occurrence of something replaced.
  fileprivate func replacingLast(_ end: String, with other: String = "y") -> String {
    hasSuffix(end) ? String(dropLast(end.count)) + other : String(dropLast()) + other
  }
}
