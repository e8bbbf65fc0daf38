// Federations: SQL and rules against what is stored.

package import Measures
package import RegistryDomain
package import Storage

extension FederationState: StoredState {
  static let columns = [
    "level", "funding", "short_name", "place_code", "parent_code", "document", "sentence", "note",
  ]

  var columnValues: [SQLValue] {
    [
      .integer(Int64(level.rawValue)), .integer(Int64(funding.rawValue)), .text(shortName),
      .text(placeCode), .text(parentCode), .text(source.document), .text(source.sentence),
      .text(source.note),
    ]
  }

  init(row: SQLRow, name: String) throws(StorageError) {
    guard let level = FederationLevel(rawValue: Int(clamping: try row.int64("level"))) else {
      throw .unreadable("level")
    }
    guard let funding = FundingKind(rawValue: Int(clamping: try row.int64("funding"))) else {
      throw .unreadable("funding")
    }
    self.init(
      name: name, shortName: try row.text("short_name"), level: level,
      placeCode: try row.text("place_code"), parentCode: try row.text("parent_code"),
      funding: funding, source: try Source(row: row))
  }

  static func entity(_ record: Federation) -> RegistryEntity { .federation(record) }
}

extension Source {
  init(row: SQLRow) throws(StorageError) {
    self.init(
      document: try row.text("document"), sentence: try row.text("sentence"),
      note: try row.text("note"))
  }
}

/// Which federations are asked for; empty fields ask for all.
package struct FederationFilter: Sendable, Hashable {
  package var parentCode: String
  /// The federation and all below it.
  package var ancestorCode: String
  package var level: FederationLevel?
  package var funding: FundingKind?

  package init(
    parentCode: String = "", ancestorCode: String = "", level: FederationLevel? = nil,
    funding: FundingKind? = nil
  ) {
    self.parentCode = parentCode
    self.ancestorCode = ancestorCode
    self.level = level
    self.funding = funding
  }
}

/// How many federations of a level there are.
package struct FederationTally: Sendable, Hashable {
  package var level: FederationLevel
  package var count: Int
  package var fiscal: Int
  package var fundingUnknown: Int
  /// Without a recorded beginning.
  package var startUnknown: Int

  package init(
    level: FederationLevel, count: Int, fiscal: Int, fundingUnknown: Int, startUnknown: Int
  ) {
    self.level = level
    self.count = count
    self.fiscal = fiscal
    self.fundingUnknown = fundingUnknown
    self.startUnknown = startUnknown
  }
}

private typealias Table = RecordTable<FederationState>

