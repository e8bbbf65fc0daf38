// What kind of statement a number is. Values of different natures never mix.

/// 性质 of a number. Raw values are the names in figure keys, import files and storage.
package enum Nature: String, Sendable, Hashable, CaseIterable {
  case actual
  case preliminary
  case expected
  case plan
  case claimed
  case appliedFor = "applied_for"

  /// The word a Chinese reader knows.
  package var chinese: String {
    switch self {
    case .actual: "实际"
    case .preliminary: "初步"
    case .expected: "预计"
    case .plan: "计划"
    case .claimed: "自报"
    case .appliedFor: "申报"
    }
  }

  /// From a name ("expected") or a Chinese word ("预计"), as import files have both.
  package init?(named name: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue == name || $0.chinese == name })
    else { return nil }
    self = found
  }
}
