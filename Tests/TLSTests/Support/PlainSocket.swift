// A TCP connection whose every byte the test decides.

internal import NIOCore
internal import NIOPosix
internal import Synchronization
internal import Transport

/// Collects what comes until the other end closes.
final class PlainSocket: Sendable {
  private let channel: any Channel
  private let collector: Collector

  init(_ endpoint: Endpoint) async throws {
    let collector = Collector()
    channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .channelInitializer { $0.pipeline.addHandler(collector) }
      .connect(host: endpoint.host, port: endpoint.port).get()
    self.collector = collector
  }

  func send(_ text: String) async throws { try await send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) async throws {
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  var isClosed: Bool { !channel.isActive }
  var received: [UInt8] { collector.bytes.withLock { $0 } }
  var text: String { String(decoding: received, as: UTF8.self) }

  /// All that the other end sends until it closes.
  func untilClosed() async -> [UInt8] {
    _ = await eventually { isClosed }
    return received
  }

  func close() { channel.close(promise: nil) }
}

private final class Collector: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  let bytes = Mutex<[UInt8]>([])

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    bytes.withLock { $0.append(contentsOf: buffer.readableBytesView) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }
}

/// Accepts connections and answers the first bytes of each with some of the test's own.
final class PlainListener: Sendable {
  private let channel: any Channel
  let endpoint: Endpoint

  /// - Parameter answer: nil for none at all, ever.
  init(answer: [UInt8]?) async throws {
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { $0.pipeline.addHandler(Answerer(answer)) }
      .bind(host: "127.0.0.1", port: 0).get()
    endpoint = Endpoint(
      host: "127.0.0.1", port: channel.localAddress?.port ?? 0, isSecure: true)
  }

  func close() { channel.close(promise: nil) }
}

private final class Answerer: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let answer: [UInt8]?

  init(_ answer: [UInt8]?) { self.answer = answer }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let answer else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer)), promise: nil)
    context.close(promise: nil)
  }
}
