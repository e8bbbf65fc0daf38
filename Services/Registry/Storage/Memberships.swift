// Memberships: SQL and rules against what is stored. Steps are rows that are only ever added; a step
// taken back is superseded.

package import Measures
package import RegistryDomain
package import Storage

/// Which memberships are asked for; empty fields ask for all.
package struct MembershipFilter: Sendable, Hashable {
  package var federationCode: String
  package var enterpriseID: String
  package var state: MembershipState?
  /// First admitted in this year.
  package var admittedYear: Int?

  package init(
    federationCode: String = "", enterpriseID: String = "", state: MembershipState? = nil,
    admittedYear: Int? = nil
  ) {
    self.federationCode = federationCode
    self.enterpriseID = enterpriseID
    self.state = state
    self.admittedYear = admittedYear
  }
}

extension RegistryStore {
  /// - Throws: `notFound`.
  package func membership(
    _ id: String, _ transaction: some SQLExecutor
  ) throws -> Membership {
    var conditions = Conditions()
    conditions.add("m.id = $", .text(id))
    guard let membership = try memberships(conditions, transaction).first else {
      throw RegistryError.notFound(
        "membership", id, zh: "没有此编号的会员关系", en: "no membership has this id")
    }
    return membership
  }

  /// Memberships in the order of their ids, which is that of their entry.
  package func listMemberships(
    _ filter: MembershipFilter, after id: String, limit: Int, _ transaction: some SQLExecutor
  ) throws -> (memberships: [Membership], total: Int64) {
    var conditions = Self.conditions(filter)
    let count = try transaction.queryOne(
      "SELECT COUNT(*) AS n FROM membership AS m WHERE \(conditions.text)", conditions.parameters)
    conditions.add("m.id > $", .text(id))
    let limit = conditions.parameter(.integer(Int64(limit)))
    let rows = try transaction.query(
      "SELECT m.id FROM membership AS m WHERE \(conditions.text) ORDER BY m.id LIMIT \(limit)",
      conditions.parameters)
    var chosen: [String] = []
    for row in rows { chosen.append(try row.text("id")) }
    var found: [Membership] = []
    for start in stride(from: 0, to: chosen.count, by: 100) {
      var batch = Conditions()
      batch.add("m.id", isOneOf: Array(chosen[start..<min(start + 100, chosen.count)]))
      found += try memberships(batch, transaction)
    }
    return (found, try count?.int64("n") ?? 0)
  }

  private static func conditions(_ filter: MembershipFilter) -> Conditions {
    var conditions = Conditions()
    if !filter.federationCode.isEmpty {
      conditions.add("m.federation_code = $", .text(filter.federationCode))
    }
    if !filter.enterpriseID.isEmpty {
      conditions.add("m.enterprise_id = $", .text(filter.enterpriseID))
    }
    if let state = filter.state {
      conditions.add("m.state = $", .integer(Int64(state.rawValue)))
    } else {
      // A membership that an import took back has no steps left.
      conditions.addNumbered("m.state <> 0")
    }
    if let year = filter.admittedYear {
      let padded = String(repeating: "0", count: max(0, 4 - "\(year)".count)) + "\(year)"
      conditions.add(
        """
        (SELECT MIN(e.first_day) FROM membership_event AS e
          WHERE e.membership_id = m.id AND e.state = 2 AND \(TwoClocks.current("e"))) LIKE $
        """, .text("\(padded)-%"))
    }
    return conditions
  }

  /// Whole memberships for which the conditions hold, in the order of their ids.
  private func memberships(
    _ conditions: Conditions, _ transaction: some SQLExecutor
  ) throws -> [Membership] {
    var found: [Membership] = []
    try forEachMembership(conditions, transaction) { (membership) throws(StorageError) in
      found.append(membership)
    }
    return found
  }

  func forEachMembership(
    _ conditions: Conditions, _ transaction: some SQLExecutor,
    _ body: (Membership) throws(StorageError) -> Void
  ) throws(StorageError) {
    var rows: [SQLRow] = []
    func flush() throws(StorageError) {
      if let membership = try Self.decode(rows) { try body(membership) }
      rows = []
    }
    try transaction.forEach(
      """
      SELECT m.id, m.federation_code, m.enterprise_id, m.revision, m.document, m.sentence, m.note,
        e.state, e.shown_date, e.reason, e.recorded_at
      FROM membership AS m JOIN membership_event AS e ON e.membership_id = m.id
      WHERE \(TwoClocks.current("e")) AND \(conditions.text)
      ORDER BY m.id, e.step
      """, conditions.parameters
    ) { (row) throws(StorageError) in
      if let first = rows.first, try first.text("id") != row.text("id") { try flush() }
      rows.append(row)
    }
    try flush()
  }

