// The options that every command shares, and the session they make.

internal import Access
internal import ArgumentParser
internal import Foundation
internal import TLS

/// Only the language: for commands that call nobody.
struct LanguageOptions: ParsableArguments {
  @Option(
    name: .customLong("lang"),
    help: help(
      "消息语言 zh 或 en (默认按 LIANSHE_LANG、LANG，否则中文)",
      "language of messages, zh or en (default: LIANSHE_LANG, LANG, otherwise Chinese)",
      name: "zh|en"))
  var language: Language = .ambient
}

/// Addresses, token and time limit.
struct ConnectionOptions: ParsableArguments {
  @Option(
    help: help(
      "网关地址 (LIANSHE_GATEWAY_URL，默认 http://127.0.0.1:7400)",
      "address of the gateway (LIANSHE_GATEWAY_URL, default http://127.0.0.1:7400)", name: "url"))
  var gateway: String?

  @Option(
    help: help(
      "名录服务地址 (LIANSHE_REGISTRY_URL，默认 http://127.0.0.1:7401)",
      "address of the registry (LIANSHE_REGISTRY_URL, default http://127.0.0.1:7401)",
      name: "url"))
  var registry: String?

  @Option(
    help: help(
      "统计服务地址 (LIANSHE_STATISTICS_URL，默认 http://127.0.0.1:7402)",
      "address of statistics (LIANSHE_STATISTICS_URL, default http://127.0.0.1:7402)",
      name: "url"))
  var statistics: String?

  @Option(
    help: help(
      "展会服务地址 (LIANSHE_EXHIBITIONS_URL，默认 http://127.0.0.1:7403)",
      "address of exhibitions (LIANSHE_EXHIBITIONS_URL, default http://127.0.0.1:7403)",
      name: "url"))
  var exhibitions: String?

  @Option(
    help: help(
      "人才服务地址 (LIANSHE_TALENT_URL，默认 http://127.0.0.1:7404)",
      "address of talent (LIANSHE_TALENT_URL, default http://127.0.0.1:7404)", name: "url"))
  var talent: String?

  @Option(
    help: help(
      "访问令牌 (LIANSHE_TOKEN；否则读令牌文件)", "access token (LIANSHE_TOKEN; else the token file)"))
  var token: String?

  @Option(
    help: help(
      "令牌文件 (LIANSHE_TOKEN_FILE，默认 var/operator.token)",
      "token file (LIANSHE_TOKEN_FILE, default var/operator.token)", name: "file"))
  var tokenFile: String?

  @Option(
    help: help(
      "https:// 地址的 CA 证书 (LIANSHE_TLS_CA，默认用系统信任的)",
      "authority of https:// addresses (LIANSHE_TLS_CA, default: those the system trusts)",
      name: "file"))
  var tlsCa: String?

  @Option(
    help: help(
      "出示的客户端证书 (LIANSHE_TLS_CERTIFICATE)", "certificate to show (LIANSHE_TLS_CERTIFICATE)",
      name: "file"))
  var tlsCertificate: String?

  @Option(
    help: help(
      "客户端证书的私钥 (LIANSHE_TLS_KEY)", "private key of the certificate (LIANSHE_TLS_KEY)",
      name: "file"))
  var tlsKey: String?

  @Option(
    help: help(
      "一次调用的期限，秒 (导入默认 600，其余 30)", "time for one call, seconds (imports 600, others 30)",
      name: "seconds"))
  var timeout: Int?

  @OptionGroup var language: LanguageOptions

  static let defaultTimeout: Duration = .seconds(30)
  static let defaultTokenFile = "var/operator.token"
  static let longestTimeoutSeconds = 86_400

  func validate() throws {
    if let timeout, !(1...Self.longestTimeoutSeconds).contains(timeout) {
      throw ValidationError(
        ambient("--timeout 应为 1 到 86400 秒", "--timeout is between 1 and 86400 seconds"))
    }
  }

  /// - Parameter defaultTimeout: for calls when `--timeout` says nothing.
  func session(
    defaultTimeout: Duration = Self.defaultTimeout,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> Session {
    let console = Console.standard(language.language)
    let flags: [ServiceName: String?] = [
      .gateway: gateway, .registry: registry, .statistics: statistics,
      .exhibitions: exhibitions, .talent: talent,
    ]
    var addresses: [ServiceName: String] = [:]
    for service in ServiceName.allCases {
      addresses[service] =
        (flags[service] ?? nil) ?? environment[service.variable] ?? service.defaultAddress
    }
    let token = try TokenSource(flag: token, fileFlag: tokenFile, environment: environment)
      .token(console: console)
    return Session(
      console: console,
      channels: NetworkChannels(addresses: addresses, files: tlsFiles(environment)), token: token,
      timeout: timeout.map { .seconds($0) } ?? defaultTimeout)
  }

  /// An empty variable is how a shell says "unset".
  func tlsFiles(_ environment: [String: String]) -> TLSFiles {
    func path(_ flag: String?, _ variable: String) -> String? {
      flag ?? environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    return TLSFiles(
      certificate: path(tlsCertificate, "LIANSHE_TLS_CERTIFICATE"),
      key: path(tlsKey, "LIANSHE_TLS_KEY"), authorities: path(tlsCa, "LIANSHE_TLS_CA"))
  }
}

/// Finds the caller's token.
struct TokenSource {
  let flag: String?
  let fileFlag: String?
  let environment: [String: String]
  var defaultFile = ConnectionOptions.defaultTokenFile

  /// The token to send, or nil. A token that nobody named and that has expired stays at home: open
  /// methods answer without it, and a note says so.
  func token(console: Console, now: Date = Date()) throws -> String? {
    if let flag { return Self.trimmed(flag) }
    if let variable = environment["LIANSHE_TOKEN"], !variable.isEmpty {
      return Self.trimmed(variable)
    }
    if let path = fileFlag ?? environment["LIANSHE_TOKEN_FILE"] {
      return try read(path)
    }
    let path = defaultFile
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let token = try read(path)
    guard let content = try? TokenContent(token), content.expires < now else { return token }
    console.note(
      Phrase(
        "注意：\(path) 里的令牌已过期，本次不带令牌 (重新签发：lianshe token issue)",
        "note: the token in \(path) has expired and is not sent (issue one: lianshe token issue)"))
    return nil
  }

  private func read(_ path: String) throws -> String {
    do {
      let bytes = try PrivateFile.read(path, maximumBytes: TokenVerifier.maximumTokenBytes * 2)
      return Self.trimmed(String(decoding: bytes, as: UTF8.self))
    } catch {
      throw Failure(.invalid, error.messageChinese, error.messageEnglish)
    }
  }

  private static func trimmed(_ text: String) -> String {
    text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
