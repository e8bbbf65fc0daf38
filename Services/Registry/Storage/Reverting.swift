// Taking back what an import entered, while nothing later depends on it. All records of an import go
// back first, then the rules are asked: what belongs together may have come in any order.

internal import Measures
internal import RegistryDomain
package import Storage

/// Why something cannot be taken back.
package struct RevertObstacle: Error, Sendable, Hashable {
  package var name: String
  package var rule: String
  package var zh: String
  package var en: String
}

/// A record as an import left it.
package struct RevertWish: Sendable, Hashable {
  package var id: String
  package var revision: Int64
  /// True when the import entered it, false when it changed it.
  package var isNew: Bool

  package init(id: String, revision: Int64, isNew: Bool) {
    self.id = id
    self.revision = revision
    self.isNew = isNew
  }
}

/// A column that names other records by code or id; of a current row where it is on two clocks.
private struct Reference {
  var table: String
  var column: String
  var isCurrent: String

  /// The current states of records of the register.
  static func state(_ table: String, _ column: String) -> Reference {
    Reference(table: table, column: column, isCurrent: TwoClocks.current("s"))
  }

  /// A membership that an import took back has no steps left.
  static func membership(_ column: String) -> Reference {
    Reference(table: "membership", column: column, isCurrent: "s.state <> 0")
  }
}

extension RegistryStore {
  /// - Parameter wishes: newest first.
  package func revertPlaces(
    _ wishes: [RevertWish], _ transaction: WriteTransaction
  ) throws -> [RevertObstacle] {
    var work = RevertWork<PlaceState>()
    for wish in wishes {
      try take(back: wish, &work, transaction) { try enterPlace($0, over: $1, transaction) }
    }
    for place in work.removed where !place.code.isEmpty {
      try findUsers(
        of: place, place.code,
        [
          .state("place_state", "parent_code"), .state("place_state", "successor_code"),
          .state("federation_state", "place_code"), .state("enterprise_state", "place_code"),
          .state("enterprise_state", "activity_place_code"),
          .state("stated_figure", "place_code"),
        ], &work, transaction)
    }
    work.add(try violationsAround(work.restored, transaction))
    for place in work.restored {
      try findStrandedEnterprises(in: place, &work, transaction)
    }
    return work.obstacles
  }

  package func revertFederations(
    _ wishes: [RevertWish], _ transaction: WriteTransaction
  ) throws -> [RevertObstacle] {
    var work = RevertWork<FederationState>()
    for wish in wishes {
      try take(back: wish, &work, transaction) { try enterFederation($0, over: $1, transaction) }
    }
    for federation in work.removed {
      try findUsers(
        of: federation, federation.code,
        [.state("federation_state", "parent_code"), .membership("federation_code")], &work,
        transaction)
    }
    work.add(try violationsAround(work.restored, transaction))
    for federation in work.restored {
      try findStrandedMembers(
        of: federation, MembershipFilter(federationCode: federation.code), &work, transaction)
    }
    return work.obstacles
  }

  package func revertEnterprises(
    _ wishes: [RevertWish], _ transaction: WriteTransaction
  ) throws -> [RevertObstacle] {
    var work = RevertWork<EnterpriseState>()
    for wish in wishes {
      try take(back: wish, &work, transaction) { try enterEnterprise($0, over: $1, transaction) }
    }
    for enterprise in work.removed {
      try findUsers(
        of: enterprise, enterprise.id, [.membership("enterprise_id")], &work, transaction)
    }
    for enterprise in work.restored {
      try findStrandedMembers(
        of: enterprise, MembershipFilter(enterpriseID: enterprise.id), &work, transaction)
    }
    return work.obstacles
  }

  /// - Parameter steps: how many steps the import took; they must still be the last.
  package func revertMembership(
    _ id: String, revision: Int64, steps: Int, _ transaction: WriteTransaction
  ) throws -> RevertObstacle? {
    do {
      let current = try membership(id, transaction)
      guard current.revision == revision, current.events.count >= steps else {
        return .changedSince(id)
      }
      try takeBackSteps(of: id, keeping: current.events.count - steps, transaction)
      return nil
    } catch let error as RegistryError {
      return RevertObstacle(error, name: id)
    }
  }

  // MARK: - Steps

