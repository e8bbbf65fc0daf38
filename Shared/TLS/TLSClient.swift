// TLS for calls.

public import Logging
internal import NIOCore
internal import NIOSSL
public import Transport

/// How a channel speaks TLS.
public struct TLSClientOptions: Sendable {
  /// `authorities` vouch for servers. A certificate with its key is shown to servers that ask.
  public var files: TLSFiles
  public var limits = TLSLimits()

  public init(files: TLSFiles = TLSFiles()) { self.files = files }
}

/// Makes the connections of an `HTTP2Channel` secure where its endpoints say `https://`.
///
///     let tls = try TLSClient(TLSClientOptions(files: TLSFiles(authorities: "ca.pem")))
///     let channel = HTTP2Channel(endpoints: endpoints, secureInitializer: tls.initializer)
///
/// The certificate of the server must be for the host of the endpoint: its name, or its address
/// where the endpoint has one. Sessions are not taken up again: swift-nio-ssl has no way to.
public final class TLSClient: Sendable {
  /// What the handlers of a connection need to know.
  struct Terms: Sendable {
    let limits: TLSLimits
    let tally: TLSTally
  }

  private let keeper: CredentialKeeper
  private let terms: Terms

  /// - Throws: `TLSError`, which names the file at fault.
  public init(
    _ options: TLSClientOptions, logger: Logger = Logger(label: "lianshe.tls")
  ) throws(TLSError) {
    keeper = try CredentialKeeper(.client, options.files, limits: options.limits, logger: logger)
    terms = Terms(limits: options.limits, tally: TLSTally())
  }

  /// For `HTTP2Channel`.
  public var initializer: HTTP2Channel.SecureInitializer {
    { [keeper, terms] channel, endpoint in
      channel.eventLoop.makeCompletedFuture {
        let isAddress = (try? SocketAddress(ipAddress: endpoint.host, port: 0)) != nil
        let host = isAddress ? nil : endpoint.host
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(
          NIOSSLClientHandler(context: keeper.context, serverHostname: host))
        try pipeline.addHandler(ClientGate(terms, host: host))
      }
    }
  }

  /// Looks at the files from time to time until the task is cancelled.
  public func watch() async { await keeper.watch() }

  /// Looks at the files now.
  ///
  /// - Returns: whether new connections get something new.
  @discardableResult
  public func reload() -> Bool { keeper.look() }

  /// When the certificate shown to servers ends, in seconds since 1970; nil when there is none.
  public var expiry: Int64? { keeper.expiry }

  /// How often the files were taken anew, and how often they were found broken.
  public var reloads: (done: Int, failed: Int) { keeper.reloads }

  public var counts: TLSCounts { terms.tally.counts }
}
