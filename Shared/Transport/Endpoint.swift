// Where to listen and where to call.

/// A host and a port, and whether to speak TLS there; for callers also a name that stands for several
/// hosts.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
  public let host: String
  public let port: Int
  /// Whether calls to it must go over TLS. A listener does not look at it.
  public let isSecure: Bool
  /// Whether every address of the host is an endpoint of its own, and they are asked for again from
  /// time to time. Otherwise one of them is used, whichever answers.
  public let isName: Bool

  public init(host: String, port: Int, isSecure: Bool = false, isName: Bool = false) {
    self.host = host
    self.port = port
    self.isSecure = isSecure
    self.isName = isName
  }

  /// Reads `host:port`, `[ipv6]:port` or the same after `http://` or, for TLS, `https://`; each
  /// also after `dns:`, which makes it a name.
  public init(_ text: String) throws(TransportError) {
    func invalid() -> TransportError {
      TransportError(.invalidAddress, "\"\(text)\" is not an address of the form host:port")
    }
    var rest = text[...]
    let isName = rest.hasPrefix("dns:")
    if isName { rest = rest.dropFirst("dns:".count) }
    let isSecure = rest.hasPrefix("https://")
    if isSecure {
      rest = rest.dropFirst("https://".count)
    } else if rest.hasPrefix("http://") {
      rest = rest.dropFirst("http://".count)
    }
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    guard let colon = rest.lastIndex(of: ":"),
      let port = Int(rest[rest.index(after: colon)...]), (0...65_535).contains(port)
    else { throw invalid() }
    var host = rest[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      throw invalid()
    }
    guard !host.isEmpty, !host.contains(where: { $0 == "/" || $0.isWhitespace }) else {
      throw invalid()
    }
    self.init(host: String(host), port: port, isSecure: isSecure, isName: isName)
  }

  /// Reads endpoints separated by commas.
  public static func list(_ text: String) throws(TransportError) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for part in text.split(separator: ",") {
      var part = part
      while part.first?.isWhitespace == true { part.removeFirst() }
      while part.last?.isWhitespace == true { part.removeLast() }
      endpoints.append(try Endpoint(String(part)))
    }
    guard !endpoints.isEmpty else {
      throw TransportError(.invalidAddress, "an address is needed, host:port")
    }
    return endpoints
  }

  public var description: String { isName ? "dns:\(authority)" : authority }

  /// How a request names the server.
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
