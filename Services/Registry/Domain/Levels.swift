// The levels of places and federations, and the kinds of funding: closed lists with the names that
// people and files use for them.

/// Level of a place, from the widest to the narrowest.
package enum PlaceLevel: Int, Sendable, CaseIterable, Comparable {
  case national = 1
  case province
  case prefecture
  case county
  case township
  case village
  /// 功能区: an economic zone or the like; it may lie in a place of any level.
  case functionalZone

  package static func < (left: PlaceLevel, right: PlaceLevel) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The name in files and in the database.
  package var name: String {
    switch self {
    case .national: "national"
    case .province: "province"
    case .prefecture: "prefecture"
    case .county: "county"
    case .township: "township"
    case .village: "village"
    case .functionalZone: "functional_zone"
    }
  }

  package var chineseName: String {
    switch self {
    case .national: "国家级"
    case .province: "省级"
    case .prefecture: "地级"
    case .county: "县级"
    case .township: "乡级"
    case .village: "村级"
    case .functionalZone: "功能区"
    }
  }

  /// By name, in English or Chinese.
  package init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name || $0.chineseName == name })
    else { return nil }
    self = level
  }

  /// Whether a place of this level may stand directly above one of the other.
  package func mayContain(_ child: PlaceLevel) -> Bool {
    switch self {
    case .village: false
    case .functionalZone: child == .township || child == .village
    default: child == .functionalZone || self < child
    }
  }
}

/// Level of a federation. The national one is the root where it is recorded at all.
package enum FederationLevel: Int, Sendable, CaseIterable, Comparable {
  case national = 1
  case province
  case city
  case county

  package static func < (left: FederationLevel, right: FederationLevel) -> Bool {
    left.rawValue < right.rawValue
  }

  package var name: String {
    switch self {
    case .national: "national"
    case .province: "province"
    case .city: "city"
    case .county: "county"
    }
  }

  package var chineseName: String {
    switch self {
    case .national: "国家级"
    case .province: "省级"
    case .city: "市级"
    case .county: "县级"
    }
  }

  package init?(name: String) {
    guard let level = Self.allCases.first(where: { $0.name == name || $0.chineseName == name })
    else { return nil }
    self = level
  }

  /// The level that its parent has.
  package var parent: FederationLevel? { FederationLevel(rawValue: rawValue - 1) }

  /// Whether a federation of this level can be that of a place of the given level.
  package func fits(_ place: PlaceLevel) -> Bool {
    switch (self, place) {
    case (.national, .national), (.province, .province), (.city, .prefecture), (.county, .county),
      (.county, .functionalZone):
      true
    default: false
    }
  }
}

/// Who pays for a federation. Nobody recorded it: `unknown`.
package enum FundingKind: Int, Sendable, CaseIterable {
  case unknown = 0
  /// 财政拨款
  case fiscal
  /// 非财政拨款
  case other

  package var name: String {
    switch self {
    case .unknown: ""
    case .fiscal: "fiscal"
    case .other: "other"
    }
  }

  package var chineseName: String {
    switch self {
    case .unknown: ""
    case .fiscal: "财政拨款"
    case .other: "非财政拨款"
    }
  }

  package init?(name: String) {
    guard let kind = Self.allCases.first(where: { $0.name == name || $0.chineseName == name })
    else { return nil }
    self = kind
  }
}
