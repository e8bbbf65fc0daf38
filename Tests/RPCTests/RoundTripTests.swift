// Our client against our server, over every codec and compression.

internal import FixtureMessages
internal import Testing
internal import Wire

@testable internal import RPC

struct RoundTripTests {
  static let ways = Codec.allCases.flatMap { codec in
    ContentCoding.allCases.flatMap { coding in
      [true, false].map { CallOptions(codec: codec, compression: coding, acceptsGzip: $0) }
    }
  }

  @Test(arguments: ways)
  func unaryCallsGoThrough(options: CallOptions) async throws {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 10
    let channel = InProcessChannel(.echo(), limits: limits)
    let client = EchoServiceClient(channel: channel)
    let request = Request(
      name: "玉林市", placeCode: String(repeating: "x", count: 3_000), colors: [.red])
    #expect(try await client.getEcho(request, options: options) == request)
    let sent = try #require(channel.requests.first)
    #expect(sent.fields.first("content-type") == "application/\(options.codec.rawValue)")
    #expect(sent.fields.first("connect-protocol-version") == "1")
    #expect(
      sent.fields.first("content-encoding") == (options.compression == .gzip ? "gzip" : nil))
    #expect(sent.fields.first("accept-encoding") == (options.acceptsGzip ? "gzip" : nil))
  }

  @Test(arguments: ways, [1, 7, 1_000])
  func streamsGoThrough(options: CallOptions, pieceBytes: Int) async throws {
    var limits = RPCLimits()
    limits.compressionThresholdBytes = 10
    let channel = InProcessChannel(.echo(), limits: limits, pieceBytes: pieceBytes)
    let client = EchoServiceClient(channel: channel)
    let stream = try await client.watchEcho(
      Request(name: "large", pageSize: 3), options: options)
    var numbers: [UInt32] = []
    for try await message in stream {
      #expect(message.placeCode.utf8.count == 5_000)
      numbers.append(message.pageSize)
    }
    #expect(numbers == [0, 1, 2])
  }

  @Test func anErrorArrivesWithItsDetails() async throws {
    let client = EchoServiceClient(channel: InProcessChannel(.echo()))
    let request = Request(name: "fail", placeCode: "failed_precondition")
    let error = await #expect(throws: RPCError.self) { try await client.getEcho(request) }
    #expect(error?.code == .failedPrecondition)
    #expect(error?.message == "您说 failed_precondition")
    #expect(try error?.details.first?.decode(Request.self) == request)
    #expect(try error?.details.first?.decode(Scalars.self) == nil)
    #expect(error?.metadata["x-before"] == "h")
    #expect(error?.metadata["x-after"] == "t")
    #expect(error?.metadata["x-error"] == "e")
    #expect(error?.wasNotProcessed == false)
  }

  @Test func anErrorOfAStreamArrivesAfterItsMessages() async throws {
    let client = EchoServiceClient(channel: InProcessChannel(.echo(), pieceBytes: 3))
    let request = Request(name: "fail", pageSize: 2)
    let stream = try await client.watchEcho(request)
    var count = 0
    let error = await #expect(throws: RPCError.self) {
      for try await _ in stream { count += 1 }
    }
    #expect(count == 2)
    #expect(error?.code == .aborted)
    #expect(try error?.details.first?.decode(Request.self) == request)
    #expect(error?.metadata["x-error"] == "e")
    #expect(stream.trailers["x-error"] == "e")
  }

  @Test func metadataGoesBothWays() async throws {
    var options = CallOptions()
    try options.metadata.add("1", for: "X-A")
    try options.metadata.add("2", for: "x-a")
    try options.metadata.add(bytes: [0, 255, 128], for: "x-b-bin")
    let channel = InProcessChannel(.echo())
    let response = try await channel.call(
      EchoServiceMethods.getEcho, Request(name: "metadata"), options: options)
    #expect(response.headers.values(for: "y-x-a") == ["1", "2"])
    #expect(response.headers.bytes(for: "y-x-b-bin") == [0, 255, 128])
    #expect(response.trailers.values(for: "z-x-a") == ["1", "2"])
    #expect(response.trailers.bytes(for: "z-x-b-bin") == [0, 255, 128])
    #expect(response.headers["content-type"] == nil)
    #expect(response.headers["trailer-z-x-a"] == nil)
  }

  @Test func trailersOfAStreamAreThereAtItsEnd() async throws {
    var router = Router()
    router.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, context in
      try await responses.write(request)
      try context.response.addTrailer("t", for: "x-after")
    }
    let client = EchoServiceClient(channel: InProcessChannel(router))
    let stream = try await client.watchEcho(Request(name: "a"))
    #expect(stream.trailers.isEmpty)
    for try await message in stream { #expect(message.name == "a") }
    #expect(stream.trailers["x-after"] == "t")
  }

  // MARK: Deadlines

  @Test func whatIsLeftOfTheDeadlineIsSent() async throws {
    let channel = InProcessChannel(.echo())
    let client = EchoServiceClient(channel: channel)
    let calls: [CallOptions] = [
      CallOptions(), CallOptions(timeout: .seconds(10_000)),
      CallOptions(timeout: .seconds(100_000), deadline: .now.advanced(by: .seconds(10_000))),
      CallOptions(timeout: .seconds(10_000), deadline: .now.advanced(by: .seconds(100_000))),
      CallOptions(timeout: .seconds(Int64.max / 2)), CallOptions(timeout: .microseconds(900)),
    ]
    for options in calls { _ = try? await client.getEcho(Request(), options: options) }
    let sent = channel.requests.map { $0.fields.first("connect-timeout-ms").flatMap { Int($0) } }
    #expect(sent[0] == nil)
    for value in sent[1...3] { #expect((9_000_000...10_000_000).contains(value ?? 0)) }
    #expect((9_999_998_000...9_999_998_999).contains(sent[4] ?? 0))
    if sent.count > 5 { #expect(sent[5] == 1) }
  }

  @Test func noCallIsMadeWithoutTime() async {
    let channel = InProcessChannel(.echo())
    let client = EchoServiceClient(channel: channel)
    for timeout: Duration in [.zero, .seconds(-1)] {
      let error = await #expect(throws: RPCError.self) {
        try await client.getEcho(Request(), options: CallOptions(timeout: timeout))
      }
      #expect(error?.code == .deadlineExceeded)
    }
    #expect(channel.requests.isEmpty)
  }

  @Test func aDeadlineShrinksOnItsWayAndTheServersOwnDoesNotTravel() async throws {
    let backend = InProcessChannel(.echo())
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      try await Task.sleep(for: .milliseconds(30))
      return try await EchoServiceClient(channel: backend).getEcho(
        request, options: CallOptions(onBehalfOf: context))
    }
    let front = EchoServiceClient(channel: InProcessChannel(router))
    _ = try await front.getEcho(Request(), options: CallOptions(timeout: .seconds(5)))
    _ = try await front.getEcho(Request())
    let sent = backend.requests.map { $0.fields.first("connect-timeout-ms").flatMap { Int($0) } }
    #expect((1...4_970).contains(sent[0] ?? 0))
    #expect(sent[1] == nil)
  }

  // MARK: Traces

  @Test func aTraceGoesOnThroughAHop() async throws {
    let backend = InProcessChannel(.echo())
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      try await EchoServiceClient(channel: backend).getEcho(
        request, options: CallOptions(onBehalfOf: context))
    }
    let trace = TraceContext()
    _ = try await EchoServiceClient(channel: InProcessChannel(router)).getEcho(
      Request(), options: CallOptions(trace: trace))
    let sent = try #require(backend.requests.first?.fields.first("traceparent"))
    #expect(sent.contains(trace.traceID))
    #expect(!sent.contains(trace.spanID))
  }
}
