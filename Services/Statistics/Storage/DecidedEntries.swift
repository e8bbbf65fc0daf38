// What a revision hands in again. A value is not doubted anew while its text is the same: an accepted
// one stays, an open doubt stays open, and what a clerk decided stands. Only a part whose whole has
// changed is looked at again.

internal import Measures
internal import StatisticsDomain

struct DecidedEntries {
  /// Entries that are checked like new ones.
  private(set) var pending: [ReportDraft.Entry] = []
  /// What of the others the checks may compare with, by indicator.
  private(set) var readings: [String: [Candidate]] = [:]
  /// Values that stand.
  private var settled: [String: Observation] = [:]
  private let open: [QuarantineItem]
  private var kept: Set<String> = []
  private let handedIn: Set<String>

  init(
    _ draft: ReportDraft, current: Report, items: [QuarantineItem], catalogue: Catalogue
  ) throws(StatisticsError) {
    open = items.filter { $0.state == .open }
    handedIn = Set(draft.entries.map(\.indicatorCode))
    var same: [String: Observation] = [:]
    for entry in draft.entries {
      same[entry.indicatorCode] = try Self.unchanged(entry, in: current, catalogue)
    }
    for entry in draft.entries {
      let indicator = try catalogue.indicator(entry.indicatorCode)
      if let item = items.last(where: { Self.isSame($0, entry) }) {
        keep(item, entry)
      } else if let observation = same[indicator.code], !isPartOfChanged(indicator, same) {
        settle(observation.quantity, entry)
      } else {
        pending.append(entry)
      }
    }
  }

  private mutating func keep(_ item: QuarantineItem, _ entry: ReportDraft.Entry) {
    kept.insert(item.id)
    if item.state == .open {
      readings[entry.indicatorCode] = item.doubt.candidates
    } else if let quantity = item.resolution?.quantity {
      settle(quantity, entry)
    }
  }

  private mutating func settle(_ quantity: Quantity, _ entry: ReportDraft.Entry) {
    settled[entry.indicatorCode] = Observation(
      indicatorCode: entry.indicatorCode, quantity: quantity, source: entry.source)
    readings[entry.indicatorCode] = [
      Candidate(quantity: quantity, rationaleChinese: "", rationaleEnglish: "")
    ]
  }

  /// The report's value, where the entry says the same.
  private static func unchanged(
    _ entry: ReportDraft.Entry, in current: Report, _ catalogue: Catalogue
  ) throws(StatisticsError) -> Observation? {
    let observation = current.observations.first { $0.indicatorCode == entry.indicatorCode }
    guard let observation else { return nil }
    let unit = try catalogue.indicator(entry.indicatorCode).unit
    let reading = Quantity.read(entry.printed, unit: unit, nature: current.key.nature)
    return reading.quantity?.text == observation.quantity.text ? observation : nil
  }

  private func isPartOfChanged(_ indicator: Indicator, _ same: [String: Observation]) -> Bool {
    guard let whole = indicator.partOf, handedIn.contains(whole) else { return false }
    return same[whole] == nil
  }

  /// The text as it was printed, or the value that was put in its place.
  private static func isSame(_ item: QuarantineItem, _ entry: ReportDraft.Entry) -> Bool {
    guard item.doubt.indicatorCode == entry.indicatorCode else { return false }
    let text = HalfWidth.normalized(entry.printed)
    return text == HalfWidth.normalized(item.doubt.printed)
      || text == item.resolution?.quantity?.printed
  }

  /// All values of the revision: those that the report has in the order in which it has them,
  /// then the new ones in the order of the draft.
  func merged(
    with reviewed: [Observation], in draft: ReportDraft, order: [String]
  ) -> [Observation] {
    let byCode = Dictionary(
      reviewed.map { ($0.indicatorCode, $0) }, uniquingKeysWith: { first, _ in first })
    let kept = order.filter(handedIn.contains)
    let new = draft.entries.map(\.indicatorCode).filter { !order.contains($0) }
    return (kept + new).compactMap { byCode[$0] ?? settled[$0] }
  }

  typealias Closing = (
    item: QuarantineItem, state: QuarantineState, quantity: Quantity?, reason: String
  )

  /// Open doubts that the revision ends: by another value, another doubt, or none at all.
  func closed(by reviewed: ReviewedReport, reason: String) -> [Closing] {
    open.filter { !kept.contains($0.id) }.map { item in
      let code = item.doubt.indicatorCode
      let value = reviewed.observations.first { $0.indicatorCode == code } ?? settled[code]
      if let value { return (item, .corrected, value.quantity, reason) }
      let words = handedIn.contains(code) ? "改报另一数值" : "修订后不再填报"
      return (item, .rejected, nil, "\(words)：\(reason)")
    }
  }
}
