// What the gateway takes from the register.

package import Measures

/// A federation as the register has it.
package struct FederationEntry: Sendable, Hashable {
  package enum Level: String, Sendable, Hashable, CaseIterable, Comparable {
    case national
    case province
    case city
    case county

    package var chinese: String {
      switch self {
      case .national: "全国"
      case .province: "省级"
      case .city: "市级"
      case .county: "县级"
      }
    }

    /// This level and those below it.
    package var downward: [Level] { Self.allCases.filter { $0 >= self } }

    package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
  }

  package let code: String
  package let name: String
  package let placeCode: String
  package let level: Level?

  package init(code: String, name: String, placeCode: String, level: Level?) {
    self.code = code
    self.name = name
    self.placeCode = placeCode
    self.level = level
  }
}

/// How many federations of a level the register holds, and how they are financed.
package struct FederationTally: Sendable, Hashable {
  package let level: FederationEntry.Level
  package let count: Int
  package let fiscalCount: Int
  package let fundingUnknownCount: Int
  /// Without a recorded beginning: they count for every year.
  package let startUnknownCount: Int

  package init(
    level: FederationEntry.Level, count: Int, fiscalCount: Int, fundingUnknownCount: Int,
    startUnknownCount: Int = 0
  ) {
    self.level = level
    self.count = count
    self.fiscalCount = fiscalCount
    self.fundingUnknownCount = fundingUnknownCount
    self.startUnknownCount = startUnknownCount
  }
}

extension [FederationTally] {
  /// The value of a measure over these tallies; nil where it is not recorded.
  package func value(of measure: RegisterKey.Measure) -> Quantity? {
    let all = map(\.count).reduce(0, +)
    switch measure {
    case .all: return Self.count(all)
    case .level(let level):
      return Self.count(filter { $0.level == level }.map(\.count).reduce(0, +))
    case .fiscal:
      // Where nobody recorded the funding of any federation, none is not the answer.
      guard all > 0, map(\.fundingUnknownCount).reduce(0, +) < all else { return nil }
      return Self.exactly(map(\.fiscalCount).reduce(0, +))
    case .fiscalShare:
      guard all > 0, map(\.fundingUnknownCount).reduce(0, +) == 0,
        let part = Self.exactly(map(\.fiscalCount).reduce(0, +)), let whole = Self.exactly(all)
      else { return nil }
      return try? part.share(of: whole)
    }
  }

  /// Federations whose funding nobody recorded.
  package var fundingUnknown: Int { map(\.fundingUnknownCount).reduce(0, +) }

  /// Federations whose beginning nobody recorded.
  package var startUnknown: Int { map(\.startUnknownCount).reduce(0, +) }

  private static func count(_ count: Int) -> Quantity? { count > 0 ? exactly(count) : nil }

  private static func exactly(_ count: Int) -> Quantity? {
    guard let unit = MeasureUnit("个"), let value = Int64(exactly: count) else { return nil }
    return try? Quantity(exactly: ExactDecimal(value), unit: unit)
  }
}

/// Everything that a report takes from the register.
package struct RegisterFacts: Sendable, Hashable {
  package var tallies: [FederationTally]
  /// Figures that documents state about the federation's place and those below it.
  package var stated: [StatedEntry]
  /// Names of places by code.
  package var placeNames: [String: String]
  /// What was left out of the lists, in words for the report.
  package var omissions: [String]

  package init(
    tallies: [FederationTally] = [], stated: [StatedEntry] = [],
    placeNames: [String: String] = [:], omissions: [String] = []
  ) {
    self.tallies = tallies
    self.stated = stated
    self.placeNames = placeNames
    self.omissions = omissions
  }
}
