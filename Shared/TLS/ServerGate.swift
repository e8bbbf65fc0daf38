// Between TLS and the HTTP/2 session of a server: lets the session begin when the peer is known.

internal import Logging
internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import RPC
internal import Transport

/// Holds `channelActive` back until the handshake is done and its result is good.
///
///   handshaking ──h2, names good──▶ (leaves the pipeline)
///        ├──other protocol, other names──▶ refused: told why, drained
///        └──failure, time──▶ closed
final class ServerGate: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case handshaking
    case refused
    case closed
  }

  private let server: TLSServer.Terms
  private let first: PlainTextGuard
  private var phase = Phase.handshaking
  private var timer: Scheduled<Void>?

  /// - Parameter first: what is to leave with this one.
  init(_ server: TLSServer.Terms, first: PlainTextGuard) {
    self.server = server
    self.first = first
  }

  // MARK: The pipeline's calls

  func channelActive(context: ChannelHandlerContext) {
    let loop = context.eventLoop.assumeIsolated()
    timer = loop.scheduleTask(in: TimeAmount(clamping: server.limits.handshakeTimeout)) {
      guard self.phase == .handshaking else { return }
      self.fail(context, TransportError(.notSecure, "TLS: the handshake took too long"))
      // Not the gentle close of TLS: there is nothing yet that could be closed gently.
      context.channel.close(mode: .all, promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard phase == .handshaking, case .handshakeCompleted(let name)? = event as? TLSUserEvent
    else { return context.fireUserInboundEventTriggered(event) }
    guard name == TLSRole.applicationProtocol else {
      return refuse(context, Self.farewell(http1: "HTTP/2 over TLS (ALPN h2) only"), name ?? "none")
    }
    switch identity(context) {
    case .known(let identity): open(context, identity)
    case .unwanted(let reason): refuse(context, SecurityFarewell.http2(reason), reason)
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    // What a refused peer still sends is dropped.
    if phase == .handshaking { context.fireChannelRead(data) }
  }

  func channelInactive(context: ChannelHandlerContext) {
    if phase == .handshaking {
      fail(context, NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])))
    }
    close()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if phase == .handshaking { fail(context, error) }
    context.fireErrorCaught(error)
  }

  func handlerRemoved(context: ChannelHandlerContext) { close() }

  // MARK: The outcome

  private enum Outcome {
    case known(PeerIdentity?)
    case unwanted(String)
  }

  /// Who the peer is. A session that is taken up again shows the certificate of its beginning, so
  /// its end is looked at here too.
  private func identity(_ context: ChannelHandlerContext) -> Outcome {
    let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)
    guard server.asksForCertificates else { return .known(nil) }
    guard let certificate = handler?.peerCertificate else {
      return .unwanted("a certificate is asked for")
    }
    guard Int64(certificate.notValidAfter) >= secondsNow() else {
      return .unwanted("the certificate has expired")
    }
    let maximum = server.limits.maximumPeerNames
    guard let identity = PeerIdentity(certificate, maximumNames: maximum) else {
      return .unwanted("the certificate has more than \(maximum) names")
    }
    if let wanted = server.clientNames, !identity.names.contains(where: wanted.contains) {
      return .unwanted("the certificate has none of the names that are wanted: \(identity)")
    }
    return .known(identity)
  }

  private func open(_ context: ChannelHandlerContext, _ identity: PeerIdentity?) {
    close()
    server.tally.complete()
    if let identity { context.fireUserInboundEventTriggered(identity) }
    context.fireChannelActive()
    let pipeline = context.pipeline.syncOperations
    pipeline.removeHandler(first, promise: nil)
    pipeline.removeHandler(self, promise: nil)
  }

  private func refuse(_ context: ChannelHandlerContext, _ farewell: [UInt8], _ reason: String) {
    phase = .refused
    timer?.cancel()
    server.tally.refuse()
    server.logger.notice(
      "a peer was refused", metadata: ["peer": "\(Self.peer(context))", "reason": "\(reason)"])
    let buffer = context.channel.allocator.buffer(bytes: farewell)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    context.close(mode: .output, promise: nil)
    let channel = context.channel
    context.eventLoop.scheduleTask(in: TimeAmount(clamping: server.limits.closeTimeout)) {
      channel.close(promise: nil)
    }
  }

  private func fail(_ context: ChannelHandlerContext, _ error: any Error) {
    close()
    server.tally.fail()
    server.logger.debug(
      "a handshake failed",
      metadata: [
        "peer": "\(Self.peer(context))", "reason": "\(HandshakeReason.text(error))",
      ])
  }

  private func close() {
    phase = .closed
    timer?.cancel()
    timer = nil
  }

  private static func peer(_ context: ChannelHandlerContext) -> String {
    context.remoteAddress.map { "\($0)" } ?? "unknown"
  }

  private static func farewell(http1 text: String) -> [UInt8] {
    SecurityFarewell.http1(status: "505 HTTP Version Not Supported", text)
  }
}
