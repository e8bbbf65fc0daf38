// Before TLS: a peer that does not speak it learns so in its own language. Without this it would get
// an alert in binary, and its user a line about a frame of the wrong size.

internal import Logging
internal import NIOCore

/// Looks at the first byte and leaves: a handshake begins with a record of type 22 (RFC 8446,
/// section 5.1).
final class PlainTextGuard: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private static let handshakeRecord: UInt8 = 22
  private static let words = "this port takes TLS only; use https://"

  private let server: TLSServer.Terms
  private var isRefused = false

  init(_ server: TLSServer.Terms) { self.server = server }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isRefused { return }
    let buffer = unwrapInboundIn(data)
    guard let first = buffer.readableBytesView.first else { return }
    guard first != Self.handshakeRecord else {
      context.fireChannelRead(data)
      context.pipeline.syncOperations.removeHandler(self, promise: nil)
      return
    }
    isRefused = true
    server.logger.debug(
      "a peer does not speak TLS",
      metadata: ["peer": "\(context.remoteAddress.map { "\($0)" } ?? "unknown")"])
    let answer = context.channel.allocator.buffer(bytes: Self.answer(buffer))
    context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: TimeAmount(clamping: server.limits.closeTimeout)) {
      channel.close(mode: .all, promise: nil)
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if !isRefused { context.fireChannelReadComplete() }
  }

  private static func answer(_ buffer: ByteBuffer) -> [UInt8] {
    if buffer.readableBytesView.starts(with: "PRI * HTTP/2".utf8) {
      return SecurityFarewell.http2(words)
    }
    let isText = buffer.readableBytesView.first.map { (0x41...0x5A).contains($0) } ?? false
    return isText ? SecurityFarewell.http1(status: "400 Bad Request", words) : []
  }
}
