// Between TLS and the HTTP/2 session of a client: a connection counts as made once it is secure, and
// what breaks it is told in words.

internal import NIOCore
internal import NIOSSL
internal import NIOTLS
internal import RPC
internal import Transport

/// Keeps the promise of `connect` until the handshake is done and the server is who it should be.
///
///   connecting ──h2, names good──▶ secure ──first write──▶ open
///        └──failure, time──▶ failed
final class ClientGate: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case connecting
    /// A client speaks first (RFC 9113, section 3.4). What the server says before that is held until
    /// the session is there to hear it.
    case secure(held: [ByteBuffer])
    case open
    case failed
  }

  private let client: TLSClient.Terms
  /// The name that the server must have; nil for an address, which NIOSSL compares.
  private let host: String?
  private var phase = Phase.connecting
  private var connected: EventLoopPromise<Void>?
  private var timer: Scheduled<Void>?

  init(_ client: TLSClient.Terms, host: String?) {
    self.client = client
    self.host = host
  }

  // MARK: The pipeline's calls

  func connect(
    context: ChannelHandlerContext, to address: SocketAddress, promise: EventLoopPromise<Void>?
  ) {
    connected = promise
    let loop = context.eventLoop.assumeIsolated()
    timer = loop.scheduleTask(in: TimeAmount(clamping: client.limits.handshakeTimeout)) {
      guard case .connecting = self.phase else { return }
      self.fail(TransportError(.notSecure, "TLS: the handshake took too long"))
      context.channel.close(promise: nil)
    }
    let reached = context.eventLoop.makePromise(of: Void.self)
    reached.futureResult.assumeIsolated().whenFailure { self.fail($0, isTold: true) }
    context.connect(to: address, promise: reached)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .connecting = phase, case .handshakeCompleted(let name)? = event as? TLSUserEvent {
      finish(context, protocolName: name)
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch phase {
    case .open: context.fireChannelRead(data)
    case .secure(var held):
      held.append(unwrapInboundIn(data))
      phase = .secure(held: held)
    case .connecting, .failed: break
    }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    context.write(data, promise: promise)
    guard case .secure(let held) = phase else { return }
    phase = .open
    guard !held.isEmpty else { return }
    // Not from within the session's own write.
    context.eventLoop.assumeIsolated().execute {
      for buffer in held { context.fireChannelRead(self.wrapInboundOut(buffer)) }
      context.fireChannelReadComplete()
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    fail(NIOSSLError.handshakeFailed(.sslError([.eofDuringHandshake])))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    fail(error)
    context.fireErrorCaught(error is IOError ? error : HandshakeReason.transportError(error))
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    fail(ChannelError.ioOnClosedChannel)
  }

  // MARK: The outcome

  private func finish(_ context: ChannelHandlerContext, protocolName: String?) {
    if let problem = problem(context, protocolName) {
      fail(TransportError(.notSecure, problem))
      context.close(promise: nil)
      return
    }
    timer?.cancel()
    client.tally.complete()
    phase = .secure(held: [])
    connected?.succeed()
    connected = nil
  }

  private func problem(_ context: ChannelHandlerContext, _ protocolName: String?) -> String? {
    guard protocolName == TLSRole.applicationProtocol else {
      return "TLS: it does not speak HTTP/2 over TLS (ALPN h2)"
    }
    guard let host else { return nil }
    // NIOSSL is content with a certificate for the address that the name stands for; whoever makes
    // a name stand for another address shall not get away with that.
    let handler = try? context.pipeline.syncOperations.handler(type: NIOSSLClientHandler.self)
    let identity = handler?.peerCertificate.flatMap {
      PeerIdentity($0, maximumNames: client.limits.maximumPeerNames)
    }
    let isCovered = identity?.covers(host: host) ?? false
    return isCovered ? nil : "TLS: the certificate of the server has other names than \(host)"
  }

  /// - Parameter isTold: the error is not one of TLS, and is told as it is.
  private func fail(_ error: any Error, isTold: Bool = false) {
    guard case .connecting = phase else { return }
    phase = .failed
    timer?.cancel()
    client.tally.fail()
    connected?.fail(isTold ? error : HandshakeReason.transportError(error))
    connected = nil
  }
}