  private static func decode(_ rows: [SQLRow]) throws(StorageError) -> Membership? {
    guard let first = rows.first else { return nil }
    var events: [MembershipEvent] = []
    for row in rows {
      guard let state = MembershipState(rawValue: Int(clamping: try row.int64("state"))) else {
        throw .unreadable("state")
      }
      guard let date = try? PartialDate(parsing: try row.text("shown_date")) else {
        throw .unreadable("shown_date")
      }
      events.append(
        MembershipEvent(
          state: state, date: date, reason: try row.text("reason"),
          recordTime: try row.int64("recorded_at")))
    }
    return Membership(
      id: try first.text("id"), federationCode: try first.text("federation_code"),
      enterpriseID: try first.text("enterprise_id"), events: events,
      source: try Source(row: first), revision: try first.int64("revision"))
  }

  /// Enterprises whose last step towards a federation, by a day, is an admission.
  func restrictToMembers(
    of federation: String, at moment: Moment, _ conditions: inout Conditions
  ) {
    let code = conditions.parameter(.text(federation))
    let day = conditions.parameter(.text(moment.dayText))
    let time = conditions.parameter(.integer(moment.knownAt))
    conditions.addNumbered(
      """
      s.record_id IN (
        SELECT m.enterprise_id FROM membership AS m
        WHERE m.federation_code = \(code) AND (
          SELECT e.state FROM membership_event AS e
          WHERE e.membership_id = m.id AND e.first_day <= \(day)
            AND \(TwoClocks.known(at: time, "e"))
          ORDER BY e.step DESC LIMIT 1) = 2)
      """)
  }

  // MARK: - Changes

  /// Enters a new membership with its first step.
  package func beginMembership(
    _ membership: Membership, today: CalendarDate, _ transaction: WriteTransaction
  ) throws -> Membership {
    try checkParties(membership, transaction)
    if let open = try openMembership(
      federation: membership.federationCode, enterprise: membership.enterpriseID, transaction)
    {
      throw RegistryError.alreadyExists(
        "membership", open.id, zh: "该企业在此联社的会员关系“\(open.state.chineseName)”,不能重复申请",
        en: "the enterprise has a membership of this federation that is \(open.state.name)")
    }
    var stored = membership
    stored.revision = 1
    try transaction.execute(
      """
      INSERT INTO membership
        (id, federation_code, enterprise_id, state, revision, document, sentence, note,
         created_at, updated_at)
      VALUES ($1, $2, $3, $4, 1, $5, $6, $7, $8, $8)
      """,
      [
        .text(stored.id), .text(stored.federationCode), .text(stored.enterpriseID),
        .integer(Int64(stored.state.rawValue)), .text(stored.source.document),
        .text(stored.source.sentence), .text(stored.source.note), .integer(transaction.now),
      ])
    try addStep(stored.events[0], number: 0, of: stored.id, transaction)
    stored = try self.membership(stored.id, transaction)
    try tell(.membership(stored), before: nil, action: stored.state.name, transaction)
    return stored
  }

  /// Takes the next step of a membership.
  ///
  /// - Parameter etag: nil in imports, which carry none.
  package func step(
    _ step: MembershipStep, membership id: String, etag: String?, on date: PartialDate,
    reason: String, today: CalendarDate, _ transaction: WriteTransaction
  ) throws -> Membership {
    let current = try membership(id, transaction)
    if let etag {
      guard let tag = try? ETag(etag) else {
        throw RegistryError.invalid([
          RegistryError.Violation(
            path: "etag", value: etag, rule: etag.isEmpty ? "required" : "etag.format",
            zh: "必须带上读取时得到的 etag", en: "the etag of the record as it was read is required")
        ])
      }
      if tag.revision != current.revision { throw RegistryError.stale("membership", id) }
    }
    let next = try current.taking(step, on: date, reason: reason, today: today)
    let changed = try transaction.execute(
      """
      UPDATE membership SET state = $2, revision = $3, updated_at = $4
      WHERE id = $1 AND revision = $5
      """,
      [
        .text(id), .integer(Int64(next.state.rawValue)), .integer(current.revision + 1),
        .integer(transaction.now), .integer(current.revision),
      ])
    guard changed == 1 else { throw RegistryError.stale("membership", id) }
    try addStep(
      next.events[next.events.count - 1], number: next.events.count - 1, of: id, transaction)
    let stored = try membership(id, transaction)
    try tell(.membership(stored), before: .membership(current), action: step.rawValue, transaction)
    return stored
  }

