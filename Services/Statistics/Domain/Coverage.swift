// What a report speaks for, and which reports exclude each other.

package import Measures

/// What a report speaks for (口径).
package enum Coverage: String, Sendable, Hashable, CaseIterable {
  /// 单位: one unit of the register.
  case unit
  /// 整体: the whole of its place, channel, form, sector and period.
  case whole
  /// 余额: what the units and places below leave; adds to them.
  case remainder

  package var chinese: String {
    switch self {
    case .unit: "单位"
    case .whole: "整体"
    case .remainder: "余额"
    }
  }

  /// From a name ("whole") or a Chinese word ("整体").
  package init?(named name: String) {
    guard let found = Self.allCases.first(where: { $0.rawValue == name || $0.chinese == name })
    else { return nil }
    self = found
  }
}

/// What identifies a report; it never changes.
package struct ReportKey: Sendable, Hashable {
  package var formCode: String
  package var channelCode: String
  package var period: Period
  package var nature: Nature
  /// Sector to which the report is limited; empty: all sectors. Always empty for a unit.
  package var sector: String
  package var coverage: Coverage
  /// The place it speaks for; for a unit, where the unit is.
  package var placeCode: String
  /// Enterprise of the register; empty unless the coverage is a unit.
  package var unitID: String

  package init(
    formCode: String, channelCode: String, period: Period, nature: Nature, sector: String,
    coverage: Coverage, placeCode: String, unitID: String
  ) {
    self.formCode = formCode
    self.channelCode = channelCode
    self.period = period
    self.nature = nature
    self.sector = sector
    self.coverage = coverage
    self.placeCode = placeCode
    self.unitID = unitID
  }

  /// What only one accepted report may speak for: a unit once, and of a place either its whole
  /// or its remainder. Two reports with the same form, channel, period, nature, sector and slot
  /// overlap.
  package var slot: String {
    switch coverage {
    case .unit: "unit/" + unitID
    case .whole, .remainder: "place/" + placeCode
    }
  }

  /// Whether both keys name one report. Where a unit is may have been corrected in the register
  /// since; it is the same unit all the same.
  package func isSame(as other: ReportKey) -> Bool {
    guard coverage == .unit, other.coverage == .unit else { return self == other }
    var key = self
    key.placeCode = other.placeCode
    return key == other
  }

  /// The key that last year's report of the same thing has; nil before the first year.
  package var lastYear: ReportKey? {
    guard let period = try? period.previousYear() else { return nil }
    var key = self
    key.period = period
    return key
  }

  /// For a reader: "bureau-year 2013 整体 450000".
  package var words: String {
    var parts = [formCode, period.description, coverage.chinese]
    parts.append(coverage == .unit ? unitID : placeCode)
    if !sector.isEmpty { parts.append(sector) }
    if nature != .actual { parts.append(nature.chinese) }
    return parts.joined(separator: " ")
  }
}

extension ReportKey {
  /// Nothing has actually happened in a period that has not begun.
  ///
  /// - Parameter today: the day in China.
  package static func futureViolations(
    _ period: Period, _ nature: Nature, today: CalendarDate
  ) -> [RuleViolation] {
    guard [.actual, .preliminary].contains(nature), period.firstDay > today else { return [] }
    return [
      RuleViolation(
        path: "period", value: period.description, rule: "report.future",
        chinese: "\(period.chinese)还没有开始，不会有\(nature.chinese)数；预计、计划请注明性质",
        english: "\(period) has not begun; only a forecast or a plan can speak of it.")
    ]
  }
}

/// The error for a report that overlaps another one.
extension StatisticsError {
  package static func overlap(
    _ key: ReportKey, with otherID: String, _ otherCoverage: Coverage
  ) -> StatisticsError {
    let words: (chinese: String, english: String) =
      switch (key.coverage, otherCoverage) {
      case (.unit, _): ("该单位已有一份同期同表的报表", "this unit has reported already")
      case (.whole, .whole): ("该地区已有一份整体报表", "the whole of this place is reported already")
      case (.remainder, .remainder):
        ("该地区已有一份余额报表", "the remainder of this place is reported already")
      case (.whole, _): ("该地区已有余额报表，整体与余额不能并存", "a remainder exists; a whole would overlap it")
      case (.remainder, _):
        ("该地区已有整体报表，整体与余额不能并存", "a whole exists; a remainder would overlap it")
      }
    return StatisticsError(
      .alreadyExists, chinese: "口径重叠：\(words.chinese)（\(key.words)，报表\(otherID)）",
      english: "Overlap: \(words.english) (\(key.words), report \(otherID)).",
      resource: ResourceReference(type: "report", name: otherID))
  }
}
