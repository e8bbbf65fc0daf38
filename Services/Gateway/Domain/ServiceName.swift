// The services behind the gateway, and which of them answers for a figure.

/// A service behind the gateway.
package enum ServiceName: String, Sendable, Hashable, CaseIterable, Comparable {
  case registry
  case statistics
  case exhibitions
  case talent

  package var chinese: String {
    switch self {
    case .registry: "名录服务"
    case .statistics: "统计服务"
    case .exhibitions: "展会服务"
    case .talent: "人才服务"
    }
  }

  /// The services that keep entries and name themselves in the keys of their figures.
  package static let withEntries: [ServiceName] = [.registry, .exhibitions, .talent]

  /// The service that answers for a key: the one that its first word names. Keys of statistics name
  /// none.
  package init(ofKey key: String) {
    let word = key.prefix { $0 != "/" }
    self = Self.withEntries.first { $0.rawValue == word } ?? .statistics
  }

  package static func < (left: ServiceName, right: ServiceName) -> Bool {
    left.rawValue < right.rawValue
  }
}
