// TLS as the configuration wants it: for the channel that is listened on, and for those called.

internal import Logging
internal import RPC
internal import TLS

/// What the files of the TLS keys hold, read and checked.
struct TransportSecurity: Sendable {
  /// Nil when the channel listens in the open.
  let server: TLSServer?
  /// Nil when no authority of servers is named. Secure addresses then need `systemClient`.
  let client: TLSClient?
  private let own: TLSFiles
  private let logger: Logger

  /// Reads the files.
  ///
  /// - Throws: what is wrong, by the key that names the file.
  init(_ configuration: Configuration, logger: Logger) throws(ConfigurationError) {
    let certificate = try configuration.value(StandardKeys.tlsCertificate)
    let key = try configuration.value(StandardKeys.tlsKey)
    let clientAuthority = try configuration.value(StandardKeys.tlsClientAuthority)
    let names = try configuration.value(StandardKeys.tlsClientNames)
    let authority = try configuration.value(StandardKeys.tlsAuthority)
    if names != nil, clientAuthority == nil {
      throw configuration.lacks(StandardKeys.tlsClientAuthority, for: StandardKeys.tlsClientNames)
    }
    if clientAuthority != nil, certificate == nil {
      throw configuration.lacks(
        StandardKeys.tlsCertificate, for: StandardKeys.tlsClientAuthority)
    }
    if key != nil, certificate == nil {
      throw configuration.lacks(StandardKeys.tlsCertificate, for: StandardKeys.tlsKey)
    }
    if certificate != nil, key == nil {
      throw configuration.lacks(StandardKeys.tlsKey, for: StandardKeys.tlsCertificate)
    }
    own = TLSFiles(certificate: certificate, key: key)
    self.logger = logger
    do throws(TLSError) {
      var files = own
      files.authorities = clientAuthority
      server =
        certificate == nil
        ? nil : try TLSServer(TLSServerOptions(files: files, clientNames: names), logger: logger)
      files.authorities = authority
      client =
        authority == nil
        ? nil : try TLSClient(TLSClientOptions(files: files), logger: logger)
    } catch {
      throw configuration.problem(error)
    }
  }

  /// A client that trusts whom the system trusts.
  func systemClient() throws(TLSError) -> TLSClient {
    try TLSClient(TLSClientOptions(files: own), logger: logger)
  }
}

extension Configuration {
  fileprivate func lacks<Needed, Given>(
    _ needed: ConfigurationKey<Needed>, for given: ConfigurationKey<Given>
  ) -> ConfigurationError {
    let name = needed.declaration.name
    return ConfigurationError(problems: [
      problem(
        given.declaration.name,
        BilingualText("须与 \(name) 一同给出", "can be given together with \(name) only"))
    ])
  }

  /// The key whose file is at fault, with the file and what is wrong with it.
  fileprivate func problem(_ error: TLSError) -> ConfigurationError {
    let keys = [
      StandardKeys.tlsCertificate, StandardKeys.tlsKey, StandardKeys.tlsClientAuthority,
      StandardKeys.tlsAuthority,
    ]
    let key =
      keys.first { (try? value($0)) == .some(.some(error.path)) } ?? StandardKeys.tlsCertificate
    return ConfigurationError(problems: [
      problem(key.declaration.name, BilingualText(error.chinese, error.english))
    ])
  }
}
