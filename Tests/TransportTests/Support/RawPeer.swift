// The other end of a connection, under the test's own hand: it says when bytes are sent, read,
// consumed and acknowledged.

internal import HTTP2
internal import NIOCore
internal import NIOPosix
internal import Transport

/// Hands everything received to a stream.
private final class Collector: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  private let received: AsyncStream<[UInt8]>.Continuation

  init(_ received: AsyncStream<[UInt8]>.Continuation) { self.received = received }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    received.yield(Array(unwrapInboundIn(data).readableBytesView))
  }

  func channelInactive(context: ChannelHandlerContext) { received.finish() }
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// A client connection. Used by one task.
final class RawPeer {
  let session: HTTP2Session
  let channel: any Channel
  private var received: AsyncStream<[UInt8]>.Iterator
  private(set) var hasEnded = false
  /// Everything that the server has sent.
  private(set) var log: [UInt8] = []

  /// - Parameter socketBytes: what the system may hold for us unread; nil for its own choice.
  init(
    _ endpoint: Endpoint, limits: HTTP2Limits = HTTP2Limits(), socketBytes: Int? = nil
  ) async throws {
    let (stream, continuation) = AsyncStream<[UInt8]>.makeStream()
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let socketBytes {
            try channel.syncOptions?.setOption(.socketOption(.so_rcvbuf), value: socketBytes)
            try channel.syncOptions?.setOption(
              .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4_096))
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
          }
          try channel.pipeline.syncOperations.addHandler(Collector(continuation))
        }
      }
      .connect(host: endpoint.host, port: endpoint.port).get()
    received = stream.makeAsyncIterator()
    session = try HTTP2Session(role: .client, limits: limits, now: Self.now)
  }

  static var now: HTTP2Instant {
    HTTP2Instant(nanoseconds: NIODeadline.now().uptimeNanoseconds)
  }

  // MARK: Sending

  /// What the session has to send, taken without sending it.
  func output() -> [UInt8] {
    var bytes: [UInt8] = []
    repeat { session.takeOutput(into: &bytes) } while session.wantsWrite
    return bytes
  }

  func write(_ bytes: some Collection<UInt8>) async throws {
    guard !bytes.isEmpty else { return }
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  func flush() async throws { try await write(output()) }

  /// Answers a PING by hand: nghttp2 does not when a GOAWAY has come and no stream is open.
  func acknowledge(_ number: UInt64) async throws {
    let payload = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    try await write([0, 0, 8, 6, 1, 0, 0, 0, 0] + payload)
  }

  /// A client whose windows take whatever the server has.
  static func withoutWindows(
    _ endpoint: Endpoint, socketBytes: Int? = nil
  ) async throws -> RawPeer {
    var windows = HTTP2Limits()
    windows.streamWindowBytes = 1 << 30
    windows.connectionWindowBytes = 1 << 30
    return try await RawPeer(endpoint, limits: windows, socketBytes: socketBytes)
  }

  /// Opens a stream; nothing is sent yet.
  func request(
    _ method: String = "GetEcho", type: String = "application/json",
    _ extra: [HeaderField] = [], body: String? = "{}", endStream: Bool = true
  ) throws -> StreamID {
    let fields = [
      HeaderField(":method", "POST"), HeaderField(":scheme", "http"),
      HeaderField(":path", "/lianshe.fixture.v1.EchoService/\(method)"),
      HeaderField(":authority", "test"), HeaderField("content-type", type),
    ]
    let id = try session.submitRequest(fields + extra, endStream: body == nil && endStream)
    if let body { try session.sendData(id, Array(body.utf8), endStream: endStream) }
    return id
  }

  // MARK: Receiving

  /// The next event that a test wants to see, or nil when the connection has ended first. What the
  /// session has to say meanwhile is sent.
  func next(
    where isWanted: (HTTP2Event) -> Bool = { _ in true }
  ) async throws -> HTTP2Event? {
    while true {
      while let event = session.popEvent() {
        if isWanted(event) { return event }
      }
      try? await flush()
      guard await receive() else { return session.popEvent() }
    }
  }

  /// The status and the body of an answer; nil when the stream was reset or the connection ended.
  func answer(_ id: StreamID) async throws -> (status: String, body: String)? {
    var status = ""
    var body: [UInt8] = []
    while let event = try await next(where: { Self.stream(of: $0) == id }) {
      switch event {
      case .responseHead(_, let fields, let endStream):
        status = fields.first { $0.name == ":status" }?.value ?? ""
        if endStream { return (status, "") }
      case .data(_, let bytes, let endStream):
        body += bytes
        session.consume(id, bytes.count)
        if endStream { return (status, String(decoding: body, as: UTF8.self)) }
      case .streamClosed: return nil
      default: break
      }
    }
    return nil
  }

  /// Reads until the server closes the connection.
  func waitForEnd() async {
    while await receive() {}
  }

  /// Takes one piece off the socket; false at its end.
  func receive() async -> Bool {
    guard !hasEnded, let bytes = await received.next(isolation: #isolation) else {
      hasEnded = true
      return false
    }
    log += bytes
    bytes.withUnsafeBytes { session.receive($0, now: Self.now) }
    return true
  }

  /// The types of the frames received so far, and the last stream of each GOAWAY (type 7).
  var frames: [(type: UInt8, lastStream: UInt32?)] {
    var found: [(type: UInt8, lastStream: UInt32?)] = []
    var rest = log[...]
    while rest.count >= 9 {
      let head = Array(rest.prefix(9))
      let count = head[..<3].reduce(0) { $0 << 8 | Int($1) }
      let payload = rest.dropFirst(9).prefix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
      found.append((head[3], head[3] == 7 ? payload : nil))
      rest = rest.dropFirst(9 + count)
    }
    return found
  }

  /// Takes one piece off the socket as it is.
  func receiveRaw() async -> [UInt8]? { await received.next(isolation: #isolation) }

  func close() async throws { try await channel.close() }

  private static func stream(of event: HTTP2Event) -> StreamID? {
    switch event {
    case .request(let id, _, _), .responseHead(let id, _, _), .data(let id, _, _),
      .trailers(let id, _), .headersTooLarge(let id, _), .streamClosed(let id, _),
      .windowAvailable(let id):
      id
    default: nil
    }
  }
}

/// Connections that are not made before the test says so.
struct HeldConnection {
  let started = Signal()
  let gate = Signal()

  func channel(to endpoint: Endpoint) -> HTTP2Channel {
    HTTP2Channel(endpoints: [endpoint]) { [started, gate] channel in
      let made = channel.eventLoop.makePromise(of: Void.self)
      made.completeWithTask {
        started.fire()
        await gate.wait()
      }
      return made.futureResult
    }
  }
}

/// A listener that does with each connection what the test says, instead of speaking HTTP/2.
final class RawListener: Sendable {
  let endpoint: Endpoint
  private let channel: any Channel

  init(_ onRead: @escaping @Sendable (any Channel, ByteBuffer) -> Void) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(Reader(onRead))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    endpoint = Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)
  }

  func close() async throws { try await channel.close() }

  private final class Reader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let onRead: @Sendable (any Channel, ByteBuffer) -> Void

    init(_ onRead: @escaping @Sendable (any Channel, ByteBuffer) -> Void) { self.onRead = onRead }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      onRead(context.channel, unwrapInboundIn(data))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }
  }
}
