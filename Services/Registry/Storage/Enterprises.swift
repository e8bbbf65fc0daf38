// Enterprises: SQL and rules against what is stored.

package import Measures
package import RegistryDomain
package import Storage

extension EnterpriseState: StoredState {
  static let columns = [
    "credit_code", "place_code", "activity_place_code", "industry_code", "industry_edition",
    "ownership_code", "sector", "document", "sentence", "note",
  ]

  var columnValues: [SQLValue] {
    [
      .text(creditCode), .text(placeCode), .text(activityPlaceCode),
      .text(industry?.code ?? ""), .text(industry?.edition ?? ""), .text(ownershipCode),
      .text(sector), .text(source.document), .text(source.sentence), .text(source.note),
    ]
  }

  init(row: SQLRow, name: String) throws(StorageError) {
    let industry = Industry(
      code: try row.text("industry_code"), edition: try row.text("industry_edition"))
    self.init(
      creditCode: try row.text("credit_code"), name: name, placeCode: try row.text("place_code"),
      activityPlaceCode: try row.text("activity_place_code"),
      industry: industry.code.isEmpty ? nil : industry,
      ownershipCode: try row.text("ownership_code"), sector: try row.text("sector"),
      source: try Source(row: row))
  }

  static func entity(_ record: Enterprise) -> RegistryEntity { .enterprise(record) }
}

/// Which enterprises are asked for; empty fields ask for all.
package struct EnterpriseFilter: Sendable, Hashable {
  /// Place of registration, and every place below it.
  package var placeCode: String
  package var sector: String
  package var ownershipCode: String
  package var creditCode: String
  /// Members of this federation on the day.
  package var federationCode: String

  package init(
    placeCode: String = "", sector: String = "", ownershipCode: String = "",
    creditCode: String = "", federationCode: String = ""
  ) {
    self.placeCode = placeCode
    self.sector = sector
    self.ownershipCode = ownershipCode
    self.creditCode = creditCode
    self.federationCode = federationCode
  }
}

private typealias Table = RecordTable<EnterpriseState>

