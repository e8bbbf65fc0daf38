// Limits at the ends of their range, and clocks whose time the test moves by hand.

internal import FixtureMessages
internal import HTTP2
internal import Logging
internal import NIOCore
internal import NIOEmbedded
internal import RPC
internal import Testing
internal import Wire

@testable internal import Transport

@Suite(.timeLimit(.minutes(2)))
struct ExtremeTests {
  private var endlessTransport: TransportLimits {
    var limits = TransportLimits()
    limits.call = endlessCall
    limits.maximumConnections = .max
    limits.maximumStreams = .max
    limits.prefaceTimeout = .seconds(Int64.max)
    limits.headersTimeout = .seconds(Int64.max)
    limits.bodyProgressTimeout = .seconds(Int64.max)
    limits.idleTimeout = .seconds(Int64.max)
    limits.stalledWriteTimeout = .seconds(Int64.max)
    limits.maximumAge = .seconds(Int64.max)
    limits.maximumHeaderBytes = .max
    limits.maximumHeaderFields = .max
    limits.streamBufferBytes = .max
    limits.connectionBufferBytes = .max
    limits.listenerBufferBytes = .max
    limits.drainNoticeTimeout = .seconds(Int64.max)
    limits.streamDrainGrace = .seconds(Int64.max)
    limits.earlyAnswerBytes = .max
    limits.earlyAnswerDelay = .seconds(Int64.max)
    return limits
  }

  private var endlessCall: RPCLimits {
    var limits = RPCLimits()
    limits.maximumRequestBytes = .max
    limits.maximumResponseBytes = .max
    limits.maximumPathBytes = .max
    limits.compressionThresholdBytes = .max
    limits.defaultTimeout = .seconds(Int64.max)
    return limits
  }

  private var endlessChannel: HTTP2ChannelOptions {
    var options = HTTP2ChannelOptions()
    options.call = endlessCall
    options.connectTimeout = .seconds(Int64.max)
    options.minimumBackoff = .seconds(Int64.max)
    options.maximumBackoff = .seconds(Int64.max)
    options.keepaliveInterval = .seconds(Int64.max)
    options.keepaliveTimeout = .seconds(Int64.max)
    options.prefaceTimeout = .seconds(Int64.max)
    options.stalledWriteTimeout = .seconds(Int64.max)
    options.streamWindowBytes = .max
    options.connectionWindowBytes = .max
    options.maximumHeaderBytes = .max
    options.maximumHeaderFields = .max
    return options
  }

  /// Whoever wants no limit says the largest number, and nothing overflows.
  @Test func limitsMayBeAsLargeAsNumbersAre() async throws {
    try await withServer(limits: endlessTransport) { server, endpoint in
      let client = EchoServiceClient(endpoint, options: endlessChannel)
      let options = CallOptions(
        timeout: .seconds(Int64.max), compression: .gzip, maximumResponseBytes: .max)
      let request = Request(placeCode: String(repeating: "x", count: 5_000), pageSize: 20)
      #expect(try await client.getEcho(request, options: options) == request)
      var count = 0
      for try await _ in try await client.watchEcho(request, options: options) { count += 1 }
      #expect(count == 20)
      let peer = try await RawPeer(endpoint)
      let refused = try peer.request("NoSuchEcho", body: "{", endStream: false)
      #expect(try await peer.answer(try peer.request())?.status == "200")
      try peer.session.sendData(refused, Array("}".utf8), endStream: true)
      #expect(try await peer.answer(refused)?.status == "404")
      try await peer.close()
      await server.drain(grace: .seconds(Int64.max))
    }
    // A pause as long as there can be, twice over.
    var backoff = Backoff(minimum: .seconds(Int64.max), maximum: .seconds(Int64.max))
    var random = SystemRandomNumberGenerator()
    let start = CallInstant.now
    for _ in 0..<100 {
      #expect(start.advanced(by: backoff.failed(using: &random)) > start.advanced(by: .seconds(1)))
    }
  }

  /// A wait for room begins after the write that found none, from another thread perhaps long
  /// after: what the window has taken meanwhile must not be waited for.
  @Test(arguments: ["here", "away"])
  func aBufferOfNothingStillLetsMessagesThrough(name: String) async throws {
    var limits = TransportLimits()
    limits.streamBufferBytes = 0
    try await withServer(limits: limits) { _, endpoint in
      var count: UInt32 = 0
      let stream = try await EchoServiceClient(endpoint).watchEcho(
        Request(name: name, pageSize: 300), options: CallOptions(timeout: .seconds(60)))
      for try await message in stream {
        #expect(message.pageSize == count)
        count += 1
      }
      #expect(count == 300)
    }
  }
}

/// How a connection is left, on a loop that runs only when told to.
struct LingerTests {
  /// Keeps the peer's side open, as a peer does that has not noticed our end.
  private final class HalfCloser: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    private(set) var halves = 0

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      guard mode == .output else { return context.close(mode: mode, promise: promise) }
      halves += 1
      promise?.succeed(())
    }
  }

  /// Our end is said at once; the rest goes when the peer has had its time.
  private func expectLingering(
    _ connection: SessionHandler, on loop: EmbeddedEventLoop,
    end: (EmbeddedChannel) throws -> Void
  ) throws {
    let half = HalfCloser()
    let channel = EmbeddedChannel(handlers: [half, connection], loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    loop.run()
    try end(channel)
    loop.run()
    #expect(half.halves == 1)
    #expect(!connection.isOpen)
    loop.advanceTime(by: .milliseconds(6_999))
    #expect(channel.isActive)
    loop.advanceTime(by: .milliseconds(1))
    #expect(!channel.isActive)
    _ = try? channel.finish(acceptAlreadyClosed: true)
  }

  @Test func aServerWaitsForThePeersCloseAndNoLonger() throws {
    let loop = EmbeddedEventLoop()
    var limits = TransportLimits()
    limits.lingerTimeout = .seconds(7)
    let host = ServerHost(
      server: RPCServer(router: Router()), limits: limits, logger: Logger(label: "test"))
    let connection = try ServerConnection(
      host: host, loop: loop, executor: LoopExecutor(loop), peer: "test")
    try expectLingering(connection, on: loop) { channel in
      try channel.writeInbound(ByteBuffer(string: "GET / HTTP/1.1\r\n\r\n"))
    }
  }

  @Test func aClientWaitsForThePeersCloseAndNoLonger() throws {
    let loop = EmbeddedEventLoop()
    var options = HTTP2ChannelOptions()
    options.lingerTimeout = .seconds(7)
    let connection = try ClientConnection(
      endpoint: Endpoint(host: "127.0.0.1", port: 1), options: options, loop: loop,
      logger: Logger(label: "test")
    ) { _ in }
    try expectLingering(connection, on: loop) { _ in connection.shutDown() }
  }
}
