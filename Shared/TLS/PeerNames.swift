// The names in a certificate that was found good.

internal import NIOSSL
internal import RPC

extension PeerIdentity {
  /// The names of a certificate; nil when there are more than may be.
  init?(_ certificate: NIOSSLCertificate, maximumNames: Int) {
    var names: [Name] = []
    for entry in certificate._subjectAlternativeNames() {
      guard entry.nameType == .dnsName || entry.nameType == .uri else { continue }
      guard names.count < maximumNames else { return nil }
      // A name that is not text, or holds a zero byte to look like a shorter one, names nobody.
      guard let text = String(validating: Array(entry.contents), as: UTF8.self),
        !text.isEmpty, !text.utf8.contains(0)
      else { continue }
      names.append(entry.nameType == .uri ? .uri(text) : .dns(text.lowercased()))
    }
    self.init(names: names)
  }

  /// Whether a server with these names may answer for a host (RFC 9525, section 6.3): the whole
  /// name, or all of it behind a first label that is a star.
  func covers(host: String) -> Bool {
    var host = host.lowercased()
    if host.hasSuffix(".") { host.removeLast() }
    return names.contains { name in
      guard case .dns(let text) = name else { return false }
      if text == host { return true }
      guard text.hasPrefix("*."), let dot = host.firstIndex(of: "."), dot != host.startIndex else {
        return false
      }
      return text.dropFirst() == host[dot...] && text.filter({ $0 == "*" }).count == 1
    }
  }
}
