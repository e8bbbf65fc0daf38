// The places below: what was recorded for them this year, and what is expected for the next.

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
    var groups: [PlaceGroup.Identity: PlaceGroup] = [:]
    func add(_ group: PlaceGroup) {
      groups[group.identity, default: group].indicators += group.indicators
    }
    for (key, figure) in facts.placeTotals where figure.isRecorded {
      guard let period = try? Period(parsing: key.period) else { continue }
      add(
        PlaceGroup(
          place: key.place, channel: key.channel, period: period, sector: key.sector,
          nature: key.nature, indicators: [key.indicator]))
    }
    for report in facts.wholeReports where isShownBelow(report.place, report.period, report.nature)
    {
      add(
        PlaceGroup(
          place: report.place, channel: report.channel, period: report.period,
          sector: report.sector, nature: report.nature, indicators: report.indicators))
    }
    for stated in facts.stated
    where stated.kind == .growth && isShownBelow(stated.place, stated.period, stated.nature) {
      add(
        PlaceGroup(
          place: stated.place, channel: stated.channel, period: stated.period,
          sector: stated.sector, nature: stated.nature, indicators: [stated.indicator]))
    }
    return groups.values.map(ordered).sorted(by: precedes)
  }

  /// Values and shares that documents state of places below, for a time within the year.
  package var statedValuesBelow: [StatedEntry] {
    guard let year = try? Period(year: year) else { return [] }
    return facts.stated.filter {
      $0.kind != .growth && PlaceCode.isBelow($0.place, place) && $0.period.overlaps(year)
    }.sorted { ($0.place, $0.code) < ($1.place, $1.code) }
  }

  private func isShownBelow(_ code: String, _ period: Period, _ nature: Nature) -> Bool {
    guard PlaceCode.isBelow(code, place), period.kind == .year else { return false }
    return period.year == year || (period.year == year + 1 && nature != .actual)
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
