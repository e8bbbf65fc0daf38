// Server-streaming calls on the server: envelopes in, envelopes out, and exactly one end.

internal import Compression
internal import FixtureMessages
internal import Testing
internal import Wire

@testable internal import RPC

struct StreamTests {
  let harness = Harness()

  private func envelope(_ payload: [UInt8], flags: UInt8 = 0) -> [UInt8] {
    Envelope.frame(flags: flags, payload)
  }

  // MARK: Answers

  @Test(arguments: Codec.allCases, [0, 1, 5] as [UInt32])
  func messagesComeInOrderAndOneEndAfterThem(codec: Codec, count: UInt32) async throws {
    let request = Request(name: "county", pageSize: count)
    let reply = await harness.stream("WatchEcho", codec, envelope(try request.encoded(codec)))
    #expect(reply.status == 200)
    #expect(reply.field("content-type") == "application/connect+\(codec.rawValue)")
    let envelopes = try reply.envelopes
    #expect(envelopes.map(\.flags) == Array(repeating: 0, count: Int(count)) + [2])
    let numbers = try envelopes.dropLast().map { try Request($0.payload, codec).pageSize }
    #expect(numbers == Array(0..<count))
    #expect(try reply.end == "{}")
  }

  @Test func theRequestMayComeInPieces() async throws {
    let body = envelope(try Request(name: "n", pageSize: 2).encoded(.proto))
    for size in 1...body.count {
      let reply = await harness.send(
        Harness.service + "WatchEcho", [("content-type", "application/connect+proto")],
        body: body, cutting: size)
      #expect(try reply.envelopes.count == 3)
    }
  }

  @Test func anErrorMidWayIsTheEndOfAnAnswerWithStatus200() async throws {
    let request = Request(name: "fail", pageSize: 2)
    let reply = await harness.stream("WatchEcho", .json, envelope(try request.encoded(.json)))
    #expect(reply.status == 200)
    #expect(try reply.envelopes.count == 3)
    let value = Base64.encode(try request.protobufBytes())
    #expect(
      try reply.end
        == #"{"error":{"code":"aborted","message":"mid-way","details":"#
        + #"[{"type":"lianshe.fixture.v1.Request","value":"\#(value)"}]},"#
        + #""metadata":{"x-error":["e"]}}"#)
  }

