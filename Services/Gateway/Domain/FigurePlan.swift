// Which figures a report prints. The rows of a report follow the catalogue and what documents state,
// not only what is recorded: a figure that is missing must be seen to be missing.

package import Measures

/// A channel and an indicator: one row of a report.
package struct IndicatorRow: Sendable, Hashable {
  package let channel: String
  package let indicator: String

  package init(channel: String, indicator: String) {
    self.channel = channel
    self.indicator = indicator
  }
}

/// Decides what is asked and what is shown.
package struct FigurePlan: Sendable {
  package let place: String
  package let year: Int
  package let facts: StatisticsFacts

  /// Years before the report's that are compared, latest first.
  package static let maximumHistoryYears = 10

  package init(place: String, year: Int, facts: StatisticsFacts) {
    self.place = place
    self.year = year
    self.facts = facts
  }

  /// Natures of annual totals that a report shows. Plans stand among the targets; what firms claim
  /// or apply for is no result.
  package static let natures: [Nature] = [.actual, .preliminary, .expected]

  /// Earlier years with records, oldest first.
  package var historyYears: [Int] {
    facts.years.filter { $0 < year }.sorted().suffix(Self.maximumHistoryYears)
  }

  /// Every row that could be shown, by channel.
  package var candidateRows: [IndicatorRow] {
    facts.channels.flatMap { channel in
      channel.indicatorCodes.map { IndicatorRow(channel: channel.code, indicator: $0) }
    }
  }

  /// The rows that are shown for the report's year: what leads a channel, what is recorded for the
  /// year, and what documents state or print doubtfully of any year. Records of other years and
  /// targets do not count: a record that goes takes no other figure with it.
  package var rows: [IndicatorRow] {
    candidateRows.filter { row in
      isLeading(row) || isRecorded(row) || isStated(row) || isDoubtful(row)
    }
  }

  /// Rows of one channel.
  package func rows(of channel: String) -> [IndicatorRow] {
    rows.filter { $0.channel == channel }
  }

  package func total(
    _ row: IndicatorRow, _ year: Int, _ nature: Nature = .actual
  ) -> FigureKey {
    FigureKey(
      .total, place: place, channel: row.channel, indicator: row.indicator, period: "\(year)",
      nature: nature)
  }

  /// What to ask for first: totals of the place in every year that is shown, totals of the places
  /// below, targets. Natures that nobody recorded in a year are not asked for.
  package var totalKeys: [FigureKey] {
    var keys: [FigureKey] = []
    for row in candidateRows {
      for year in historyYears + [year] {
        for nature in Self.natures where isAsked(nature, year) {
          keys.append(total(row, year, nature))
        }
      }
    }
    for group in groupsBelow + ownGroups { keys += group.indicators.map(group.key) }
    let targets = facts.targets.filter { $0.place == place }
    keys += targets.map(\.key)
    // What a target that is due is measured by.
    keys += targets.filter { $0.period.year <= year }.map { $0.key.with(kind: .total) }
    return Self.unique(keys)
  }

  /// What to ask for then: the growth of every total that is recorded, and of every one whose growth
  /// a document states.
  package var growthKeys: [FigureKey] {
    let recorded = facts.figures.filter { $0.key.kind == .total && $0.value.isRecorded }.map(\.key)
    let stated = facts.stated.filter { $0.kind == .growth }.map(\.totalKey)
    let totals = recorded + stated.filter { facts.figures[$0] != nil }
    return Self.unique(
      totals.filter { !facts.isRate($0.indicator) }.map { $0.with(kind: .growth) })
  }

  private func isAsked(_ nature: Nature, _ year: Int) -> Bool {
    nature == .actual || facts.natures[year]?.contains(nature) ?? false
      || facts.stated.contains {
        $0.place == place && $0.nature == nature && $0.period.year == year
      }
  }

  private static func unique(_ keys: [FigureKey]) -> [FigureKey] {
    var seen: Set<FigureKey> = []
    return keys.filter { seen.insert($0).inserted }
  }

  /// Targets for the next year and for this one.
  package var currentTargets: [TargetEntry] {
    facts.targets.filter {
      $0.place == place && ($0.period.year == year + 1 || $0.period.year == year)
    }
    .sorted { ($1.period, $0.channel) < ($0.period, $1.channel) }
  }

  /// Targets for earlier years.
  package var pastTargets: [TargetEntry] {
    facts.targets.filter { $0.place == place && $0.period.year < year }
      .sorted { $0.period < $1.period }
  }

  /// Doubtful values of the place and those below, up to this year.
  package var doubtful: [DoubtfulValue] {
    facts.doubtful.filter {
      PlaceCode.isSameOrBelow($0.place, place) && $0.period.year <= year + 1
    }
  }

  /// What documents state about one number of the place.
  package func stated(
    _ key: FigureKey, kind: StatedEntry.Kind
  ) -> [StatedEntry] {
    facts.stated.filter {
      $0.kind == kind && $0.place == key.place && $0.channel == key.channel
        && $0.indicator == key.indicator && $0.sector == key.sector
        && $0.period.description == key.period && $0.nature == key.nature
    }
  }

  private func isLeading(_ row: IndicatorRow) -> Bool {
    facts.channels.first { $0.code == row.channel }?.indicatorCodes.first == row.indicator
  }

  private func isRecorded(_ row: IndicatorRow) -> Bool {
    Self.natures.contains { facts.figures[total(row, year, $0)]?.isRecorded ?? false }
  }

  private func isStated(_ row: IndicatorRow) -> Bool {
    facts.stated.contains {
      $0.place == place && $0.channel == row.channel && $0.indicator == row.indicator
    }
  }

  private func isDoubtful(_ row: IndicatorRow) -> Bool {
    facts.doubtful.contains {
      $0.place == place && $0.channel == row.channel && $0.indicator == row.indicator
    }
  }
}
