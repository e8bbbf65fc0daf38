// Before TLS: a peer that does not speak it learns so in its own language. Without this it would get
// an alert in binary, and its user a line about a frame of the wrong size. And one whose handshake
// fails gets the alert that says why: a client of TLS 1.3 sends its first request before the server
// has judged its certificate, and a socket closed with unread bytes is reset, which overtakes the
// alert.

internal import Logging
internal import NIOCore

/// Looks at the first byte: a handshake begins with a record of type 22 (RFC 8446, section 5.1). Then
/// waits, until it is removed after a good handshake, to turn a close into one that loses nothing.
final class PlainTextGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let handshakeRecord: UInt8 = 22
  private static let words = "this port takes TLS only; use https://"

  private let server: TLSServer.Terms
  private var isTLS = false
  /// Our last byte is written; what still comes is dropped.
  private var isLingering = false

  init(_ server: TLSServer.Terms) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isLingering { return }
    if isTLS { return context.fireChannelRead(data) }
    let buffer = unwrapInboundIn(data)
    guard let first = buffer.readableBytesView.first else { return }
    guard first != Self.handshakeRecord else {
      isTLS = true
      return context.fireChannelRead(data)
    }
    server.logger.debug(
      "a peer does not speak TLS",
      metadata: ["peer": "\(context.remoteAddress.map { "\($0)" } ?? "unknown")"])
    let answer = context.channel.allocator.buffer(bytes: Self.answer(buffer))
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    linger(context, nil)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if !isLingering { context.fireChannelReadComplete() }
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .all, context.channel.isActive else {
      return context.close(mode: mode, promise: promise)
    }
    // Each handler behind closes when it hears of the error; all of them wait for the same end.
    if isLingering { return context.channel.closeFuture.cascade(to: promise) }
    linger(context, promise)
  }

  private func linger(_ context: ChannelHandlerContext, _ promise: EventLoopPromise<Void>?) {
    isLingering = true
    context.close(mode: .output, promise: nil)
    let loop = context.eventLoop.assumeIsolated()
    loop.scheduleTask(in: TimeAmount(clamping: server.limits.closeTimeout)) {
      context.close(mode: .all, promise: promise)
    }
  }

  private static func answer(_ buffer: ByteBuffer) -> [UInt8] {
    if buffer.readableBytesView.starts(with: "PRI * HTTP/2".utf8) {
      return SecurityFarewell.http2(words)
    }
    let isText = buffer.readableBytesView.first.map { (0x41...0x5A).contains($0) } ?? false
    return isText ? SecurityFarewell.http1(status: "400 Bad Request", words) : []
  }
}
