// The places below, and the parts of the place itself: what was recorded for them this year, and what
// is expected for the next.

package import Measures

/// Figures of one place, channel, period, sector and nature: one item of a report.
package struct PlaceGroup: Sendable, Hashable {
  package let place: String
  package let channel: String
  package let period: Period
  package let sector: String
  package let nature: Nature
  /// In the order of the channel's forms.
  package var indicators: [String]

  package init(
    place: String, channel: String, period: Period, sector: String, nature: Nature,
    indicators: [String]
  ) {
    self.place = place
    self.channel = channel
    self.period = period
    self.sector = sector
    self.nature = nature
    self.indicators = indicators
  }

  package func key(_ indicator: String) -> FigureKey {
    FigureKey(
      .total, place: place, channel: channel, indicator: indicator, period: period.description,
      sector: sector, nature: nature)
  }

  /// What tells groups apart.
  fileprivate struct Identity: Hashable {
    let place: String
    let channel: String
    let period: Period
    let sector: String
    let nature: Nature
  }

  fileprivate var identity: Identity {
    Identity(place: place, channel: channel, period: period, sector: sector, nature: nature)
  }
}

extension FigurePlan {
  /// The places below with anything recorded, or with a growth that a document states: that a
  /// number is missing beside its stated growth must be seen.
  package var groupsBelow: [PlaceGroup] {
    var collector = GroupCollector()
    for (key, figure) in facts.placeTotals where figure.isRecorded {
      guard let period = try? Period(parsing: key.period) else { continue }
      collector.add(
        PlaceGroup(
          place: key.place, channel: key.channel, period: period, sector: key.sector,
          nature: key.nature, indicators: [key.indicator]))
    }
    collectShown(into: &collector) { group in PlaceCode.isBelow(group.place, place) }
    return collector.groups.values.map(ordered).sorted(by: precedes)
  }

  /// What the place's own rows do not show: its sectors, and what is expected of the next year.
  package var ownGroups: [PlaceGroup] {
    var collector = GroupCollector()
    collectShown(into: &collector) { group in
      group.place == place && (!group.sector.isEmpty || group.period.year > year)
    }
    return collector.groups.values.map(ordered).sorted(by: precedes)
  }

  /// Values and shares that documents state of places below, for a time within the year.
  package var statedValuesBelow: [StatedEntry] {
    statedValues { PlaceCode.isBelow($0.place, place) }
  }

  /// Those stated of the place itself that no row or group shows beside a record.
  package var ownStatedValues: [StatedEntry] {
    let shown = Set(
      rows.flatMap { row in Self.natures.map { total(row, year, $0) } }
        + ownGroups.flatMap { group in group.indicators.map(group.key) })
    return statedValues { entry in
      guard entry.place == place else { return false }
      return entry.kind != .value || !shown.contains(entry.totalKey)
    }
  }

  private func statedValues(_ isWanted: (StatedEntry) -> Bool) -> [StatedEntry] {
    guard let year = try? Period(year: year) else { return [] }
    return facts.stated.filter {
      $0.kind != .growth && $0.period.overlaps(year) && isWanted($0)
    }.sorted { ($0.place, $0.code) < ($1.place, $1.code) }
  }

  /// Groups of reports on whole places, and of growths that documents state, for this year or, where
  /// they look ahead, for the next.
  private func collectShown(
    into collector: inout GroupCollector, where isWanted: (PlaceGroup) -> Bool
  ) {
    let reported = facts.wholeReports.map { report in
      PlaceGroup(
        place: report.place, channel: report.channel, period: report.period,
        sector: report.sector, nature: report.nature, indicators: report.indicators)
    }
    let stated = facts.stated.filter { $0.kind == .growth }.map { entry in
      PlaceGroup(
        place: entry.place, channel: entry.channel, period: entry.period,
        sector: entry.sector, nature: entry.nature, indicators: [entry.indicator])
    }
    for group in reported + stated
    where isShown(group.period, group.nature) && isWanted(group) {
      collector.add(group)
    }
  }

  private func isShown(_ period: Period, _ nature: Nature) -> Bool {
    guard period.kind == .year else { return false }
    return period.year == year || (period.year == year + 1 && nature != .actual)
  }

  private struct GroupCollector {
    var groups: [PlaceGroup.Identity: PlaceGroup] = [:]

    mutating func add(_ group: PlaceGroup) {
      groups[group.identity, default: group].indicators += group.indicators
    }
  }

  private func ordered(_ group: PlaceGroup) -> PlaceGroup {
    var group = group
    let present = Set(group.indicators)
    let known = facts.channels.first { $0.code == group.channel }?.indicatorCodes ?? []
    group.indicators =
      known.filter(present.contains) + present.subtracting(known).sorted()
    return group
  }

  private func precedes(_ left: PlaceGroup, _ right: PlaceGroup) -> Bool {
    if left.place != right.place { return left.place < right.place }
    if left.period != right.period { return left.period < right.period }
    if left.channel != right.channel { return rank(left.channel) < rank(right.channel) }
    return (left.sector, left.nature.rawValue) < (right.sector, right.nature.rawValue)
  }

  private func rank(_ channel: String) -> Int {
    facts.channels.firstIndex { $0.code == channel } ?? facts.channels.count
  }
}
