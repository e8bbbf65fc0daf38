// What went wrong with a secure connection, in words for people: BoringSSL says it in capitals.

internal import NIOCore
internal import NIOSSL
internal import Transport

enum HandshakeReason {
  /// Parts of BoringSSL's own words, which are its stable part, and what they mean here.
  private static let words: [(sign: String, meaning: String)] = [
    ("CERTIFICATE_VERIFY_FAILED", "the certificate of the other end is not to be trusted here"),
    (
      "PEER_DID_NOT_RETURN_A_CERTIFICATE",
      "the other end showed no certificate, and one is asked for"
    ),
    ("ALERT_CERTIFICATE_REQUIRED", "the other end asks for a certificate, and none was shown"),
    ("ALERT_UNKNOWN_CA", "the other end does not know the authority of our certificate"),
    ("ALERT_CERTIFICATE_EXPIRED", "our certificate has expired"),
    ("ALERT_BAD_CERTIFICATE", "the other end refuses our certificate"),
    ("ALERT_UNSUPPORTED_CERTIFICATE", "the other end refuses our kind of certificate"),
    ("ALERT_CERTIFICATE_REVOKED", "our certificate is revoked"),
    ("ALERT_CERTIFICATE_UNKNOWN", "the other end refuses our certificate"),
    ("ALERT_ACCESS_DENIED", "the other end refuses our certificate"),
    ("ALERT_PROTOCOL_VERSION", "the other end takes no version of TLS that is spoken here"),
    ("ALERT_HANDSHAKE_FAILURE", "the other end finds no terms in common, or wants a certificate"),
    ("NO_APPLICATION_PROTOCOL", "the other end does not speak HTTP/2 over TLS (ALPN h2)"),
    ("UNSUPPORTED_PROTOCOL", "the other end speaks only versions of TLS before 1.2"),
    ("NO_SHARED_CIPHER", "there is no cipher in common"),
    ("WRONG_VERSION_NUMBER", "the other end does not speak TLS"),
    ("HTTP_REQUEST", "the other end does not speak TLS"),
    ("INVALID_ALERT", "the other end does not speak TLS"),
    ("UNEXPECTED_RECORD", "the other end does not speak TLS"),
    (
      "EOF during handshake",
      "the other end broke the handshake off; perhaps it does not speak TLS"
    ),
  ]

  static func text(_ error: any Error) -> String {
    switch error {
    case let error as TransportError: return error.message
    case NIOSSLError.uncleanShutdown:
      return "the connection ended without the closing alert of TLS"
    case NIOSSLError.unableToValidateCertificate, is NIOSSLExtraError:
      return "the certificate of the server has other names"
    case is NIOSSLCloseTimedOutError: return "the other end did not close in time"
    default: break
    }
    let text = "\(error)"
    return words.first { text.contains($0.sign) }?.meaning ?? text
  }

  /// An error as the rest of the connection understands it.
  static func transportError(_ error: any Error) -> TransportError {
    error as? TransportError ?? TransportError(.notSecure, "TLS: \(text(error))", cause: error)
  }
}

extension TimeAmount {
  /// As much of a duration as a clock can count.
  init(clamping duration: Duration) {
    self = .init(min(max(duration, .zero), .nanoseconds(Int64.max)))
  }
}
