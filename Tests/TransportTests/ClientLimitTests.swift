// One test for each bound of the calling side that is enforced here, and what a caller is told.

internal import FixtureMessages
internal import HTTP2
internal import NIOCore
internal import NIOPosix
internal import RPC
internal import Testing
internal import Wire

@testable internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct ClientLimitTests {
  private static let settings: [UInt8] = [0, 0, 0, 4, 0, 0, 0, 0, 0]

  private func client(
    _ endpoint: Endpoint, _ change: (inout HTTP2ChannelOptions) -> Void
  ) -> EchoServiceClient {
    var options = HTTP2ChannelOptions()
    change(&options)
    return EchoServiceClient(endpoint, options: options)
  }

  // MARK: Clocks

  /// A listener that accepts nobody, with its queue full: who comes now hears nothing.
  @Test func anAttemptToConnectHasItsTime() async throws {
    let group = MultiThreadedEventLoopGroup.singleton
    let listener = try await ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 1)
      .serverChannelOption(.autoRead, value: false)
      .bind(host: "127.0.0.1", port: 0).get()
    let port = try #require(listener.localAddress?.port)
    var queued: [any Channel] = []
    while queued.count < 20 {
      let attempt = ClientBootstrap(group: group).connectTimeout(.milliseconds(300))
      guard let channel = try? await attempt.connect(host: "127.0.0.1", port: port).get() else {
        break
      }
      queued.append(channel)
    }
    let client = client(Endpoint(host: "127.0.0.1", port: port)) {
      $0.connectTimeout = .milliseconds(50)
    }
    let error = await failure { try await client.getEcho(Request()) }
    #expect(error?.code == .unavailable)
    #expect(error?.wasNotProcessed == true)
    #expect(error?.message.contains("did not answer in time") == true)
    for channel in queued { try await channel.close() }
    try await listener.close()
  }

  @Test func aServerThatSendsNoSettingsIsGivenUp() async throws {
    let silent = try await RawListener { _, _ in }
    let client = client(silent.endpoint) { $0.prefaceTimeout = .milliseconds(50) }
    let error = await failure {
      try await client.getEcho(Request(), options: CallOptions(timeout: .seconds(60)))
    }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("SETTINGS_TIMEOUT") == true)
    try await silent.close()
  }

  @Test func aRequestThatTheServerDoesNotTakeIsGivenUp() async throws {
    // SETTINGS with an initial window (4) of nothing.
    let shut: [UInt8] = [0, 0, 6, 4, 0, 0, 0, 0, 0] + [0, 4, 0, 0, 0, 0]
    let begun = Signal()
    let listener = try await RawListener { channel, _ in
      guard !begun.hasFired else { return }
      begun.fire()
      channel.writeAndFlush(ByteBuffer(bytes: shut), promise: nil)
    }
    let client = client(listener.endpoint) { $0.stalledWriteTimeout = .milliseconds(50) }
    let error = await failure {
      try await client.getEcho(
        Request(placeCode: String(repeating: "x", count: 100_000)),
        options: CallOptions(timeout: .seconds(60)))
    }
    #expect(error?.code == .canceled)
    try await listener.close()
  }

  @Test func whateverTheServerSendsIsASignOfLife() async throws {
    // Never answers the question, but keeps opening a window.
    let opening: [UInt8] = [0, 0, 4, 8, 0, 0, 0, 0, 0] + [0, 0, 0, 1]
    let begun = Signal()
    let alive = try await RawListener { channel, _ in
      guard !begun.hasFired else { return }
      begun.fire()
      channel.writeAndFlush(ByteBuffer(bytes: Self.settings), promise: nil)
      channel.eventLoop.scheduleRepeatedTask(
        initialDelay: .milliseconds(60), delay: .milliseconds(60)
      ) { task in
        channel.writeAndFlush(ByteBuffer(bytes: opening)).whenFailure { _ in task.cancel() }
      }
    }
    let client = client(alive.endpoint) {
      $0.keepaliveInterval = .milliseconds(20)
      $0.keepaliveTimeout = .milliseconds(700)
    }
    await expect(.deadlineExceeded) {
      try await client.getEcho(Request(), options: CallOptions(timeout: .seconds(2)))
    }
    try await alive.close()
  }

  // MARK: Windows

  /// All of a window much smaller than the usual step of credit is used again and again.
  @Test(arguments: [1_000, 5_000, 16_000])
  func aSmallWindowIsGivenBack(bytes: Int) async throws {
    try await withServer { _, endpoint in
      let client = client(endpoint) { $0.streamWindowBytes = bytes }
      let request = Request(placeCode: String(repeating: "x", count: 900), pageSize: 200)
      var count = 0
      let options = CallOptions(timeout: .seconds(30))
      for try await _ in try await client.watchEcho(request, options: options) { count += 1 }
      #expect(count == 200)
    }
  }

  /// Each of many streams has used less than a step of credit, and all together the connection's.
  @Test func whatQuietStreamsHaveUsedIsGivenBack() async throws {
    let gate = Signal()
    var router = Router()
    router.serverStreaming(EchoServiceMethods.watchEcho) { request, responses, _ in
      for _ in 0..<15 { try await responses.write(request) }
      await gate.wait()
    }
    try await withServer(router) { _, endpoint in
      defer { gate.fire() }
      let client = client(endpoint) { $0.connectionWindowBytes = 65_535 }
      let request = Request(placeCode: String(repeating: "x", count: 1_000))
      let options = CallOptions(timeout: .seconds(30))
      let read = Counter()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<12 {
          group.addTask {
            for try await _ in try await client.watchEcho(request, options: options) {
              read.add()
            }
          }
        }
        // Each reader waits for a sixteenth message, which is what makes its stream quiet.
        #expect(await eventually { read.count == 12 * 15 })
        gate.fire()
        try await group.waitForAll()
      }
    }
  }

  @Test func allStreamsTogetherHoldNoMoreThanTheConnectionsWindow() async throws {
    let probe = Probe()
    var limits = TransportLimits()
    limits.streamBufferBytes = 10_000
    try await withServer(probe, limits: limits) { _, endpoint in
      let client = client(endpoint) {
        $0.connectionWindowBytes = 100_000
        $0.streamWindowBytes = 80_000
      }
      let request = Request(name: "endless", placeCode: String(repeating: "x", count: 1_000))
      var streams: [ResponseStream<Request>] = []
      for _ in 0..<10 { streams.append(try await client.watchEcho(request)) }
      #expect(await eventually { probe.written >= 90 })
      // Until nothing moves any more.
      var written = -1
      while written != probe.written {
        written = probe.written
        try await Task.sleep(for: .milliseconds(300))
      }
      // The window and ten buffers, in messages of over 1,000 bytes.
      #expect(written <= 100 + 10 * 12)
      for stream in streams { stream.cancel() }
    }
  }

  // MARK: Sizes

  @Test(arguments: [true, false])
  func aHeadOverItsLimitsIsResourceExhausted(byCount: Bool) async throws {
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { request, context in
      for number in 0..<(byCount ? request.pageSize : 1) {
        let value = String(repeating: "v", count: byCount ? 1 : Int(request.pageSize))
        try context.response.addHeader(value, for: "x-\(number)")
      }
      return request
    }
    try await withServer(router) { _, endpoint in
      let client = client(endpoint) {
        $0.maximumHeaderBytes = 2_000
        $0.maximumHeaderFields = 20
      }
      // `:status` and `content-type` are fields too.
      let fits: UInt32 = byCount ? 18 : 1_700
      let over = byCount ? 19 : 2_000 as UInt32
      for size in [fits, over, fits] {
        let error = await failure { try await client.getEcho(Request(pageSize: size)) }
        #expect(error?.code == (size == over ? .resourceExhausted : nil))
      }
    }
  }

  /// The limit of the channel holds where the call names none; exactly so many bytes pass.
  @Test(arguments: [true, false])
  func aMessageOverTheChannelsLimitIsResourceExhausted(streamed: Bool) async throws {
    let answer = Request(name: "a", placeCode: String(repeating: "x", count: 5_000))
    let size = try answer.protobufBytes().count
    try await withServer { _, endpoint in
      for (limit, passes) in [(size, true), (size - 1, false), (size, true)] {
        let client = client(endpoint) { $0.call.maximumResponseBytes = limit }
        for acceptsGzip in [true, false] {
          let options = CallOptions(acceptsGzip: acceptsGzip)
          let error = await failure {
            guard streamed else { return [try await client.getEcho(answer, options: options)] }
            var request = answer
            request.pageSize = 1
            var messages: [Request] = []
            for try await message in try await client.watchEcho(request, options: options) {
              messages.append(message)
            }
            #expect(messages == [answer])
            return messages
          }
          #expect(error?.code == (passes ? nil : .resourceExhausted))
        }
      }
    }
  }

  @Test func anErrorIsReadEvenWhereAnswersMustBeSmall() async throws {
    var router = Router()
    router.unary(EchoServiceMethods.getEcho) { _, _ in
      throw RPCError(.notFound, "there is no such place")
    }
    router.serverStreaming(EchoServiceMethods.watchEcho) { _, _, _ in
      throw RPCError(.notFound, "there is no such place")
    }
    try await withServer(router) { _, endpoint in
      let client = EchoServiceClient(endpoint)
      let options = CallOptions(maximumResponseBytes: 5)
      let unary = await failure { try await client.getEcho(Request(), options: options) }
      let stream = await failure {
        for try await _ in try await client.watchEcho(Request(), options: options) {}
      }
      for error in [unary, stream] {
        #expect(error?.code == .notFound)
        #expect(error?.message == "there is no such place")
      }
    }
  }

  // MARK: Words

  @Test func whyAConnectionWasLostIsSaid() async throws {
    // DATA on stream 0 is against the rules.
    let broken = try await RawListener { channel, _ in
      channel.writeAndFlush(
        ByteBuffer(bytes: Self.settings + [0, 0, 1, 0, 0, 0, 0, 0, 0, 7]), promise: nil)
    }
    let error = await failure { try await EchoServiceClient(broken.endpoint).getEcho(Request()) }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("PROTOCOL_ERROR: ") == true)
    #expect(error?.message.contains("DATA") == true)
    try await broken.close()
  }
}