  private func addStep(
    _ event: MembershipEvent, number: Int, of id: String, _ transaction: WriteTransaction
  ) throws(StorageError) {
    try transaction.execute(
      """
      INSERT INTO membership_event
        (membership_id, step, state, shown_date, first_day, reason, recorded_at, superseded_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """,
      [
        .text(id), .integer(Int64(number)), .integer(Int64(event.state.rawValue)),
        .text(event.date.description), .text(event.date.firstDay.description),
        .text(event.reason), .integer(transaction.now), .integer(TwoClocks.openTime),
      ])
  }

  /// The membership of a pair that is not withdrawn.
  package func openMembership(
    federation: String, enterprise: String, _ transaction: some SQLExecutor
  ) throws -> Membership? {
    var conditions = Conditions()
    conditions.add("m.federation_code = $", .text(federation))
    conditions.add("m.enterprise_id = $", .text(enterprise))
    conditions.addNumbered("m.state IN (1, 2, 3)")
    return try memberships(conditions, transaction).first
  }

  /// Every membership of a pair, also withdrawn ones, oldest first.
  package func memberships(
    federation: String, enterprise: String, _ transaction: some SQLExecutor
  ) throws -> [Membership] {
    var conditions = Conditions()
    conditions.add("m.federation_code = $", .text(federation))
    conditions.add("m.enterprise_id = $", .text(enterprise))
    return try memberships(conditions, transaction)
  }

  func checkParties(_ membership: Membership, _ transaction: some SQLExecutor) throws {
    let date = membership.events[0].date
    var violations: [RegistryError.Violation] = []
    // A year may mean any of its days: one on which both exist is enough.
    let days = [date.firstDay, date.lastDay]
    let federations = try self.federations(code: membership.federationCode, transaction)
    let existed = federations.contains { federation in
      days.contains { federation.timeline.index(on: $0) != nil }
    }
    if !existed {
      violations.append(
        RegistryError.Violation(
          path: "federation_code", value: membership.federationCode, rule: "federation.unknown",
          zh: "联社\(membership.federationCode)在\(date.chinese)不存在",
          en: "there is no federation \(membership.federationCode) in \(date)"))
    }
    let enterprise = try RecordTable<EnterpriseState>.load(membership.enterpriseID, transaction)
    if !days.contains(where: { enterprise?.timeline.index(on: $0) != nil }) {
      violations.append(
        RegistryError.Violation(
          path: "enterprise_id", value: membership.enterpriseID, rule: "enterprise.unknown",
          zh: "企业\(membership.enterpriseID)在\(date.chinese)不存在",
          en: "there is no enterprise \(membership.enterpriseID) in \(date)"))
    }
    if !violations.isEmpty { throw RegistryError.invalid(violations) }
  }

  /// Takes back all but the first steps; keeping none takes the membership out of the register.
  package func takeBackSteps(
    of id: String, keeping count: Int, _ transaction: WriteTransaction
  ) throws {
    let current = try membership(id, transaction)
    let time = try transaction.supersede(
      "membership_event", where: "t.membership_id = $1 AND t.step >= $2",
      [.text(id), .integer(Int64(count))])
    let left = try memberships(onlyID(id), transaction).first
    try transaction.execute(
      "UPDATE membership SET state = $2, revision = $3, updated_at = $4 WHERE id = $1",
      [
        .text(id), .integer(Int64(left?.state.rawValue ?? 0)), .integer(current.revision + 1),
        .integer(time),
      ])
    if let left = try memberships(onlyID(id), transaction).first {
      try tell(.membership(left), before: .membership(current), action: "revert", transaction)
    } else {
      var last = current
      last.revision += 1
      try tellRemoval(of: .membership(last), before: .membership(current), transaction)
    }
  }

  private func onlyID(_ id: String) -> Conditions {
    var conditions = Conditions()
    conditions.add("m.id = $", .text(id))
    return conditions
  }
}
