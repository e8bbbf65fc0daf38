// Every bound of the room, by name. The table in README.md says where each is tested.

/// What a secure connection may cost. What BoringSSL bounds by itself stands in README.md.
public struct TLSLimits: Sendable, Hashable {
  /// From the TCP connection until the handshake is done. Over it, the connection is closed.
  public var handshakeTimeout: Duration = .seconds(5)

  /// How long a closed connection waits for the peer's own closing alert.
  public var closeTimeout: Duration = .seconds(1)

  /// How often the files are looked at.
  public var reloadInterval: Duration = .seconds(5)

  /// Largest file of certificates, or of a key, in bytes.
  public var maximumFileBytes = 1_048_576

  /// Names taken from the certificate of a peer. A certificate with more is refused: which of them
  /// count must not depend on their order.
  public var maximumPeerNames = 64

  public init() {}
}
