// TLS for a listener.

public import Logging
internal import NIOCore
internal import NIOSSL
public import RPC
public import Transport

/// How a listener speaks TLS.
public struct TLSServerOptions: Sendable {
  /// A certificate with its key is needed. With `authorities`, every client must show a certificate
  /// of one of them (mutual TLS).
  public var files: TLSFiles
  /// The clients that are let in, by a name of their certificate; nil lets all in whose certificate
  /// is good. Of no use without `files.authorities`.
  public var clientNames: Set<PeerIdentity.Name>?
  public var limits = TLSLimits()

  public init(files: TLSFiles, clientNames: Set<PeerIdentity.Name>? = nil) {
    self.files = files
    self.clientNames = clientNames
  }
}

/// Makes the connections of a `ChannelServer` secure: TLS 1.2 or later, HTTP/2 by ALPN.
///
///     let tls = try TLSServer(TLSServerOptions(files: files))
///     let server = ChannelServer(router: router, channelInitializer: tls.initializer)
///     async let _ = tls.watch()       // new files are taken without a restart
///
/// Sessions are taken up again by tickets, until the files change.
public final class TLSServer: Sendable {
  /// What the handlers of a connection need to know.
  struct Terms: Sendable {
    let asksForCertificates: Bool
    let clientNames: Set<PeerIdentity.Name>?
    let limits: TLSLimits
    let logger: Logger
    let tally: TLSTally
  }

  private let keeper: CredentialKeeper
  private let terms: Terms

  /// - Throws: `TLSError`, which names the file at fault.
  public init(
    _ options: TLSServerOptions, logger: Logger = Logger(label: "lianshe.tls")
  ) throws(TLSError) {
    let files = options.files
    guard files.certificate != nil else {
      throw TLSError(
        .incomplete, files.key ?? files.authorities ?? "", zh: "监听需要证书与私钥",
        en: "a listener needs a certificate and its key")
    }
    if options.clientNames != nil, files.authorities == nil {
      throw TLSError(
        .incomplete, files.certificate ?? "", zh: "限定客户端名称须先给出客户端的 CA",
        en: "names of clients can be asked for only with an authority that vouches for them")
    }
    keeper = try CredentialKeeper(.server, files, limits: options.limits, logger: logger)
    terms = Terms(
      asksForCertificates: files.authorities != nil, clientNames: options.clientNames,
      limits: options.limits, logger: logger, tally: TLSTally())
  }

  /// For `ChannelServer`.
  public var initializer: ChannelServer.ChannelInitializer {
    { [keeper, terms] channel in
      channel.eventLoop.makeCompletedFuture {
        let pipeline = channel.pipeline.syncOperations
        let first = PlainTextGuard(terms)
        try pipeline.addHandler(first)
        try pipeline.addHandler(NIOSSLServerHandler(context: keeper.context))
        try pipeline.addHandler(ServerGate(terms, first: first))
      }
    }
  }

  /// Looks at the files from time to time until the task is cancelled. New connections get what is
  /// new; those there are go on. Broken files change nothing and are logged.
  public func watch() async { await keeper.watch() }

  /// Looks at the files now.
  ///
  /// - Returns: whether new connections get something new.
  @discardableResult
  public func reload() -> Bool { keeper.look() }

  /// When the certificate ends, in seconds since 1970.
  public var expiry: Int64? { keeper.expiry }

  /// How often the files were taken anew, and how often they were found broken.
  public var reloads: (done: Int, failed: Int) { keeper.reloads }

  public var counts: TLSCounts { terms.tally.counts }
}