  @Test func headersLeaveFirstAndTrailersTravelInTheEnd() async throws {
    let reply = await harness.stream(
      "WatchEcho", .json, envelope(bytes(#"{"name":"metadata","pageSize":1}"#)))
    #expect(reply.field("trailer-x-after") == nil)
    #expect(try reply.end == #"{"metadata":{"x-after":["t"]}}"#)
  }

  @Test func aHeaderAfterTheHeadIsTheHandlersMistake() async throws {
    // The harness sends the head before the handler runs, as a transport may.
    let reply = await harness.stream(
      "WatchEcho", .json, envelope(bytes(#"{"name":"header"}"#)))
    #expect(reply.field("x-before") == nil)
    #expect(try reply.end.contains("internal") == true)
  }

  @Test func unforeseenErrorsTellTheCallerNothing() async throws {
    let reply = await harness.stream(
      "WatchEcho", .json, envelope(bytes(#"{"name":"unforeseen","pageSize":1}"#)))
    #expect(try reply.end == #"{"error":{"code":"internal","message":"internal error"}}"#)
    #expect(harness.log.all.first?.contains("/etc/secret") == true)
  }

  // MARK: Broken requests. The status is always 200, the error in the end.

  private func error(
    _ body: [UInt8], _ fields: [(String, String)] = [], harness: Harness? = nil
  ) async throws -> String {
    let reply = await (harness ?? self.harness).stream("WatchEcho", .json, body, fields)
    #expect(reply.status == 200)
    #expect(reply.field("content-type") == "application/connect+json")
    #expect(try reply.envelopes.count == 1)
    let end = try reply.end
    let code = end.split(separator: "\"").dropFirst(5).first ?? ""
    return String(code)
  }

  @Test func noneOrTwoMessagesAreUnimplemented() async throws {
    #expect(try await error([]) == "unimplemented")
    let one = envelope(bytes("{}"))
    #expect(try await error(one + one) == "unimplemented")
    #expect(try await error(one + [0]) == "unimplemented")
  }

  @Test func aTruncatedEnvelopeIsInvalidArgument() async throws {
    let whole = envelope(bytes(#"{"name":"a"}"#))
    for count in 1..<whole.count {
      #expect(try await error(Array(whole[..<count])) == "invalid_argument")
    }
  }

  @Test func aCompressedFlagUnderIdentityIsInternal() async throws {
    let body = envelope(try Gzip.compress(bytes("{}")), flags: 1)
    #expect(try await error(body) == "internal")
    #expect(try await error(body, [("connect-content-encoding", "identity")]) == "internal")
  }

  @Test func unknownFlagsAreInvalidArgument() async throws {
    for flags: UInt8 in [2, 3, 4, 0x80, 0xFF] {
      #expect(try await error(envelope(bytes("{}"), flags: flags)) == "invalid_argument")
    }
  }

  @Test func malformedMessagesAreInvalidArgument() async throws {
    #expect(try await error(envelope(bytes("{"))) == "invalid_argument")
    #expect(try await error(envelope([])) == "invalid_argument")
    let gzip = [("connect-content-encoding", "gzip")]
    #expect(try await error(envelope(bytes("{}"), flags: 1), gzip) == "invalid_argument")
  }

  @Test func versionTimeoutAndCompressionAreCheckedAsForUnaryCalls() async throws {
    let body = envelope(bytes("{}"))
    #expect(try await error(body, [("connect-protocol-version", "2")]) == "invalid_argument")
    #expect(try await error(body, [("connect-timeout-ms", "1s")]) == "invalid_argument")
    #expect(try await error(body, [("connect-timeout-ms", "0")]) == "deadline_exceeded")
    #expect(try await error(body, [("connect-content-encoding", "br")]) == "unimplemented")
  }

  @Test func exactlyTheLimitPasses() async throws {
    var limits = RPCLimits()
    limits.maximumRequestBytes = 60
    let harness = Harness(limits: limits)
    func json(_ count: Int) -> [UInt8] {
      bytes(#"{"name":""# + String(repeating: "a", count: count - 11) + #""}"#)
    }
    let fits = await harness.stream("WatchEcho", .json, envelope(json(60)))
    #expect(try fits.end == "{}")
    #expect(try await error(envelope(json(61)), harness: harness) == "resource_exhausted")
    let declared = [("content-length", "66")]
    #expect(
      try await error(envelope(json(61)), declared, harness: harness) == "resource_exhausted")
    let gzip = [("connect-content-encoding", "gzip")]
    let packed = try Gzip.compress(json(2_000))
    #expect(packed.count <= 60)
    #expect(
      try await error(envelope(packed, flags: 1), gzip, harness: harness) == "resource_exhausted")
  }

  @Test func aHugeLengthIsRefusedByItsPrefix() {
    var call = ServerCall(server: harness.server)
    let head = RequestHead(
      verb: "POST", path: Harness.service + "WatchEcho",
      fields: [.init("content-type", "application/connect+proto")])
    guard case .none = call.receive(head, endStream: false, peer: "", now: .now),
      case .answer(let answer) = call.receive([0, 255, 255, 255, 255], endStream: false, now: .now)
    else {
      Issue.record("the prefix was taken")
      return
    }
    #expect(answer.head.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("resource_exhausted"))
  }

  // MARK: Compression

  @Test(arguments: Codec.allCases)
  func compressionGoesBothWays(codec: Codec) async throws {
    let request = Request(name: "large", pageSize: 3)
    let reply = await harness.stream(
      "WatchEcho", codec, envelope(try Gzip.compress(try request.encoded(codec)), flags: 1),
      [("connect-content-encoding", "gzip"), ("connect-accept-encoding", "br, gzip")])
    #expect(reply.field("connect-content-encoding") == "gzip")
    #expect(reply.field("content-encoding") == nil)
    let envelopes = try reply.envelopes
    #expect(envelopes.map(\.flags) == [1, 1, 1, 2])
    for (number, envelope) in envelopes.dropLast().enumerated() {
      let message = try Request(
        try Gzip.decompress(envelope.payload, limit: 10_000), codec)
      #expect(message.pageSize == UInt32(number))
      #expect(message.placeCode.utf8.count == 5_000)
    }
  }

  @Test func anUncompressedMessageMayComeUnderGzip() async throws {
    let reply = await harness.stream(
      "WatchEcho", .json, envelope(bytes(#"{"pageSize":1}"#)),
      [("connect-content-encoding", "gzip"), ("connect-accept-encoding", "gzip")])
    // The answer's one message is too small to compress.
    #expect(try reply.envelopes.map(\.flags) == [0, 2])
  }

  @Test func theUnaryHeadersOfCompressionMeanNothingHere() async throws {
    let reply = await harness.stream(
      "WatchEcho", .json, envelope(bytes(#"{"name":"large","pageSize":1}"#)),
      [("content-encoding", "br"), ("accept-encoding", "gzip")])
    #expect(try reply.envelopes.map(\.flags) == [0, 2])
  }

  /// Watching has no natural end.
  @Test(arguments: [Framing.unary, .stream])
  func theServersOwnDeadlineBindsUnaryCallsOnly(framing: Framing) {
    var limits = RPCLimits()
    limits.defaultTimeout = .seconds(5)
    let harness = Harness(limits: limits)
    for (fields, own) in [([], framing == .unary), ([("connect-timeout-ms", "9000")], true)] {
      var call = ServerCall(server: harness.server)
      let isUnary = framing == .unary
      let head = RequestHead(
        verb: "POST", path: Harness.service + (isUnary ? "GetEcho" : "WatchEcho"),
        fields: HeaderFields(
          [.init("content-type", "application/\(isUnary ? "" : "connect+")json")]
            + fields.map { .init($0.0, $0.1) }))
      _ = call.receive(head, endStream: false, peer: "test", now: harness.now)
      let seconds: Int64 = fields.isEmpty ? 5 : 9
      let expected = own ? harness.now.advanced(by: .seconds(seconds)) : nil
      #expect(call.deadline == expected)
      let body = isUnary ? bytes("{}") : envelope(bytes("{}"))
      guard case .run(let invocation) = call.receive(body, endStream: true, now: harness.now)
      else {
        Issue.record("the request was refused")
        return
      }
      #expect(invocation.deadline == expected)
    }
  }

  // MARK: Given up before it was complete

  @Test func limitsMayBeAsLargeAsNumbersAre() async throws {
    var limits = RPCLimits()
    limits.maximumRequestBytes = .max
    limits.maximumResponseBytes = .max
    let channel = InProcessChannel(.echo(), limits: limits)
    let client = EchoServiceClient(channel: channel)
    for compression in ContentCoding.allCases {
      let options = CallOptions(compression: compression)
      let request = Request(name: "a", placeCode: String(repeating: "x", count: 5_000))
      #expect(try await client.getEcho(request, options: options) == request)
      var count = 0
      let stream = Request(name: "large", placeCode: request.placeCode, pageSize: 2)
      for try await _ in try await client.watchEcho(stream, options: options) { count += 1 }
      #expect(count == 2)
    }
    var router = Router()
    router.fallback(prefix: "/") { call in try await call.forward(to: channel) }
    let front = EchoServiceClient(channel: InProcessChannel(router, limits: limits))
    for try await _ in try await front.watchEcho(Request(pageSize: 2)) {}
  }

  @Test(arguments: [Framing.unary, .stream])
  func aRequestThatIsStillComingCanBeRefusedInItsOwnForm(framing: Framing) {
    let start = CallInstant.now
    var call = ServerCall(server: harness.server)
    #expect(call.deadline == nil)
    let head = RequestHead(
      verb: "POST", path: Harness.service + (framing == .unary ? "GetEcho" : "WatchEcho"),
      fields: [
        .init("content-type", ContentType(framing, .json).text),
        .init("connect-timeout-ms", "500"),
      ])
    guard case .none = call.receive(head, endStream: false, peer: "", now: start) else {
      Issue.record("the head was refused")
      return
    }
    #expect(call.deadline == start.advanced(by: .milliseconds(500)))
    let reply = Reply(call.failure(RPCError(.deadlineExceeded, "late")))
    switch framing {
    case .unary:
      #expect(reply.status == 504)
      #expect(reply.text == #"{"code":"deadline_exceeded","message":"late"}"#)
    case .stream:
      #expect(reply.status == 200)
      #expect(reply.field("content-type") == "application/connect+json")
      #expect(
        (try? reply.end) == #"{"error":{"code":"deadline_exceeded","message":"late"}}"#)
    }
  }
}

struct EnvelopeBoundariesTests {
  private let envelopes = [
    Envelope.frame(flags: 0, bytes("{}")), Envelope.frame(flags: 1, []),
    Envelope.frame(flags: 0, [UInt8](repeating: 7, count: 300)),
    Envelope.frame(flags: 2, bytes("{}")),
  ]

  @Test func boundariesAreFoundWhereverTheBytesAreCut() {
    let all = envelopes.flatMap { $0 }
    var ends: Set<Int> = [0]
    var end = 0
    for envelope in envelopes {
      end += envelope.count
      ends.insert(end)
    }
    for size in 1...all.count {
      var boundaries = EnvelopeBoundaries()
      for start in stride(from: 0, to: all.count, by: size) {
        #expect(boundaries.isAtBoundary == ends.contains(start))
        #expect(!boundaries.hasEnded)
        boundaries.pass(Array(all[start...].prefix(size)))
      }
      #expect(boundaries.isAtBoundary && boundaries.hasEnded)
    }
  }

  @Test func whatBelongsToTheOpenEnvelopeIsTold() {
    for (index, envelope) in envelopes.enumerated() {
      for cut in 1..<envelope.count {
        var boundaries = EnvelopeBoundaries()
        boundaries.pass(envelopes[..<index].flatMap { $0 } + envelope[..<cut])
        let missing = envelope.count - cut
        for after in [[], Envelope.frame(flags: 0, [1, 2, 3])] {
          var copy = boundaries
          let rest = Array(envelope[cut...])
          let most = max(1, missing - 1)
          #expect(copy.passToBoundary(Array(rest.prefix(most))) == most)
          if most < missing {
            #expect(!copy.isAtBoundary)
            #expect(copy.passToBoundary(Array(rest.dropFirst(most)) + after) == missing - most)
          }
          #expect(copy.isAtBoundary)
          #expect(copy.hasEnded == (index == 3))
        }
      }
    }
  }

  @Test func onlyAStreamedAnswerHasEnvelopes() async {
    var router = Router()
    router.fallback(prefix: "/") { _ in }
    var call = ServerCall(server: RPCServer(router: router))
    let head = RequestHead(
      verb: "POST", path: "/a.B/C", fields: [.init("content-type", "application/connect+json")])
    guard
      case .run(.raw(let raw)) = call.receive(head, endStream: true, peer: "", now: .now)
    else {
      Issue.record("the call was not passed through")
      return
    }
    #expect(Invocation.raw(raw).isStream)
    let streamed: HeaderFields = [.init("content-type", "application/connect+json")]
    let plain: HeaderFields = [.init("content-type", "application/json")]
    #expect(raw.boundaries(after: ResponseHead(status: 200, fields: streamed)) != nil)
    #expect(raw.boundaries(after: ResponseHead(status: 503, fields: streamed)) == nil)
    #expect(raw.boundaries(after: ResponseHead(status: 200, fields: plain)) == nil)
    let end = raw.end(RPCError(.unavailable, "away"))
    #expect(
      end == Envelope.frame(flags: 2, bytes(#"{"error":{"code":"unavailable","message":"away"}}"#)))
  }
}
