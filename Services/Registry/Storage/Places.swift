// Places: SQL and rules against what is stored.

package import Measures
package import RegistryDomain
package import Storage

extension PlaceState: StoredState {
  static let columns = ["level", "parent_code", "successor_code"]

  var columnValues: [SQLValue] {
    [.integer(Int64(level.rawValue)), .text(parentCode), .text(successorCode)]
  }

  init(row: SQLRow, name: String) throws(StorageError) {
    guard let level = PlaceLevel(rawValue: Int(clamping: try row.int64("level"))) else {
      throw .unreadable("level")
    }
    self.init(
      name: name, level: level, parentCode: try row.text("parent_code"),
      successorCode: try row.text("successor_code"))
  }

  static func entity(_ record: Place) -> RegistryEntity { .place(record) }
}

/// Which places are asked for; empty fields ask for all.
package struct PlaceFilter: Sendable, Hashable {
  package var parentCode: String
  package var level: PlaceLevel?

  package init(parentCode: String = "", level: PlaceLevel? = nil) {
    self.parentCode = parentCode
    self.level = level
  }
}

private typealias Table = RecordTable<PlaceState>

extension RegistryStore {
  /// The place that bears a code on a day, or has an id, with all its states.
  ///
  /// - Throws: `notFound`, which tells what became of the code, or what exists around it.
  package func place(
    _ naming: String, at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> Place {
    var conditions = Conditions()
    let name = conditions.parameter(.text(naming))
    conditions.addNumbered("((s.code = \(name) AND s.code <> '') OR s.record_id = \(name))")
    Table.addValid(&conditions, moment.dayText)
    let ids = try Table.ids(conditions, knownAt: moment.knownAt, transaction)
    if let id = ids.first, let place = try Table.load(id, knownAt: moment.knownAt, transaction) {
      return place
    }
    throw try placeNotFound(naming, moment, transaction)
  }

  private func placeNotFound(
    _ naming: String, _ moment: Moment, _ transaction: some SQLExecutor
  ) throws -> RegistryError {
    let tree = try placeTree(around: [naming], at: moment, transaction)
    let states = tree.states(naming)
    if let state = states.last {
      var available: [String] = []
      if let now = tree.resolve(naming, on: moment.day) {
        available = ["\(now.code) \(now.state.name)"]
      }
      return .notFound(
        "place", naming,
        zh: "\(state.state.name)(\(naming))在\(moment.day.chinese)不存在,其有效期为\(state.time)",
        en: "\(naming) did not exist on \(moment.day); it was valid in \(state.time)",
        available: available)
    }
    return .notFound(
      "place", naming, zh: "名录中没有代码为\(naming)的地区", en: "no place has this code",
      available: try neighbours(naming, moment, transaction))
  }

  /// Places that share the longest beginning with a code.
  private func neighbours(
    _ code: String, _ moment: Moment, _ transaction: some SQLExecutor
  ) throws -> [String] {
    for length in [4, 2, 0] {
      var conditions = Conditions()
      conditions.add("s.code LIKE $", .text(String(digits(code).prefix(length)) + "%"))
      conditions.add("s.code <> $", "")
      Table.addValid(&conditions, moment.dayText)
      let wish = ListWish(moment: moment, order: .code, limit: RegistryLimits.availableNames)
      let found = try Table.list(wish, conditions, transaction).records
      guard found.isEmpty else {
        return found.map { listed in
          let entry = listed.item.timeline.entry(on: moment.day) ?? listed.item.timeline.last
          return "\(listed.item.naming) \(entry.state.name)"
        }
      }
    }
    return []
  }

  private func digits(_ code: String) -> String {
    String(code.filter { $0.isASCII && $0.isNumber })
  }

  package func listPlaces(
    _ filter: PlaceFilter, _ wish: ListWish, _ transaction: some SQLExecutor
  ) throws -> (records: [Listed<Place>], total: Int64) {
    var conditions = Conditions()
    if !filter.parentCode.isEmpty {
      conditions.add("s.parent_code = $", .text(filter.parentCode))
    }
    if let level = filter.level {
      conditions.add("s.level = $", .integer(Int64(level.rawValue)))
    }
    return try Table.list(wish, conditions, transaction)
  }

  /// The coded places of the provinces in which the given codes lie, and the country.
  package func placeTree(
    around codes: some Sequence<String>, at moment: Moment? = nil, _ transaction: some SQLExecutor
  ) throws -> PlaceTree {
    let time = moment?.knownAt ?? TwoClocks.openTime - 1
    var places = try byCodes(
      from: PlaceCode.national, through: PlaceCode.national, time, transaction)
    let national = PlaceCode.national.prefix(2)
    for province in Set(codes.map { digits($0).prefix(2) }).sorted()
    where province.count == 2 && province != national {
      places += try byCodes(
        from: String(province), through: String(province) + "9999", time, transaction)
    }
    return PlaceTree(places)
  }

  /// Every coded place.
  package func wholePlaceTree(
    at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> PlaceTree {
    PlaceTree(try byCodes(from: "0", through: "9", moment.knownAt, transaction))
  }

  private func byCodes(
    from first: String, through last: String, _ time: Int64, _ transaction: some SQLExecutor
  ) throws -> [Place] {
    var conditions = Conditions()
    conditions.add("s.code >= $", .text(first))
    conditions.add("s.code <= $", .text(last))
    return try Table.select(conditions, knownAt: time, transaction)
  }

  /// The current record of a code or id: the one valid today, else the last that was.
  package func currentPlace(
    _ naming: String, today: CalendarDate, _ transaction: some SQLExecutor
  ) throws -> Place {
    let moment = Moment(day: today)
    var conditions = Conditions()
    let name = conditions.parameter(.text(naming))
    conditions.addNumbered("((s.code = \(name) AND s.code <> '') OR s.record_id = \(name))")
    let ids = try Table.ids(conditions, knownAt: moment.knownAt, transaction)
    let places = try Table.load(ids, knownAt: moment.knownAt, transaction)
    if let place = places.first(where: { $0.timeline.index(on: today) != nil })
      ?? places.max(by: { $0.timeline.last.time.start < $1.timeline.last.time.start })
    {
      return place
    }
    throw try placeNotFound(naming, moment, transaction)
  }

  /// Current coded places that bear a name at some time.
  package func places(
    named name: String, _ transaction: some SQLExecutor
  ) throws -> [Place] {
    var conditions = Conditions()
    conditions.add("s.name_key = $", .text(NameSearch.key(name)))
    conditions.add("s.code <> $", "")
    let ids = try Table.ids(conditions, knownAt: TwoClocks.openTime - 1, transaction)
    return try Table.load(ids, knownAt: TwoClocks.openTime - 1, transaction)
  }

  /// The current place without code of a name in a parent.
  package func uncodedPlace(
    named name: String, in parent: String, _ transaction: some SQLExecutor
  ) throws -> Place? {
    var conditions = Conditions()
    conditions.add("s.code = $", "")
    conditions.add("s.parent_code = $", .text(parent))
    conditions.add("s.name_key = $", .text(NameSearch.key(name)))
    let ids = try Table.ids(conditions, knownAt: TwoClocks.openTime - 1, limit: 1, transaction)
    return try Table.load(ids, knownAt: TwoClocks.openTime - 1, transaction).first
  }

  /// Every current place of a code, whatever its valid time.
  package func places(code: String, _ transaction: some SQLExecutor) throws -> [Place] {
    try byCodes(from: code, through: code, TwoClocks.openTime - 1, transaction)
  }

  // MARK: - Changes

  package func createPlace(_ place: Place, _ transaction: WriteTransaction) throws -> Place {
    let stored = try enterPlace(place, over: nil, transaction)
    try throwing(try violationsAround([stored], transaction).map(\.1), inside: "place")
    return stored
  }

  package func updatePlace(
    _ naming: String, etag: String, _ update: RecordUpdate<PlaceState>, today: CalendarDate,
    _ transaction: WriteTransaction
  ) throws -> Place {
    let current = try currentPlace(naming, today: today, transaction)
    try check(etag: etag, of: current)
    let changed = try current.applying(update, today: today)
    let stored = try enterPlace(changed, over: current, transaction)
    try throwing(try violationsAround([stored], transaction).map(\.1), inside: "place")
    return stored
  }

  /// Stores a place, new or over its current revision, after its own rules. The rules towards its
  /// neighbours are `violationsAround`, to be asked when all places of a file are in.
  package func enterPlace(
    _ place: Place, over current: Place?, _ transaction: WriteTransaction
  ) throws -> Place {
    try throwing(place.violations, inside: "place")
    try checkUnique(place, transaction)
    if let current { return try revise(current, to: place, transaction) }
    return try insert(place, transaction)
  }

  /// On no day do two places bear one code, nor two places without code one name in one parent.
  private func checkUnique(_ place: Place, _ transaction: WriteTransaction) throws {
    for entry in place.timeline.entries {
      var conditions = Conditions()
      conditions.add("s.record_id <> $", .text(place.id))
      if place.code.isEmpty {
        conditions.add("s.code = $", "")
        conditions.add("s.parent_code = $", .text(entry.state.parentCode))
        conditions.add("s.name_key = $", .text(NameSearch.key(entry.state.name)))
      } else {
        conditions.add("s.code = $", .text(place.code))
      }
      let other = try firstOverlapping(entry.time, conditions, transaction)
      guard let other else { continue }
      throw RegistryError.alreadyExists(
        "place", place.code.isEmpty ? entry.state.name : place.code,
        zh: "在\(entry.time)期间已有此地区:\(other.timeline.last.state.name)",
        en: "a place of this code exists already in \(entry.time)")
    }
  }

  private func firstOverlapping(
    _ time: ValidTime, _ conditions: Conditions, _ transaction: some SQLExecutor
  ) throws -> Place? {
    var conditions = conditions
    let start = conditions.parameter(.text(time.storedStart))
    let end = conditions.parameter(.text(time.storedEnd))
    conditions.addNumbered(TwoClocks.valid(from: start, to: end, "s"))
    let ids = try Table.ids(conditions, knownAt: TwoClocks.openTime - 1, limit: 1, transaction)
    return try ids.first.flatMap { try Table.load($0, transaction) }
  }

  /// Rules that places break towards what is around them, and what their change breaks below them:
  /// child places and federations. Each with the id of the place it is told of.
  package func violationsAround(
    _ places: [Place], _ transaction: WriteTransaction
  ) throws -> [(String, RegistryError.Violation)] {
    var found: [(String, RegistryError.Violation)] = []
    let codes = places.flatMap { place in
      [place.code] + place.timeline.entries.map(\.state.parentCode)
    }
    let tree = try placeTree(around: codes.filter { !$0.isEmpty }, transaction)
    let entered = Set(places.map(\.id))
    for place in places {
      found += tree.violations(of: place).map { (place.id, $0) }
      guard !place.code.isEmpty, place.revision > 1 else { continue }
      for child in try children(of: place.code, transaction) where !entered.contains(child.id) {
        for violation in tree.violations(of: child) {
          found.append((place.id, Self.told(violation, of: child)))
        }
      }
    }
    // A new place breaks nothing below it; only a changed one can.
    let changed = places.filter { !$0.code.isEmpty && $0.revision > 1 }
    for violation in try federationViolations(around: changed.map(\.code), tree, transaction) {
      if let place = changed.first { found.append((place.id, violation)) }
    }
    return found
  }

  private func children(
    of code: String, _ transaction: some SQLExecutor
  ) throws -> [Place] {
    var conditions = Conditions()
    conditions.add("s.parent_code = $", .text(code))
    let ids = try Table.ids(
      conditions, knownAt: TwoClocks.openTime - 1, limit: 100_000, transaction)
    return try Table.load(ids, knownAt: TwoClocks.openTime - 1, transaction)
  }

  private static func told(
    _ violation: RegistryError.Violation, of child: Place
  ) -> RegistryError.Violation {
    RegistryError.Violation(
      path: "", value: child.naming, rule: "place.child",
      zh: "下级\(child.timeline.last.state.name)(\(child.naming)):\(violation.zh)",
      en: "the child \(child.naming): \(violation.en)")
  }
}
