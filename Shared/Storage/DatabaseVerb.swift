// What an operator asks of a database that a service keeps, beside the service or while it is
// stopped. The executables offer each as an option.

internal import Foundation

package enum DatabaseVerb: String, CaseIterable, Sendable {
  case verifyAudit = "verify-audit"
  case showAudit = "show-audit"
  case renewFeed = "renew-feed"

  /// A long chain is read in one statement.
  private static let statementTimeout: Duration = .seconds(86_400)

  /// How the value is written.
  package var form: String {
    switch self {
    case .verifyAudit: "[=<position>:<hash>]"
    case .showAudit: "=<entity>/<id>"
    case .renewFeed: ""
    }
  }

  package var chinese: String {
    switch self {
    case .verifyAudit: "核对审计链，并打印链首；给出以前打印的链首，可发现被截去的尾部"
    case .showAudit: "打印一个对象的全部变更记录，每行一个 JSON"
    case .renewFeed: "恢复备份之后：作废变更流的全部游标，使读者重新取快照"
    }
  }

  package var english: String {
    switch self {
    case .verifyAudit:
      "Walks the audit chain and prints its head; an earlier head shows whether the tail was cut off"
    case .showAudit: "Prints the whole history of one entity, a JSON object a line"
    case .renewFeed:
      "After restoring a backup: ends all cursors of the feed, so that readers take a snapshot again"
    }
  }

  package func accepts(_ value: String?) -> Bool {
    switch self {
    case .verifyAudit: value.map { AuditHead(text: $0) != nil } ?? true
    case .showAudit: Self.entity(value) != nil
    case .renewFeed: value == nil
    }
  }

  /// Carries it out on an existing database.
  ///
  /// - Returns: false for the bad answer: a broken chain, an entity without history.
  package func run(
    on url: DatabaseURL, _ value: String?, say: @Sendable (String) -> Void
  ) async throws -> Bool {
    let database = try await Self.open(url)
    do {
      let answer = try await answer(database, value, say)
      await database.close()
      return answer
    } catch {
      await database.close()
      throw error
    }
  }

  /// Opening would create a missing file, and the answer about an empty database would be a lie.
  private static func open(_ url: DatabaseURL) async throws -> Database {
    if case .sqlite(let path) = url.location, !FileManager.default.fileExists(atPath: path) {
      throw StorageError(.unavailable, "没有数据库 \(url) (there is no database at \(url))")
    }
    var options = DatabaseOptions()
    options.statementTimeout = statementTimeout
    let database = try await Database.open(url, options: options)
    do {
      let isOurs = try await database.read { transaction in
        let sql =
          transaction.dialect == .sqlite
          ? "SELECT name FROM sqlite_master WHERE name = 'storage_state'"
          : "SELECT 1 AS one WHERE to_regclass('storage_state') IS NOT NULL"
        return try !transaction.query(sql).isEmpty
      }
      guard isOurs else {
        throw StorageError(
          .unavailable,
          "没有服务用过数据库 \(url) (no service has ever used the database \(url))")
      }
    } catch {
      await database.close()
      throw error
    }
    return database
  }

  private func answer(
    _ database: Database, _ value: String?, _ say: @Sendable (String) -> Void
  ) async throws -> Bool {
    switch self {
    case .verifyAudit:
      return Self.tell(
        try await database.verifyAudit(remembered: value.flatMap { AuditHead(text: $0) }), say)
    case .showAudit:
      guard let (entity, id) = Self.entity(value) else { return false }
      let entries = try await database.read { transaction in
        try transaction.auditEntries(
          entity: entity, id: id, limit: database.options.maximumRows)
      }
      for entry in entries { say(try entry.json) }
      if entries.isEmpty { say("没有记录 / nothing is recorded") }
      return !entries.isEmpty
    case .renewFeed:
      try await database.renewFeed()
      say("变更流已更新，读者将重新取快照 / the feed was renewed, its readers will take a snapshot again")
      return true
    }
  }

  private static func tell(_ verdict: AuditVerdict, _ say: (String) -> Void) -> Bool {
    switch verdict {
    case .intact(let head):
      say("审计链完好，共 \(head.position) 条 / the audit chain is intact, entries: \(head.position)")
      say(head.text)
      return true
    case .broken(let position, let reason):
      say("审计链在第 \(position) 条处不符 / the audit chain is broken at entry \(position): \(reason)")
      return false
    }
  }

  /// `federation/0190…`
  private static func entity(_ value: String?) -> (entity: String, id: String)? {
    guard let value, let slash = value.firstIndex(of: "/") else { return nil }
    let (entity, id) = (value[..<slash], value[value.index(after: slash)...])
    return entity.isEmpty || id.isEmpty ? nil : (String(entity), String(id))
  }
}

extension AuditHead {
  private static let hashLength = 64

  /// `80:5e88…`, to be kept elsewhere and given back.
  package var text: String { "\(position):\(hash)" }

  package init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let position = Int64(parts[0]), position >= 0,
      parts[1].utf8.count == Self.hashLength,
      parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
    else { return nil }
    self.init(position: position, hash: String(parts[1]))
  }
}

extension AuditEntry {
  /// One line; the states are texts within it, exactly as recorded.
  fileprivate var json: String {
    get throws {
      let fields = [
        "recorded_at": Date(timeIntervalSince1970: Double(recordedAt) / 1_000_000).formatted(
          .iso8601.year().month().day().time(includingFractionalSeconds: true)),
        "subject": actor.subject, "organisation": actor.organisation,
        "request_id": actor.requestID, "trace_id": actor.traceID, "action": action,
        "before": before, "after": after,
      ]
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(fields), as: UTF8.self)
    }
  }
}
