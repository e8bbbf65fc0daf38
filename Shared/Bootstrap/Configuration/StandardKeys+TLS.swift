// The keys of TLS, which every service has: it listens, and some call others.

package import RPC

extension StandardKeys {
  package static let tlsCertificate = ConfigurationKey<String>.path(
    "LIANSHE_TLS_CERTIFICATE",
    summary: BilingualText(
      "本服务的证书及其中间证书（PEM）；给出后通道只用 TLS，调用其他服务时也出示它",
      "Certificate of this service with those between it and its authority (PEM). With it the channel "
        + "takes TLS only, and it is shown to the services that are called")
  ).optional()

  package static let tlsKey = ConfigurationKey<String>.path(
    "LIANSHE_TLS_KEY",
    summary: BilingualText(
      "证书的私钥（PEM，不加密，其他用户不可读）",
      "Private key of the certificate (PEM, without a password, not readable by every user)")
  ).optional()

  package static let tlsClientAuthority = ConfigurationKey<String>.path(
    "LIANSHE_TLS_CLIENT_CA",
    summary: BilingualText(
      "客户端证书的 CA（PEM）；给出后只接受出示此 CA 证书的客户端（双向 TLS）",
      "Authorities of clients (PEM). With it only clients with a certificate of theirs are taken (mutual TLS)"
    )
  ).optional()

  package static let tlsClientNames = ConfigurationKey<Set<PeerIdentity.Name>>.peerNames(
    "LIANSHE_TLS_CLIENT_NAMES",
    summary: BilingualText(
      "只接受证书含这些名称（SAN 的 DNS 或 URI）之一的客户端；不给出则接受该 CA 的全部",
      "Only clients with one of these names (DNS or URI of the SAN) in their certificate are taken; "
        + "unset: all of the authority")
  ).optional()

  package static let tlsAuthority = ConfigurationKey<String>.path(
    "LIANSHE_TLS_CA",
    summary: BilingualText(
      "所调用服务（https:// 地址）的 CA（PEM）；不给出则用系统信任的 CA",
      "Authorities of the services called at https:// addresses (PEM); unset: those the system trusts"
    )
  ).optional()

  static let tls: [KeyDeclaration] = [
    tlsCertificate.declaration, tlsKey.declaration, tlsClientAuthority.declaration,
    tlsClientNames.declaration, tlsAuthority.declaration,
  ]
}

extension ConfigurationKey where Value == Set<PeerIdentity.Name> {
  /// Names of certificates, separated by commas.
  package static func peerNames(
    _ name: String, summary: BilingualText
  ) -> ConfigurationKey<Set<PeerIdentity.Name>> {
    ConfigurationKey(
      name, summary: summary,
      rule: BilingualText(
        "一个或多个名称，逗号分隔，如 spiffe://lianshe.local/gateway",
        "one or more names separated by commas, such as spiffe://lianshe.local/gateway"),
      parse: { text in
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
          String(part.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }
        guard names.allSatisfy({ !$0.isEmpty && !$0.contains(where: \.isWhitespace) }) else {
          return nil
        }
        return Set(names.map { PeerIdentity.Name($0) })
      })
  }
}
