// Who is at the other end of a connection, as far as the transport knows.

/// The other end of a connection: its address, and the names that it has proved to have.
public struct CallPeer: Sendable, Hashable {
  /// For logs: not proof of anything.
  public let address: String
  /// The names in the certificate of the caller, checked by the transport; nil where the caller had
  /// none to show.
  public let identity: PeerIdentity?

  public init(address: String, identity: PeerIdentity? = nil) {
    self.address = address
    self.identity = identity
  }
}

extension CallPeer: ExpressibleByStringLiteral {
  public init(stringLiteral address: String) { self.init(address: address) }
}

/// The names of a peer, from the subject alternative names of its certificate (RFC 5280, section
/// 4.2.1.6). The common name of the subject counts for nothing.
public struct PeerIdentity: Sendable, Hashable {
  /// One name.
  public enum Name: Sendable, Hashable {
    /// In lower case, as names of hosts are compared without regard to it.
    case dns(String)
    /// As it stands in the certificate, such as `spiffe://example.cn/statistics`.
    case uri(String)
  }

  /// In the order of the certificate.
  public let names: [Name]

  public init(names: [Name]) { self.names = names }

  /// Whether one of the names is this one, written as in a configuration: with `://` it is a URI,
  /// without it the name of a host. No wildcards.
  public func has(_ name: String) -> Bool { names.contains(Name(name)) }
}

extension PeerIdentity.Name {
  /// Reads a name as a configuration has it.
  public init(_ text: String) {
    self = text.contains("://") ? .uri(text) : .dns(text.lowercased())
  }

  public var text: String {
    switch self {
    case .dns(let text), .uri(let text): text
    }
  }
}

extension PeerIdentity: CustomStringConvertible {
  /// The first URI, or else the first name of a host; empty when there are no names. Characters that
  /// do not print are left out: a certificate may hold any.
  public var description: String {
    let uri = names.first { if case .uri = $0 { true } else { false } }
    let text = (uri ?? names.first)?.text ?? ""
    return String(
      String.UnicodeScalarView(text.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F }))
  }
}
