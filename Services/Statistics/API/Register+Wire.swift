// The register's messages as this service keeps them. A message shows one state of a record; the
// others stand beside it.

internal import Measures
internal import RegistryMessages
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsStorage
internal import Storage

extension RegisterChange {
  /// The change of a message of the feed; nil for a kind of record that this service does not
  /// know yet.
  init?(_ message: RegistryMessages.WatchChangesResponse) throws(StorageError) {
    let entity: RegisterEntity?
    switch message.entity {
    case .place(let place): entity = try RegisterEntity(place)
    case .federation(let federation): entity = try RegisterEntity(federation)
    case .enterprise(let enterprise): entity = try RegisterEntity(enterprise)
    case .membership(let membership): entity = try RegisterEntity(membership)
    case nil: entity = nil
    }
    guard let entity else { return nil }
    self.init(entity: entity, revision: message.revision, isRemoved: message.kind == .delete)
  }
}

extension PlaceLevel {
  init(_ message: RegistryMessages.PlaceLevel) {
    switch message {
    case .national: self = .national
    case .province: self = .province
    case .prefecture: self = .prefecture
    case .township: self = .township
    case .village: self = .village
    case .functionalZone: self = .functionalZone
    // A level of a later version is at least below a prefecture.
    case .county, .unspecified, .unrecognized: self = .county
    }
  }
}

/// Days of the register's messages: empty is open, a short date counts from its first day.
private func registerDay(_ text: String) throws(StorageError) -> CalendarDate? {
  if text.isEmpty { return nil }
  guard let date = try? PartialDate(parsing: text) else {
    throw StorageError(.invalidArgument, "The register sent a date that is none.", cause: text)
  }
  return date.firstDay
}

extension RegisterEntity {
  fileprivate init(_ place: RegistryMessages.Place) throws(StorageError) {
    // A place without a code is known by its id, as the register itself names it.
    let code = place.code.isEmpty ? place.id : place.code
    var facts = [
      PlaceFact(
        code: code, name: place.name, level: PlaceLevel(place.level),
        parentCode: place.parentCode.isEmpty ? nil : place.parentCode,
        validFrom: try registerDay(place.validFrom), validTo: try registerDay(place.validTo),
        successorCode: place.successorCode.isEmpty ? nil : place.successorCode)
    ]
    for state in place.otherStates {
      facts.append(
        PlaceFact(
          code: code, name: state.name, level: PlaceLevel(state.level),
          parentCode: state.parentCode.isEmpty ? nil : state.parentCode,
          validFrom: try registerDay(state.validFrom), validTo: try registerDay(state.validTo),
          successorCode: state.successorCode.isEmpty ? nil : state.successorCode))
    }
    self = .place(id: place.id, facts)
  }

  fileprivate init(_ federation: RegistryMessages.Federation) throws(StorageError) {
    var facts = [
      FederationFact(
        name: federation.name, placeCode: federation.placeCode,
        parentCode: federation.parentCode, validFrom: try registerDay(federation.validFrom),
        validTo: try registerDay(federation.validTo))
    ]
    for state in federation.otherStates {
      facts.append(
        FederationFact(
          name: state.name, placeCode: state.placeCode, parentCode: state.parentCode,
          validFrom: try registerDay(state.validFrom), validTo: try registerDay(state.validTo)))
    }
    self = .federation(id: federation.id, code: federation.code, facts)
  }

  fileprivate init(_ enterprise: RegistryMessages.Enterprise) throws(StorageError) {
    var facts = [
      EnterpriseFact(
        creditCode: enterprise.creditCode, name: enterprise.name,
        placeCode: enterprise.placeCode, activityPlaceCode: enterprise.activityPlaceCode,
        sector: enterprise.sector, industryCode: enterprise.industry?.code ?? "",
        industryEdition: enterprise.industry?.edition ?? "",
        ownershipCode: enterprise.ownershipCode,
        validFrom: try registerDay(enterprise.validFrom),
        validTo: try registerDay(enterprise.validTo))
    ]
    for state in enterprise.otherStates {
      facts.append(
        EnterpriseFact(
          creditCode: state.creditCode, name: state.name, placeCode: state.placeCode,
          activityPlaceCode: state.activityPlaceCode, sector: state.sector,
          industryCode: state.industry?.code ?? "",
          industryEdition: state.industry?.edition ?? "", ownershipCode: state.ownershipCode,
          validFrom: try registerDay(state.validFrom), validTo: try registerDay(state.validTo)))
    }
    self = .enterprise(id: enterprise.id, facts)
  }

  fileprivate init(_ membership: RegistryMessages.Membership) throws(StorageError) {
    var steps: [MembershipStep] = []
    for event in membership.events {
      let date = try registerDay(event.date)
      steps.append(MembershipStep(state: event.state.stepName, date: date ?? .earliest))
    }
    self = .membership(
      id: membership.id, federationCode: membership.federationCode,
      enterpriseID: membership.enterpriseId, steps)
  }
}

extension RegistryMessages.MembershipState {
  fileprivate var stepName: String {
    switch self {
    case .applied: "applied"
    case .admitted: "admitted"
    case .suspended: "suspended"
    case .withdrawn: "withdrawn"
    case .unspecified, .unrecognized: "unknown"
    }
  }
}
