// Follows the register's change feed and keeps the copy. One process of a replica set does it, by
// a lease; the cursor's expected value in each transaction keeps the copy right even if two do.

package import Logging
internal import Measures
package import RPC
internal import RegistryMessages
internal import ServiceAPI
internal import StatisticsStorage
package import Storage

package struct RegisterApplier: Sendable {
  /// How long a silent applier keeps its lease.
  package static let leaseDuration: Duration = .seconds(15)
  /// The first pause after a failure; it doubles up to the longest.
  package static let minimumPause: Duration = .milliseconds(100)
  package static let maximumPause: Duration = .seconds(5)

  private static let leaseName = "register_copy"

  private let database: Database
  private let registry: RegistryServiceClient
  private let answers: AnswerCache
  private let logger: Logger
  private let leaseDuration: Duration
  private let holder = UUIDv7.next()

  package init(
    database: Database, registry: some RPCChannel, answers: AnswerCache, logger: Logger,
    leaseDuration: Duration = RegisterApplier.leaseDuration
  ) {
    self.database = database
    self.registry = RegistryServiceClient(channel: registry)
    self.answers = answers
    self.logger = logger
    self.leaseDuration = leaseDuration
  }

  /// A condition of readiness: the copy has been complete once.
  package func check() async throws {
    let cursor = try await database.read { try RegisterCopy.cursor($0) }
    guard cursor != nil else {
      throw RPCError(.unavailable, "the copy of the register is not complete yet")
    }
  }

  /// Goes on until the task is cancelled; every failure is followed by another try.
  package func run() async {
    var pause = Self.minimumPause
    var needsSnapshot = false
    while !Task.isCancelled {
      do {
        if try await database.acquireLease(
          Self.leaseName, holder: holder, for: leaseDuration)
        {
          try await follow(fromSnapshot: needsSnapshot) {
            pause = Self.minimumPause
            needsSnapshot = false
          }
        } else {
          pause = max(pause, leaseDuration / 3)
        }
      } catch let error as RPCError where error.code == .outOfRange {
        // The register has forgotten what comes after our cursor.
        needsSnapshot = true
        logger.notice("register copy: taking a snapshot again")
      } catch {
        if !Task.isCancelled {
          logger.warning("register copy", metadata: ["error": "\(error)"])
        }
      }
      try? await Task.sleep(for: pause * Double.random(in: 0.8...1.2))
      pause = min(pause * 2, Self.maximumPause)
    }
    // A task of its own: this one is cancelled, and its calls to the database would be, too.
    await Task { [database, holder] in
      try? await database.releaseLease(Self.leaseName, holder: holder)
    }.value
  }

  /// Reads the feed until it ends or fails, or until another process holds the lease.
  ///
  /// - Parameter progress: called whenever something was applied.
  private func follow(
    fromSnapshot: Bool, progress: () -> Void
  ) async throws {
    var cursor = try await database.read { try RegisterCopy.cursor($0) } ?? ""
    let start = fromSnapshot ? "" : cursor
    let stream = try await registry.watchChanges(WatchChangesRequest(cursor: start))
    var snapshot: [RegisterChange] = []
    var leaseEnd = ContinuousClock.now + leaseDuration / 3
    for try await message in stream {
      if ContinuousClock.now >= leaseEnd {
        guard
          try await database.acquireLease(
            Self.leaseName, holder: holder, for: leaseDuration)
        else { return }
        leaseEnd = ContinuousClock.now + leaseDuration / 3
      }
      switch message.kind {
      case .snapshot:
        if let change = try RegisterChange(message) { snapshot.append(change) }
      case .snapshotEnd:
        try await install(snapshot, cursor: message.cursor)
        logger.info("register copy: snapshot", metadata: ["records": "\(snapshot.count)"])
        snapshot = []
        cursor = message.cursor
        progress()
      case .upsert, .delete:
        let change = try RegisterChange(message)
        try await apply(change.map { [$0] } ?? [], from: cursor, to: message.cursor)
        cursor = message.cursor
        progress()
      case .heartbeat, .unspecified, .unrecognized:
        if message.cursor != cursor, !message.cursor.isEmpty {
          try await apply([], from: cursor, to: message.cursor)
          cursor = message.cursor
        }
        progress()
      }
    }
  }

  private func install(_ snapshot: [RegisterChange], cursor: String) async throws {
    defer { answers.invalidate() }
    try await database.write(as: .system("register copy")) {
      try RegisterCopy.install(snapshot, cursor: cursor, $0)
    }
  }

  private func apply(
    _ changes: [RegisterChange], from expected: String, to cursor: String
  ) async throws {
    defer { if !changes.isEmpty { answers.invalidate() } }
    try await database.write(as: .system("register copy")) {
      try RegisterCopy.apply(changes, from: expected, to: cursor, $0)
    }
  }
}
