// The addresses of a host name. A connection needs one of them, a balanced channel needs all.

private import Glibc

/// A name that the system cannot resolve.
public struct NameError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

public enum HostNames {
  /// Every address of a host, as text. Blocks the calling thread.
  public static func addresses(of host: String) throws(NameError) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &first)
    guard code == 0 else {
      let reason = gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"
      throw NameError(description: "\(host): \(reason)")
    }
    // The list is ours until it is given back; what is taken from it is copied into Swift text.
    defer { freeaddrinfo(first) }
    var found: [String] = []
    var next = first
    while let info = next {
      next = info.pointee.ai_next
      if let address = text(info.pointee), !found.contains(address) { found.append(address) }
    }
    return found
  }

  private static func text(_ info: addrinfo) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      getnameinfo(
        info.ai_addr, info.ai_addrlen, &buffer, socklen_t(buffer.count), nil, 0,
        NI_NUMERICHOST) == 0
    else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