extension RegistryStore {
  /// The federation that bears a code on a day, with all its states.
  ///
  /// - Throws: `notFound`, which names federations that exist.
  package func federation(
    _ code: String, at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> Federation {
    var conditions = Conditions()
    conditions.add("s.code = $", .text(code))
    Table.addValid(&conditions, moment.dayText)
    let ids = try Table.ids(conditions, knownAt: moment.knownAt, transaction)
    if let id = ids.first,
      let federation = try Table.load(id, knownAt: moment.knownAt, transaction)
    {
      return federation
    }
    throw try federationNotFound(code, moment, transaction)
  }

  private func federationNotFound(
    _ code: String, _ moment: Moment, _ transaction: some SQLExecutor
  ) throws -> RegistryError {
    var conditions = Conditions()
    conditions.add("s.code = $", .text(code))
    let known = try Table.select(conditions, knownAt: moment.knownAt, transaction)
    let available = try availableFederations(code, moment, transaction)
    guard let federation = known.last else {
      return .notFound(
        "federation", code, zh: "名录中没有代码为\(code)的联社", en: "no federation has this code",
        available: available)
    }
    let span = federation.timeline.span
    return .notFound(
      "federation", code,
      zh: "\(federation.timeline.last.state.name)在\(moment.day.chinese)不存在,其有效期为\(span)",
      en: "\(code) did not exist on \(moment.day); it was valid in \(span)", available: available)
  }

  private func availableFederations(
    _ code: String, _ moment: Moment, _ transaction: some SQLExecutor
  ) throws -> [String] {
    for length in [4, 2, 0] {
      var conditions = Conditions()
      let prefix = code.filter { $0.isASCII && $0.isNumber }.prefix(length)
      conditions.add("s.code LIKE $", .text(prefix + "%"))
      let wish = ListWish(moment: moment, order: .code, limit: RegistryLimits.availableNames)
      let found = try Table.list(wish, conditions, transaction).records
      guard found.isEmpty else {
        return found.map { listed in
          let entry = listed.item.timeline.entry(on: moment.day) ?? listed.item.timeline.last
          return "\(listed.item.code) \(entry.state.name)"
        }
      }
    }
    return []
  }

  package func listFederations(
    _ filter: FederationFilter, _ wish: ListWish, _ transaction: some SQLExecutor
  ) throws -> (records: [Listed<Federation>], total: Int64) {
    var conditions = Conditions()
    if !filter.parentCode.isEmpty {
      conditions.add("s.parent_code = $", .text(filter.parentCode))
    }
    if let level = filter.level {
      conditions.add("s.level = $", .integer(Int64(level.rawValue)))
    }
    if let funding = filter.funding {
      conditions.add("s.funding = $", .integer(Int64(funding.rawValue)))
    }
    if !filter.ancestorCode.isEmpty {
      let codes = try federationsUnder(filter.ancestorCode, at: wish.moment, transaction)
        .map(\.code)
      conditions.add("s.code", isOneOf: codes.sorted())
    }
    return try Table.list(wish, conditions, transaction)
  }

  /// Federations by level on a day, under an ancestor (itself included) or everywhere.
  package func countFederations(
    under ancestor: String, at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> [FederationTally] {
    let federations = try federationsUnder(ancestor, at: moment, transaction)
    let entries = federations.compactMap { federation in
      federation.timeline.entry(on: moment.day).map {
        (state: $0.state, isOpen: federation.timeline.first.time.from == nil)
      }
    }
    return FederationLevel.allCases.compactMap { level in
      let same = entries.filter { $0.state.level == level }
      guard !same.isEmpty else { return nil }
      return FederationTally(
        level: level, count: same.count, fiscal: same.count { $0.state.funding == .fiscal },
        fundingUnknown: same.count { $0.state.funding == .unknown },
        startUnknown: same.count(where: \.isOpen))
    }
  }

  /// A federation and all below it, on a day; every federation for an empty code.
  private func federationsUnder(
    _ code: String, at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> [Federation] {
    var conditions = Conditions()
    if code.isEmpty {
      return try Table.select(conditions, knownAt: moment.knownAt, transaction)
        .filter { $0.timeline.index(on: moment.day) != nil }
    }
    let root = try federation(code, at: moment, transaction)
    let isNational = root.timeline.entry(on: moment.day)?.state.level == .national
    if !isNational { conditions.add("s.code LIKE $", .text(code.prefix(2) + "%")) }
    let all = try Table.select(conditions, knownAt: moment.knownAt, transaction)
    var children: [String: [Federation]] = [:]
    for federation in all {
      guard let state = federation.timeline.entry(on: moment.day)?.state else { continue }
      children[state.parentCode, default: []].append(federation)
    }
    var found: [Federation] = []
    var waiting = [root]
    var seen: Set<String> = []
    while let next = waiting.popLast() {
      guard seen.insert(next.code).inserted else { continue }
      found.append(next)
      waiting += children[next.code] ?? []
    }
    return found
  }

  /// The current record of a code: the one valid today, else the last that was.
  package func currentFederation(
    _ code: String, today: CalendarDate, _ transaction: some SQLExecutor
  ) throws -> Federation {
    let federations = try self.federations(code: code, transaction)
    if let federation = federations.first(where: { $0.timeline.index(on: today) != nil })
      ?? federations.max(by: { $0.timeline.last.time.start < $1.timeline.last.time.start })
    {
      return federation
    }
    throw try federationNotFound(code, Moment(day: today), transaction)
  }

  /// Every current record of a code, whatever its valid time.
  package func federations(
    code: String, _ transaction: some SQLExecutor
  ) throws -> [Federation] {
    var conditions = Conditions()
    conditions.add("s.code = $", .text(code))
    return try Table.select(conditions, knownAt: TwoClocks.openTime - 1, transaction)
  }

  // MARK: - Changes

  package func createFederation(
    _ federation: Federation, _ transaction: WriteTransaction
  ) throws -> Federation {
    let stored = try enterFederation(federation, over: nil, transaction)
    try throwing(
      try violationsAround([stored], transaction).map(\.1), inside: "federation")
    return stored
  }

  package func updateFederation(
    _ code: String, etag: String, _ update: RecordUpdate<FederationState>, today: CalendarDate,
    _ transaction: WriteTransaction
  ) throws -> Federation {
    let current = try currentFederation(code, today: today, transaction)
    try check(etag: etag, of: current)
    let changed = try current.applying(update, today: today)
    let stored = try enterFederation(changed, over: current, transaction)
    try throwing(
      try violationsAround([stored], transaction).map(\.1), inside: "federation")
    return stored
  }

  /// Stores a federation, new or over its current revision, after its own rules. The rules of the
  /// tree are `violationsAround`, to be asked when all federations of a file are in.
  package func enterFederation(
    _ federation: Federation, over current: Federation?, _ transaction: WriteTransaction
  ) throws -> Federation {
    try throwing(federation.violations, inside: "federation")
    for entry in federation.timeline.entries {
      var conditions = Conditions()
      conditions.add("s.record_id <> $", .text(federation.id))
      conditions.add("s.code = $", .text(federation.code))
      let start = conditions.parameter(.text(entry.time.storedStart))
      let end = conditions.parameter(.text(entry.time.storedEnd))
      conditions.addNumbered(TwoClocks.valid(from: start, to: end, "s"))
      let ids = try Table.ids(conditions, knownAt: TwoClocks.openTime - 1, limit: 1, transaction)
      guard ids.isEmpty else {
        throw RegistryError.alreadyExists(
          "federation", federation.code, zh: "在\(entry.time)期间已有此代码的联社",
          en: "a federation of this code exists already in \(entry.time)")
      }
    }
    if let current { return try revise(current, to: federation, transaction) }
    return try insert(federation, transaction)
  }

  /// Rules of the tree that federations break, and that their change breaks below them, each with
  /// the id of the federation it is told of.
  package func violationsAround(
    _ federations: [Federation], _ transaction: WriteTransaction
  ) throws -> [(String, RegistryError.Violation)] {
    var codes: Set<String> = []
    for federation in federations {
      codes.insert(federation.code)
      for entry in federation.timeline.entries {
        codes.formUnion([entry.state.placeCode, entry.state.parentCode])
      }
    }
    let tree = FederationTree(
      try self.federations(around: codes, transaction),
      places: try placeTree(around: codes, transaction))
    var found: [(String, RegistryError.Violation)] = []
    for federation in federations {
      found += tree.violations(of: federation).map { (federation.id, $0) }
      if federation.revision > 1 {
        found += tree.violationsBelow(federation.code).map { (federation.id, $0) }
      }
    }
    return found
  }

  /// What a change of places breaks among the federations that stand in them.
  func federationViolations(
    around codes: [String], _ places: PlaceTree, _ transaction: WriteTransaction
  ) throws -> [RegistryError.Violation] {
    if codes.isEmpty { return [] }
    let federations = try self.federations(around: codes, transaction)
    let tree = FederationTree(federations, places: places)
    var found: [RegistryError.Violation] = []
    for federation in federations {
      for violation in tree.violations(of: federation) {
        found.append(
          RegistryError.Violation(
            path: "", value: federation.code, rule: "place.federation",
            zh: "联社\(federation.timeline.last.state.name)(\(federation.code)):\(violation.zh)",
            en: "the federation \(federation.code): \(violation.en)"))
      }
    }
    return found
  }

  /// Federations of the provinces in which the given codes lie, and those of the nation.
  private func federations(
    around codes: some Sequence<String>, _ transaction: some SQLExecutor
  ) throws -> [Federation] {
    var found: [Federation] = []
    let provinces = Set(
      codes.map { String($0.prefix(2)) } + [PlaceCode.national.prefix(2).description])
    for province in provinces.sorted() where province.count == 2 {
      var conditions = Conditions()
      conditions.add("s.code >= $", .text(province))
      conditions.add("s.code <= $", .text(province + "9999"))
      found += try Table.select(conditions, knownAt: TwoClocks.openTime - 1, transaction)
    }
    return found
  }
}
