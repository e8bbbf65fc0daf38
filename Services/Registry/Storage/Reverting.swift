// Taking back what an import entered, while nothing later depends on it.

internal import RegistryDomain
package import Storage

/// Why something cannot be taken back.
package struct RevertObstacle: Error, Sendable, Hashable {
  package var name: String
  package var rule: String
  package var zh: String
  package var en: String
}

extension RegistryStore {
  package func revertPlace(
    _ id: String, revision: Int64, isNew: Bool, _ transaction: WriteTransaction
  ) throws -> RevertObstacle? {
    try revert(RecordTable<PlaceState>.self, id, revision, isNew, transaction) { place in
      if place.code.isEmpty { return 0 }
      return try users(
        of: place.code,
        [
          ("place_state", "parent_code"), ("federation_state", "place_code"),
          ("enterprise_state", "place_code"), ("enterprise_state", "activity_place_code"),
        ], transaction)
    }
  }

  package func revertFederation(
    _ id: String, revision: Int64, isNew: Bool, _ transaction: WriteTransaction
  ) throws -> RevertObstacle? {
    try revert(RecordTable<FederationState>.self, id, revision, isNew, transaction) { federation in
      let members = try transaction.queryOne(
        "SELECT COUNT(*) AS n FROM membership WHERE federation_code = $1 AND state <> 0",
        [.text(federation.code)])
      return try users(of: federation.code, [("federation_state", "parent_code")], transaction)
        + (members?.int64("n") ?? 0)
    }
  }

  package func revertEnterprise(
    _ id: String, revision: Int64, isNew: Bool, _ transaction: WriteTransaction
  ) throws -> RevertObstacle? {
    try revert(RecordTable<EnterpriseState>.self, id, revision, isNew, transaction) { enterprise in
      let row = try transaction.queryOne(
        "SELECT COUNT(*) AS n FROM membership WHERE enterprise_id = $1 AND state <> 0",
        [.text(enterprise.id)])
      return try row?.int64("n") ?? 0
    }
  }

  /// - Parameter steps: how many steps the import took; they must still be the last.
  package func revertMembership(
    _ id: String, revision: Int64, steps: Int, _ transaction: WriteTransaction
  ) throws -> RevertObstacle? {
    let current = try membership(id, transaction)
    guard current.revision == revision, current.events.count >= steps else {
      return Self.changedSince(id)
    }
    try takeBackSteps(of: id, keeping: current.events.count - steps, transaction)
    return nil
  }

  /// Current rows of other records that name a code.
  private func users(
    of code: String, _ columns: [(table: String, column: String)], _ transaction: some SQLExecutor
  ) throws -> Int64 {
    var total: Int64 = 0
    for (table, column) in columns {
      let row = try transaction.queryOne(
        """
        SELECT COUNT(*) AS n FROM \(table) AS s
        WHERE s.\(column) = $1 AND \(TwoClocks.current("s"))
        """, [.text(code)])
      total += try row?.int64("n") ?? 0
    }
    return total
  }

  private func revert<State: StoredState>(
    _ table: RecordTable<State>.Type, _ id: String, _ revision: Int64, _ isNew: Bool,
    _ transaction: WriteTransaction, _ users: (Record<State>) throws -> Int64
  ) throws -> RevertObstacle? {
    guard let current = try table.load(id, transaction), current.revision == revision else {
      return Self.changedSince(id)
    }
    guard isNew else {
      // What was known just before the revision's first row was recorded.
      let before = try table.load(id, knownAt: current.updateTime - 1, transaction)
      guard let before else { return Self.changedSince(current.naming) }
      _ = try revise(current, to: before, transaction)
      return nil
    }
    let count = try users(current)
    guard count == 0 else {
      return RevertObstacle(
        name: current.naming, rule: "import.depended_on",
        zh: "\(current.timeline.last.state.name)(\(current.naming))已被\(count)条记录引用",
        en: "\(current.naming) is used by \(count) record(s)")
    }
    try remove(current, transaction)
    return nil
  }

  private static func changedSince(_ name: String) -> RevertObstacle {
    RevertObstacle(
      name: name, rule: "import.changed_since", zh: "\(name)后来又改过",
      en: "\(name) was changed since")
  }
}