extension RegistryStore {
  /// The enterprise of an id, with all its states, when it existed on the day.
  ///
  /// - Throws: `notFound`.
  package func enterprise(
    _ id: String, at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> Enterprise {
    guard let enterprise = try Table.load(id, knownAt: moment.knownAt, transaction) else {
      throw RegistryError.notFound(
        "enterprise", id, zh: "名录中没有此编号的企业", en: "no enterprise has this id")
    }
    guard enterprise.timeline.index(on: moment.day) != nil else {
      let span = enterprise.timeline.span
      throw RegistryError.notFound(
        "enterprise", id,
        zh: "\(enterprise.timeline.last.state.name)在\(moment.day.chinese)不存在,其有效期为\(span)",
        en: "the enterprise did not exist on \(moment.day); it was valid in \(span)")
    }
    return enterprise
  }

  /// The current record of an id, whatever its valid time.
  package func currentEnterprise(
    _ id: String, _ transaction: some SQLExecutor
  ) throws -> Enterprise {
    guard let enterprise = try Table.load(id, transaction) else {
      throw RegistryError.notFound(
        "enterprise", id, zh: "名录中没有此编号的企业", en: "no enterprise has this id")
    }
    return enterprise
  }

  /// Current enterprises that bear a credit code at some time.
  package func enterprises(
    creditCode: String, _ transaction: some SQLExecutor
  ) throws -> [Enterprise] {
    var conditions = Conditions()
    conditions.add("s.credit_code = $", .text(creditCode))
    return try whole(conditions, transaction)
  }

  /// Current enterprises that bear a name at some time, in a place or anywhere.
  package func enterprises(
    name: String, placeCode: String? = nil, _ transaction: some SQLExecutor
  ) throws -> [Enterprise] {
    var conditions = Conditions()
    conditions.add("s.name_key = $", .text(NameSearch.key(name)))
    if let placeCode { conditions.add("s.place_code = $", .text(placeCode)) }
    return try whole(conditions, transaction)
  }

  private func whole(
    _ conditions: Conditions, _ transaction: some SQLExecutor
  ) throws -> [Enterprise] {
    let ids = try Table.ids(conditions, knownAt: TwoClocks.openTime - 1, transaction)
    return try Table.load(ids, knownAt: TwoClocks.openTime - 1, transaction)
  }

  package func listEnterprises(
    _ filter: EnterpriseFilter, _ wish: ListWish, _ transaction: some SQLExecutor
  ) throws -> (records: [Listed<Enterprise>], total: Int64) {
    var conditions = Conditions()
    for (column, value) in [
      ("sector", filter.sector), ("ownership_code", filter.ownershipCode),
      ("credit_code", filter.creditCode),
    ] where !value.isEmpty {
      conditions.add("s.\(column) = $", .text(value))
    }
    if !filter.placeCode.isEmpty {
      let codes = try placesUnder(filter.placeCode, at: wish.moment, transaction)
      if let codes { conditions.add("s.place_code", isOneOf: codes) }
    }
    if !filter.federationCode.isEmpty {
      _ = try federation(filter.federationCode, at: wish.moment, transaction)
      restrictToMembers(of: filter.federationCode, at: wish.moment, &conditions)
    }
    return try Table.list(wish, conditions, transaction)
  }

  /// Codes that mean a place in the given one on a day; nil for the whole country.
  private func placesUnder(
    _ code: String, at moment: Moment, _ transaction: some SQLExecutor
  ) throws -> [String]? {
    if code == PlaceCode.national { return nil }
    let tree = try placeTree(around: [code], at: moment, transaction)
    guard tree.resolve(code, on: moment.day) != nil else {
      _ = try place(code, at: moment, transaction)
      return []
    }
    return tree.codes(under: code, on: moment.day)
  }

  // MARK: - Changes

  package func createEnterprise(
    _ enterprise: Enterprise, _ transaction: WriteTransaction
  ) throws -> Enterprise {
    try enterEnterprise(enterprise, over: nil, transaction)
  }

  package func updateEnterprise(
    _ id: String, etag: String, _ update: RecordUpdate<EnterpriseState>,
    former: [FormerIdentity]?, today: CalendarDate, _ transaction: WriteTransaction
  ) throws -> Enterprise {
    let current = try currentEnterprise(id, transaction)
    try check(etag: etag, of: current)
    var changed = try current.applying(update, today: today)
    if let former {
      do throws(RegistryError) {
        changed = try changed.replacingFormerIdentities(
          former, at: changed.timeline.currentIndex(today: today))
      } catch {
        throw RegistryError.invalid(error.violations.map { $0.inside("enterprise") })
      }
    }
    return try enterEnterprise(changed, over: current, transaction)
  }

  /// Stores an enterprise, new or over its current revision, after all rules.
  ///
  /// - Parameter places: the tree of the province, where a caller enters many and has it already.
  package func enterEnterprise(
    _ enterprise: Enterprise, over current: Enterprise?, places: PlaceTree? = nil,
    _ transaction: WriteTransaction
  ) throws -> Enterprise {
    try throwing(
      enterprise.violations + missingPlaces(enterprise, places, transaction),
      inside: "enterprise")
    try checkUnique(enterprise, transaction)
    if let current { return try revise(current, to: enterprise, transaction) }
    return try insert(enterprise, transaction)
  }

  private func missingPlaces(
    _ enterprise: Enterprise, _ places: PlaceTree?, _ transaction: some SQLExecutor
  ) throws -> [RegistryError.Violation] {
    let codes = enterprise.timeline.entries.flatMap {
      [$0.state.placeCode, $0.state.activityPlaceCode]
    }
    let tree = try places ?? placeTree(around: codes.filter { !$0.isEmpty }, transaction)
    var found: [RegistryError.Violation] = []
    for entry in enterprise.timeline.entries {
      if entry.state.placeCode.isEmpty {
        found.append(
          RegistryError.Violation(
            path: "place_code", value: "", rule: "required", zh: "注册地必填",
            en: "must not be empty"))
      } else if let violation = tree.missing(
        entry.state.placeCode, in: entry.time, path: "place_code")
      {
        found.append(violation)
      }
      if !entry.state.activityPlaceCode.isEmpty,
        let violation = tree.missing(
          entry.state.activityPlaceCode, in: entry.time, path: "activity_place_code")
      {
        found.append(violation)
      }
    }
    return found
  }

  /// A credit code belongs to one enterprise for ever; a name to one in its place at a time.
  private func checkUnique(_ enterprise: Enterprise, _ transaction: WriteTransaction) throws {
    for entry in enterprise.timeline.entries {
      let state = entry.state
      if !state.creditCode.isEmpty,
        let other = try enterprises(creditCode: state.creditCode, transaction)
          .first(where: { $0.id != enterprise.id })
      {
        throw RegistryError.alreadyExists(
          "enterprise", state.creditCode,
          zh: "统一社会信用代码已属于\(other.timeline.last.state.name)(\(other.id))",
          en: "the credit code belongs to the enterprise \(other.id)")
      }
      let same = try enterprises(name: state.name, placeCode: state.placeCode, transaction)
      let other = same.first { other in
        other.id != enterprise.id
          && other.timeline.entries.contains { known in
            known.time.overlaps(entry.time) && known.state.placeCode == state.placeCode
              && NameSearch.key(known.state.name) == NameSearch.key(state.name)
          }
      }
      if let other {
        throw RegistryError.alreadyExists(
          "enterprise", state.name, zh: "同一地区在\(entry.time)期间已有同名企业(\(other.id))",
          en: "an enterprise of this name exists in the place in \(entry.time): \(other.id)")
      }
    }
  }
}
