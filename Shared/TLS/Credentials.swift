// Certificates and a key as they were read from their files at one moment, checked.

internal import NIOSSL

/// Where the certificates and the key are. PEM.
public struct TLSFiles: Sendable, Hashable {
  /// Our certificate, followed by those between it and the authority.
  public var certificate: String?
  /// The private key of it.
  public var key: String?
  /// The authorities whose certificates are taken from peers. For a client nil means those that the
  /// system trusts; for a server, that clients show none.
  public var authorities: String?

  public init(certificate: String? = nil, key: String? = nil, authorities: String? = nil) {
    self.certificate = certificate
    self.key = key
    self.authorities = authorities
  }
}

/// What the files held.
struct Credentials: Sendable {
  let certificates: [NIOSSLCertificate]
  let key: NIOSSLPrivateKey?
  let authorities: [NIOSSLCertificate]
  /// All bytes, to see whether anything has changed.
  let content: [[UInt8]]

  /// When the first certificate of ours ends, in seconds since 1970; nil when there is none.
  var expiry: Int64? { certificates.map { Int64($0.notValidAfter) }.min() }

  init(_ files: TLSFiles, limits: TLSLimits, now: Int64) throws(TLSError) {
    var content: [[UInt8]] = []
    if let path = files.certificate {
      guard let keyPath = files.key else {
        throw TLSError(
          .incomplete, path, zh: "缺少与此证书相配的私钥",
          en: "the private key of this certificate is not given")
      }
      let file = try CredentialFile(path, maximumBytes: limits.maximumFileBytes)
      let keyFile = try CredentialFile(
        keyPath, maximumBytes: limits.maximumFileBytes, isPrivate: true)
      certificates = try Self.certificates(file)
      key = try Self.key(keyFile)
      content += [file.bytes, keyFile.bytes]
    } else {
      if let keyPath = files.key {
        throw TLSError(
          .incomplete, keyPath, zh: "缺少与此私钥相配的证书",
          en: "the certificate of this private key is not given")
      }
      certificates = []
      key = nil
    }
    if let path = files.authorities {
      let file = try CredentialFile(path, maximumBytes: limits.maximumFileBytes)
      authorities = try Self.certificates(file)
      content.append(file.bytes)
    } else {
      authorities = []
    }
    self.content = content
    if let path = files.certificate, let expiry, expiry < now {
      throw TLSError(.expired, path, zh: "证书已过期", en: "the certificate has expired")
    }
  }

  private static func certificates(_ file: CredentialFile) throws(TLSError) -> [NIOSSLCertificate] {
    let found = try? NIOSSLCertificate.fromPEMBytes(file.bytes)
    guard let found, !found.isEmpty else {
      throw TLSError(
        .malformed, file.path, zh: "其中没有可读的 PEM 证书",
        en: "holds no certificate in PEM that can be read")
    }
    return found
  }

  private static func key(_ file: CredentialFile) throws(TLSError) -> NIOSSLPrivateKey {
    guard let key = try? NIOSSLPrivateKey(bytes: file.bytes, format: .pem) else {
      throw TLSError(
        .malformed, file.path, zh: "其中没有可读的未加密 PEM 私钥",
        en: "holds no private key in PEM that can be read without a password")
    }
    return key
  }

  /// A context for new connections.
  func context(_ role: TLSRole, _ files: TLSFiles, limits: TLSLimits) throws(TLSError)
    -> NIOSSLContext
  {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.cipherSuiteValues = Self.cipherSuites
    configuration.applicationProtocols = [TLSRole.applicationProtocol]
    configuration.shutdownTimeout = .init(clamping: limits.closeTimeout)
    configuration.certificateChain = certificates.map { .certificate($0) }
    configuration.privateKey = key.map { .privateKey($0) }
    configuration.trustRoots = authorities.isEmpty ? .default : .certificates(authorities)
    switch role {
    case .client: configuration.certificateVerification = .fullVerification
    case .server:
      configuration.certificateVerification =
        authorities.isEmpty ? .none : .noHostnameVerification
    }
    do {
      return try NIOSSLContext(configuration: configuration)
    } catch {
      // The pieces could be read one by one, so it is their fitting together that fails.
      throw TLSError(
        .mismatched, files.key ?? files.authorities ?? "",
        zh: "私钥与证书 \(files.certificate ?? "") 不相配",
        en: "the private key is not that of \(files.certificate ?? "the certificate")")
    }
  }

  /// For TLS 1.2 only those with forward secrecy and authenticated encryption: RFC 9113 (section
  /// 9.2.2) forbids the others. TLS 1.3 has no others.
  private static let cipherSuites: [NIOTLSCipher] = [
    .TLS_AES_128_GCM_SHA256, .TLS_AES_256_GCM_SHA384, .TLS_CHACHA20_POLY1305_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
  ]
}

/// Which end of a connection.
enum TLSRole: Sendable {
  case server, client

  /// HTTP/2 over TLS, RFC 9113, section 3.2.
  static let applicationProtocol = "h2"
}
