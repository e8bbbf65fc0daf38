// A figure's key is its address. Keys of statistics and of entries are those of their proto files; for
// what the register counts of federations the gateway has keys of its own, and explains them itself.

package import Measures

/// The address of a figure of the statistics service.
package struct FigureKey: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case total
    case growth
    case target
  }

  package var kind: Kind
  package var place: String
  package var channel: String
  package var indicator: String
  package var period: String
  /// Empty: all sectors.
  package var sector: String
  package var nature: Nature

  package init(
    _ kind: Kind, place: String, channel: String, indicator: String, period: String,
    sector: String = "", nature: Nature = .actual
  ) {
    self.kind = kind
    self.place = place
    self.channel = channel
    self.indicator = indicator
    self.period = period
    self.sector = sector
    self.nature = nature
  }

  /// As the service reads it: "total/450900/all/gross_output/2014?sector=工艺美术&nature=expected".
  package var text: String {
    var options: [String] = []
    if !sector.isEmpty { options.append("sector=" + sector) }
    if nature != .actual { options.append("nature=" + nature.rawValue) }
    let path = [kind.rawValue, place, channel, indicator, period].joined(separator: "/")
    return options.isEmpty ? path : path + "?" + options.joined(separator: "&")
  }

  /// Another figure of the same place, channel, indicator, sector and nature.
  package func with(kind: Kind) -> FigureKey {
    var key = self
    key.kind = kind
    return key
  }

  /// The key of a stated figure.
  package static func stated(_ code: String, service: ServiceName) -> String {
    service == .statistics ? "stated/" + code : service.rawValue + "/stated/" + code
  }
}

/// The address of a number that comes from the register.
package enum RegisterKey: Sendable, Hashable {
  /// What is counted of the federations in a subtree.
  package enum Measure: Sendable, Hashable {
    case all
    case level(FederationEntry.Level)
    /// Those financed by the budget.
    case fiscal
    /// Their share, in %.
    case fiscalShare

    package var name: String {
      switch self {
      case .all: "all"
      case .level(let level): level.rawValue
      case .fiscal: "fiscal"
      case .fiscalShare: "fiscal_share"
      }
    }

    init?(_ name: some StringProtocol) {
      switch String(name) {
      case "all": self = .all
      case "fiscal": self = .fiscal
      case "fiscal_share": self = .fiscalShare
      case let other:
        guard let level = FederationEntry.Level(rawValue: other) else { return nil }
        self = .level(level)
      }
    }
  }

  /// The federation's subtree on the last day of a year.
  case federations(code: String, measure: Measure, year: Int)
  case stated(String)

  /// True where the gateway answers for a key by itself, from what the register lists. Every other
  /// key of the register is one of entries, which the register answers.
  package static func isGateways(_ key: String) -> Bool {
    let words = key.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    return words.count > 1 && words[0] == "registry"
      && ["federations", "stated"].contains(words[1])
  }

  package var text: String {
    switch self {
    case .federations(let code, let measure, let year):
      "registry/federations/\(code)/\(measure.name)/\(year)"
    case .stated(let code): "registry/stated/" + code
    }
  }

  /// Nil for a key that is not of the register, or malformed.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.first == "registry", parts.count >= 3 else { return nil }
    if parts[1] == "stated" {
      let code = parts[2...].joined(separator: "/")
      guard !code.isEmpty else { return nil }
      self = .stated(code)
      return
    }
    guard parts[1] == "federations", parts.count == 5, PlaceCode.isValid(parts[2]),
      let measure = Measure(parts[3]), let year = ReportYear(parts[4])
    else { return nil }
    self = .federations(code: String(parts[2]), measure: measure, year: year.value)
  }
}