  /// Removes a record that the import entered, or enters again what was known before it changed
  /// the record; the rules of entering hold for that, too.
  private func take<State: StoredState>(
    back wish: RevertWish, _ work: inout RevertWork<State>, _ transaction: WriteTransaction,
    _ enter: (Record<State>, Record<State>) throws -> Record<State>
  ) throws {
    let table = RecordTable<State>.self
    guard let current = try table.load(wish.id, transaction), current.revision == wish.revision
    else { return work.obstacles.append(.changedSince(wish.id)) }
    if wish.isNew {
      try remove(current, transaction)
      return work.removed.append(current)
    }
    // What was known just before the revision's first row was recorded.
    guard let before = try table.load(wish.id, knownAt: current.updateTime - 1, transaction) else {
      return work.obstacles.append(.changedSince(current.naming))
    }
    do {
      work.restored.append(try enter(before, current))
    } catch let error as RegistryError {
      work.obstacles.append(RevertObstacle(error, name: current.naming))
    }
  }

  /// What still names a record that is gone. Another record may bear the same code at another
  /// time; then the name may mean that one, and the rules of the tree decide.
  private func findUsers<State: StoredState>(
    of record: Record<State>, _ name: String, _ references: [Reference],
    _ work: inout RevertWork<State>, _ transaction: WriteTransaction
  ) throws {
    var total: Int64 = 0
    for reference in references {
      let row = try transaction.queryOne(
        """
        SELECT COUNT(*) AS n FROM \(reference.table) AS s
        WHERE s.\(reference.column) = $1 AND \(reference.isCurrent)
        """, [.text(name)])
      total += try row?.int64("n") ?? 0
    }
    guard total > 0 else { return }
    work.obstacles.append(
      RevertObstacle(
        name: record.naming, rule: "import.depended_on",
        zh: "\(record.timeline.last.state.name)(\(record.naming))已被\(total)条记录引用",
        en: "\(record.naming) is used by \(total) record(s)"))
  }

  /// Enterprises that stand in a place on days on which it is no more.
  private func findStrandedEnterprises(
    in place: Place, _ work: inout RevertWork<PlaceState>, _ transaction: WriteTransaction
  ) throws {
    if place.code.isEmpty { return }
    let tree = try placeTree(around: [place.code], transaction)
    var conditions = Conditions()
    let code = conditions.parameter(.text(place.code))
    conditions.addNumbered("(s.place_code = \(code) OR s.activity_place_code = \(code))")
    let table = RecordTable<EnterpriseState>.self
    let ids = try table.ids(conditions, knownAt: TwoClocks.openTime - 1, transaction)
    for enterprise in try table.load(ids, knownAt: TwoClocks.openTime - 1, transaction) {
      for entry in enterprise.timeline.entries
      where [entry.state.placeCode, entry.state.activityPlaceCode].contains(place.code) {
        guard let violation = tree.missing(place.code, in: entry.time, path: "") else { continue }
        work.obstacles.append(
          RevertObstacle(
            name: place.naming, rule: violation.rule,
            zh: "\(entry.state.name):\(violation.zh)", en: "\(enterprise.id): \(violation.en)"))
        break
      }
    }
  }

  /// Memberships that began on a day on which a party is no more.
  private func findStrandedMembers<State: StoredState>(
    of record: Record<State>, _ filter: MembershipFilter, _ work: inout RevertWork<State>,
    _ transaction: WriteTransaction
  ) throws {
    var last = ""
    while true {
      let page = try listMemberships(filter, after: last, limit: 500, transaction).memberships
      for membership in page {
        do {
          try checkParties(membership, transaction)
        } catch let error as RegistryError {
          work.obstacles.append(RevertObstacle(error, name: record.naming))
        }
      }
      guard let next = page.last, page.count == 500 else { return }
      last = next.id
    }
  }
}

/// What came of taking records back.
private struct RevertWork<State: RecordState> {
  var removed: [Record<State>] = []
  var restored: [Record<State>] = []
  var obstacles: [RevertObstacle] = []

  mutating func add(_ violations: [(String, RegistryError.Violation)]) {
    for (id, violation) in violations {
      let record = restored.first { $0.id == id }
      obstacles.append(
        RevertObstacle(
          name: record?.naming ?? id, rule: violation.rule, zh: violation.zh, en: violation.en))
    }
  }
}

extension RevertObstacle {
  init(_ error: RegistryError, name: String) {
    let first = error.violations.first
    self.init(
      name: name, rule: first?.rule ?? "import.changed_since",
      zh: "\(name):\(first?.zh ?? error.zh)",
      en: "\(name): \(first?.en ?? error.en)")
  }

  static func changedSince(_ name: String) -> RevertObstacle {
    RevertObstacle(
      name: name, rule: "import.changed_since", zh: "\(name)后来又改过",
      en: "\(name) was changed since")
  }
}
