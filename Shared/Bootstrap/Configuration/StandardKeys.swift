// The keys that more than one executable reads, declared once. Every service may take them from one
// shared file, so a standard key that a service does not use is no mistake there.

internal import Logging
package import Transport

/// How calls are written to the log.
package enum AccessLogPolicy: String, CaseIterable, Sendable {
  /// Every call.
  case all
  /// Calls that failed through our fault, that were slow, or whose trace the caller samples.
  case notable
  /// None.
  case off
}

/// `Logger.Level` by the names that the configuration uses.
package enum LogLevel: String, CaseIterable, Sendable {
  case trace, debug, info, notice, warning, error, critical
}

package enum StandardKeys {
  /// Where the channel (HTTP/2) listens.
  package static func listen(default address: String) -> ConfigurationKey<Endpoint> {
    .endpoint(
      "LIANSHE_LISTEN", default: address,
      summary: BilingualText("通道（HTTP/2）监听地址", "Address of the channel (HTTP/2)"))
  }

  /// Where health, readiness and metrics are served. Every service has it.
  package static func adminListen(default address: String) -> ConfigurationKey<Endpoint> {
    .endpoint(
      "LIANSHE_ADMIN_LISTEN", default: address,
      summary: BilingualText(
        "健康检查与指标（HTTP/1.1）监听地址", "Address of health checks and metrics (HTTP/1.1)"))
  }

  /// Where people and integrators are served.
  package static func httpListen(default address: String) -> ConfigurationKey<Endpoint> {
    .endpoint(
      "LIANSHE_HTTP_LISTEN", default: address,
      summary: BilingualText("网页与 REST 接口监听地址", "Address of the pages and the REST API"))
  }

  package static func databaseURL(default url: String? = nil) -> ConfigurationKey<String> {
    .databaseURL(
      "LIANSHE_DATABASE_URL", default: url,
      summary: BilingualText("数据库位置", "Where the database is"))
  }

  package static func registryURL(
    default list: String? = "http://127.0.0.1:7401"
  ) -> ConfigurationKey<[Endpoint]> {
    .endpoints(
      "LIANSHE_REGISTRY_URL", default: list,
      summary: BilingualText("名录服务地址", "Addresses of the registry service"))
  }

  package static func statisticsURL(
    default list: String? = "http://127.0.0.1:7402"
  ) -> ConfigurationKey<[Endpoint]> {
    .endpoints(
      "LIANSHE_STATISTICS_URL", default: list,
      summary: BilingualText("统计服务地址", "Addresses of the statistics service"))
  }

  package static func exhibitionsURL(
    default list: String? = "http://127.0.0.1:7403"
  ) -> ConfigurationKey<[Endpoint]> {
    .endpoints(
      "LIANSHE_EXHIBITIONS_URL", default: list,
      summary: BilingualText("展会服务地址", "Addresses of the exhibitions service"))
  }

  package static func talentURL(
    default list: String? = "http://127.0.0.1:7404"
  ) -> ConfigurationKey<[Endpoint]> {
    .endpoints(
      "LIANSHE_TALENT_URL", default: list,
      summary: BilingualText("人才服务地址", "Addresses of the talent service"))
  }

  package static func gatewayURL(
    default list: String? = "http://127.0.0.1:7400"
  ) -> ConfigurationKey<[Endpoint]> {
    .endpoints(
      "LIANSHE_GATEWAY_URL", default: list,
      summary: BilingualText("网关地址", "Addresses of the gateway"))
  }

  package static let jwks = ConfigurationKey<String>.path(
    "LIANSHE_JWKS", default: "var/keys/jwks.json",
    summary: BilingualText(
      "验证令牌的公钥集（JWKS）文件", "File of the public keys that tokens are checked with (JWKS)")
  )

  package static let logLevel = ConfigurationKey<LogLevel>.choice(
    "LIANSHE_LOG_LEVEL", default: "info",
    summary: BilingualText("日志的最低级别", "Lowest level that is logged"))

  package static let accessLog = ConfigurationKey<AccessLogPolicy>.choice(
    "LIANSHE_ACCESS_LOG", default: "notable",
    summary: BilingualText(
      "记录哪些调用：all 全部；notable 失败、慢、被抽样的；off 不记",
      "Which calls are logged: all; notable (failed, slow, sampled); off"))

  package static let drainTimeout = ConfigurationKey<Duration>.duration(
    "LIANSHE_DRAIN_TIMEOUT", in: .milliseconds(100)...Duration.seconds(600), default: "6s",
    summary: BilingualText(
      "停止时等待未完成调用的时间", "How long calls under way may go on when the service stops"))

  /// The keys that every service has.
  static func common(adminListen address: String) -> [KeyDeclaration] {
    [
      adminListen(default: address).declaration, logLevel.declaration, accessLog.declaration,
      drainTimeout.declaration,
    ] + tls
  }

  /// Variables of ours that are no keys of a service: the name of the file, and what the tool reads.
  static let foreignVariables: Set<String> = [
    "LIANSHE_CONFIG", "LIANSHE_LANG", "LIANSHE_TOKEN", "LIANSHE_TOKEN_FILE",
  ]

  /// Names that may stand in a shared file.
  static let sharedNames: Set<String> = Set(
    (common(adminListen: "127.0.0.1:0") + [
      listen(default: "127.0.0.1:0").declaration, httpListen(default: "127.0.0.1:0").declaration,
      databaseURL().declaration, registryURL().declaration, statisticsURL().declaration,
      exhibitionsURL().declaration, talentURL().declaration, gatewayURL().declaration,
      jwks.declaration,
    ]).flatMap { declaration in
      declaration.mayComeFromFile
        ? [declaration.name, declaration.name + KeyDeclaration.fileSuffix] : [declaration.name]
    })
}

extension LogLevel {
  var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}
