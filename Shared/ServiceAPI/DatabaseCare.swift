// What every service owes its database: migrations before the first call, sealing of the audit,
// forgetting what nobody needs any more. A database that is away is waited for: services start in
// any order.

internal import Imports
package import Logging
package import Storage
internal import Synchronization

/// Keeps one database.
package final class DatabaseCare: Sendable {
  /// Changes older than this leave the feed; a copy that is further behind takes a snapshot.
  package static let feedRetention: Duration = .seconds(30 * 86_400)
  /// Answers older than this are forgotten; a `request_id` used again after it runs again.
  package static let requestRetention: Duration = .seconds(7 * 86_400)
  /// Unfinished imports to which nothing was done for so long are forgotten: every dry run and
  /// every broken upload leaves one, and an organisation may have but few.
  package static let importRetention: Duration = .seconds(86_400)
  /// From one round of forgetting to the next.
  package static let trimInterval: Duration = .seconds(600)
  /// From one try of an absent database to the next.
  package static let retryInterval: Duration = .milliseconds(250)

  private let database: Database
  private let migrations: [Migration]
  private let healthTimeout: Duration
  private let logger: Logger
  private let report: @Sendable (any Error) -> Void
  private let isMigrated = Mutex(false)

  /// - Parameters:
  ///   - healthTimeout: a database that does not answer for so long is not ready.
  ///   - report: told of each failure; it goes on all the same.
  package init(
    _ database: Database, migrations: [Migration], healthTimeout: Duration = .seconds(1),
    logger: Logger = Logger(label: "lianshe.database"),
    report: @escaping @Sendable (any Error) -> Void
  ) {
    self.database = database
    self.migrations = migrations
    self.healthTimeout = healthTimeout
    self.logger = logger
    self.report = report
  }

  /// Migrates when the database is there. One that is away is left to `run`.
  ///
  /// - Throws: what no waiting will mend: a changed migration, a damaged file.
  package func prepare() async throws {
    do {
      try await database.migrate(migrations)
      isMigrated.withLock { $0 = true }
      // Where data were expected, somebody took the file away; nobody else would say so.
      if database.isNew {
        logger.notice(
          "新建了一个空数据库 (a new, empty database was created)",
          metadata: ["database": "\(database.url)"])
      }
    } catch let error as StorageError where error.code == .unavailable {
      report(error)
    }
  }

  /// Goes on until the task is cancelled.
  package func run() async throws {
    while !isMigrated.withLock({ $0 }), !Task.isCancelled {
      try? await Task.sleep(for: Self.retryInterval)
      if !Task.isCancelled { try await prepare() }
    }
    let (database, report) = (database, report)
    await withTaskGroup { group in
      group.addTask { await database.runAuditSealer(report: report) }
      group.addTask { await self.trim() }
    }
  }

  /// A condition of readiness.
  package func check() async throws {
    guard isMigrated.withLock({ $0 }) else {
      throw StorageError(.unavailable, "The database was not reached yet.")
    }
    let health = await database.health(timeout: healthTimeout)
    guard health.isAvailable else { throw StorageError(.unavailable, health.message) }
  }

  /// A service that takes files has their tables.
  private var takesFiles: Bool {
    migrations.contains { $0.id == ImportMigrations.base.id }
  }

  private func trim() async {
    while !Task.isCancelled {
      do {
        let now = database.clockNow
        _ = try await database.trimChanges(
          recordedBefore: now - Self.microseconds(Self.feedRetention))
        _ = try await database.trimRequests(
          recordedBefore: now - Self.microseconds(Self.requestRetention))
        if takesFiles {
          try await ImportDesk.discardAbandoned(
            idleSince: now - Self.microseconds(Self.importRetention), in: database)
        }
      } catch {
        if !Task.isCancelled { report(error) }
      }
      try? await Task.sleep(for: Self.trimInterval)
    }
  }

  private static func microseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000
  }
}
