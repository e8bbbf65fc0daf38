// What this service keeps of the register's records: for each valid time what was said of them.

package import Measures
package import StatisticsDomain

/// What the register says of a federation for the days [validFrom, validTo).
package struct FederationFact: Sendable, Hashable {
  package var name: String
  package var placeCode: String
  package var parentCode: String
  package var validFrom: CalendarDate?
  package var validTo: CalendarDate?

  package init(
    name: String, placeCode: String, parentCode: String, validFrom: CalendarDate? = nil,
    validTo: CalendarDate? = nil
  ) {
    self.name = name
    self.placeCode = placeCode
    self.parentCode = parentCode
    self.validFrom = validFrom
    self.validTo = validTo
  }
}

/// What the register says of an enterprise for the days [validFrom, validTo).
package struct EnterpriseFact: Sendable, Hashable {
  package var creditCode: String
  package var name: String
  package var placeCode: String
  /// Where it works, if not where it is registered.
  package var activityPlaceCode: String
  package var sector: String
  package var industryCode: String
  package var industryEdition: String
  package var ownershipCode: String
  package var validFrom: CalendarDate?
  package var validTo: CalendarDate?

  package init(
    creditCode: String, name: String, placeCode: String, activityPlaceCode: String = "",
    sector: String = "", industryCode: String = "", industryEdition: String = "",
    ownershipCode: String = "", validFrom: CalendarDate? = nil, validTo: CalendarDate? = nil
  ) {
    self.creditCode = creditCode
    self.name = name
    self.placeCode = placeCode
    self.activityPlaceCode = activityPlaceCode
    self.sector = sector
    self.industryCode = industryCode
    self.industryEdition = industryEdition
    self.ownershipCode = ownershipCode
    self.validFrom = validFrom
    self.validTo = validTo
  }

  /// Where its values count: statistics go by the place of activity.
  package var statisticalPlaceCode: String {
    activityPlaceCode.isEmpty ? placeCode : activityPlaceCode
  }
}

/// A step of a membership.
package struct MembershipStep: Sendable, Hashable {
  /// "applied", "admitted", "suspended" or "withdrawn".
  package var state: String
  package var date: CalendarDate

  package init(state: String, date: CalendarDate) {
    self.state = state
    self.date = date
  }
}

package enum RegisterEntity: Sendable, Hashable {
  case place(id: String, [PlaceFact])
  case federation(id: String, code: String, [FederationFact])
  case enterprise(id: String, [EnterpriseFact])
  case membership(id: String, federationCode: String, enterpriseID: String, [MembershipStep])

  /// The kind of entity, as the copy keeps revisions by it.
  package var kind: String {
    switch self {
    case .place: "place"
    case .federation: "federation"
    case .enterprise: "enterprise"
    case .membership: "membership"
    }
  }

  package var id: String {
    switch self {
    case .place(let id, _), .federation(let id, _, _), .enterprise(let id, _),
      .membership(let id, _, _, _):
      id
    }
  }
}

/// A change of the register as the feed brings it.
package struct RegisterChange: Sendable, Hashable {
  package var entity: RegisterEntity
  package var revision: Int64
  /// The record is gone; of the entity only kind and id count.
  package var isRemoved: Bool

  package init(entity: RegisterEntity, revision: Int64, isRemoved: Bool = false) {
    self.entity = entity
    self.revision = revision
    self.isRemoved = isRemoved
  }
}
