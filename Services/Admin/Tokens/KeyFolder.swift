// The folder of an issuer: one private key in use, and the public keys that servers accept.

internal import Access
internal import Foundation

/// Keys on disk.
struct KeyFolder: Sendable {
  let path: String

  var privateKey: String { "\(path)/signing-key.pem" }
  var publicKeys: String { "\(path)/jwks.json" }

  /// Makes a key and lists its public half. Keys that are there stay listed.
  ///
  /// - Returns: the id of the new key.
  func generate(replacing: Bool) throws -> String {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o755])
    } catch {
      throw Failure(.failure, "无法建立文件夹 \(path)", "cannot make the folder \(path)")
    }
    let exists = FileManager.default.fileExists(atPath: privateKey)
    guard replacing || !exists else {
      throw Failure(
        .conflict, "\(privateKey) 已存在；要换新密钥请加 --rotate",
        "\(privateKey) exists; to replace it add --rotate")
    }
    let key = SigningKey()
    try Self.naming { () throws(AccessError) in
      var keys =
        FileManager.default.fileExists(atPath: publicKeys)
        ? try PublicKeySet(file: publicKeys) : PublicKeySet()
      keys.add(key)
      // Listed first: a token must never be signed with a key that no server knows.
      try keys.write(to: publicKeys)
      if exists {
        try key.replace(privateKey)
      } else {
        try key.write(to: privateKey)
      }
    }
    return key.keyID
  }

  func issue(_ principal: Principal, lifetime: Duration) async throws -> String {
    guard FileManager.default.fileExists(atPath: privateKey) else {
      throw Failure(
        .notFound, "没有私钥 \(privateKey)；先执行 lianshe token keygen --directory \(path)",
        "there is no key \(privateKey); run first: lianshe token keygen --directory \(path)")
    }
    do throws(AccessError) {
      return try await TokenIssuer(privateKeyFile: privateKey).issue(principal, lifetime: lifetime)
    } catch {
      throw Failure(.invalid, error.messageChinese, error.messageEnglish)
    }
  }

  func retire(_ keyID: String) throws {
    var keys = try Self.naming { () throws(AccessError) in try PublicKeySet(file: publicKeys) }
    let known = keys.keyIDs
    guard keys.remove(keyID: keyID) else {
      throw Failure(
        .notFound,
        [
          Phrase("没有密钥 \(keyID)", "there is no key \(keyID)"),
          Phrase(
            "  有：\(known.joined(separator: "、"))", "  known: \(known.joined(separator: ", "))"),
        ])
    }
    try Self.naming { () throws(AccessError) in try keys.write(to: publicKeys) }
  }

  /// What a token says, line by line, and whether the keys of this folder accept it.
  func describe(
    _ token: String, language: Language, now: Date = Date()
  ) async throws -> [String] {
    let content = try Self.naming { () throws(AccessError) in try TokenContent(token) }
    let roles = content.principal.roles.sorted { $0.rawValue < $1.rawValue }
    let rows: [(Phrase, String)] = [
      (Phrase("持有人", "subject"), content.principal.subject),
      (Phrase("姓名", "name"), content.principal.name),
      (Phrase("机构", "organisation"), content.principal.organisation),
      (
        Phrase("角色", "roles"),
        roles.map { language == .zh ? "\($0.rawValue) \($0.chineseName)" : $0.rawValue }
          .joined(separator: ", ")
      ),
      (Phrase("签发", "issued"), BeijingTime.phrase(content.issued)[language]),
      (Phrase("到期", "expires"), BeijingTime.phrase(content.expires)[language]),
      (Phrase("密钥", "key"), content.keyID),
      (Phrase("状态", "state"), try await state(of: token, content, now)[language]),
    ]
    return Table.lines(rows.filter { !$0.1.isEmpty }.map { [$0.0[language], $0.1] })
  }

  private func state(of token: String, _ content: TokenContent, _ now: Date) async throws -> Phrase
  {
    guard FileManager.default.fileExists(atPath: publicKeys) else {
      return content.expires > now
        ? Phrase(
          "未过期 (没有 \(publicKeys)，未检查签名)", "not expired (no \(publicKeys): signature not checked)")
        : Phrase("已过期", "expired")
    }
    do {
      _ = try await TokenVerifier(jwksFile: publicKeys, now: { now }).verify(token)
      return Phrase("有效", "valid")
    } catch {
      return Phrase(error.messageChinese, error.messageEnglish)
    }
  }

  /// Runs work on key files; what goes wrong ends the command.
  static func naming<Value>(_ body: () throws(AccessError) -> Value) throws -> Value {
    do {
      return try body()
    } catch {
      let code: ExitReason = error.rule == .keyFile ? .failure : .invalid
      throw Failure(code, error.messageChinese, error.messageEnglish)
    }
  }
}

/// Role names as a user writes them.
enum RoleNames {
  static func read(_ text: String) throws -> Set<Role> {
    let names = text.split(whereSeparator: { $0 == "," || $0 == "，" || $0.isWhitespace })
    let roles = try names.map { name in
      guard let role = Role(rawValue: String(name)) else {
        let known = Role.allCases.map { "\($0.rawValue) \($0.chineseName)" }
        throw Failure(
          .invalid,
          [
            Phrase("没有角色“\(name)”", "there is no role \"\(name)\""),
            Phrase(
              "  可用：\(known.joined(separator: "、"))",
              "  known: \(Role.allCases.map(\.rawValue).joined(separator: ", "))"),
          ])
      }
      return role
    }
    guard !roles.isEmpty else {
      throw Failure(.invalid, "--roles 不能空", "--roles is empty")
    }
    return Set(roles)
  }
}

/// Finds the token that `token show` is asked about.
enum TokenReading {
  static func find(
    _ argument: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws -> String {
    let path = environment["LIANSHE_TOKEN_FILE"] ?? ConnectionOptions.defaultTokenFile
    let variable = environment["LIANSHE_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
    let text = argument ?? variable ?? (try? String(contentsOfFile: path, encoding: .utf8))
    guard let text else {
      throw Failure(
        .notFound, "没有令牌：写在命令后面，或设 LIANSHE_TOKEN，或放在 \(path)",
        "there is no token: give one, set LIANSHE_TOKEN, or put it into \(path)")
    }
    return text.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
