// Decides claims. A figure counts as recorded for a claim only where it is known to be the whole: a sum
// of some places, or one that leaves a doubtful value out, decides nothing.

internal import Measures

extension ClaimTest {
  /// What figures say. A key without a figure was not answered.
  package func outcome(_ figures: [String: KnownFigure]) -> ClaimOutcome {
    switch self {
    case .record(let periods): return Ledger(periods, figures).sinceFirst().record()
    case .first(let periods): return Ledger(periods, figures).sinceFirst().first()
    case .streak(let periods): return Ledger(periods, figures).streak()
    case .rank(let rank, let of, let among):
      return Ledger(among + [of], figures).rank(rank)
    case .equal(let whole, let parts): return Ledger(keys: [whole] + parts, figures).equal()
    case .ratio(let part, let whole, let share):
      return Ledger(keys: [part, whole], figures).ratio(share)
    case .atMost(let less, let more): return Ledger(keys: [less, more], figures).atMost()
    }
  }
}

/// The figures of a claim in order, and what is known of them.
private struct Ledger {
  struct Entry {
    let label: String
    let figure: KnownFigure?
    /// Nil where it is not recorded as a whole.
    let quantity: Quantity?
  }

  private let entries: [Entry]

  init(_ periods: [ClaimPeriod], _ figures: [String: KnownFigure]) {
    entries = periods.map { period in
      let figure = figures[period.key]
      return Entry(label: period.label, figure: figure, quantity: Self.quantity(figure))
    }
  }

  init(keys: [String], _ figures: [String: KnownFigure]) {
    self.init(keys.map { ClaimPeriod(label: "", key: $0) }, figures)
  }

  private init(_ entries: [Entry]) { self.entries = entries }

  private static func quantity(_ figure: KnownFigure?) -> Quantity? {
    guard let figure, figure.isRecorded, figure.part == nil, figure.quarantinedCount == 0 else {
      return nil
    }
    return figure.quantity
  }

  /// From the first recorded one before the last; all of them where there is none.
  func sinceFirst() -> Ledger {
    guard let start = entries.dropLast().firstIndex(where: { $0.quantity != nil }) else {
      return self
    }
    return Ledger(Array(entries[start...]))
  }

  private var recorded: Int { entries.count { $0.quantity != nil } }

  private func answer(_ answer: ClaimAnswer, _ reason: String = "") -> ClaimOutcome {
    ClaimOutcome(
      answer: answer, recordedPeriods: recorded, allPeriods: entries.count, reason: reason,
      figures: entries.compactMap { entry in
        guard let figure = entry.figure, figure.isRecorded else { return nil }
        return ClaimFigure(label: entry.label, figure: figure)
      })
  }

  /// The three answers of a question about several pairs: a no decides, then what is missing, then
  /// what overlaps.
  private func decide(_ answers: [Answer], _ contradiction: (Int) -> String) -> ClaimOutcome {
    if let index = answers.firstIndex(of: .no) {
      return answer(.contradicted, contradiction(index))
    }
    return undecided(answers) ?? answer(.holds)
  }

  private func undecided(_ answers: [Answer]) -> ClaimOutcome? {
    guard recorded == entries.count else { return answer(.notTestable, missing) }
    return answers.contains(.undecided)
      ? answer(.notTestable, "数值只知道范围，范围有重叠，不能断定") : nil
  }

  /// "4期中只有2期有记录", and why the others do not count.
  private var missing: String {
    var words = "\(entries.count)期中只有\(recorded)期有记录"
    if entries.contains(where: { $0.figure.map { $0.isRecorded && $0.part != nil } ?? false }) {
      words += "（只有一部分地区的不算）"
    }
    if entries.contains(where: { $0.figure.map { $0.quarantinedCount > 0 } ?? false }) {
      words += "（有存疑值的不算）"
    }
    return words
  }

  private var unitsDiffer: Bool {
    let units = entries.compactMap(\.quantity?.unit)
    guard let first = units.first else { return false }
    return units.contains { !$0.isCompatible(with: first) }
  }

  private func printed(_ entry: Entry) -> String {
    entry.label + (entry.label.isEmpty ? "" : "为") + (entry.figure?.printed ?? "")
  }

  // MARK: The tests

  func record() -> ClaimOutcome {
    guard let now = entries.last, let value = now.quantity else {
      return answer(.notTestable, missing)
    }
    if unitsDiffer { return answer(.notTestable, "各期的单位不同，不能比较") }
    let known = entries.dropLast().filter { $0.quantity != nil }
    let answers = known.map { entry in
      entry.quantity.map { value.interval.isGreater(than: $0.interval) } ?? .undecided
    }
    // Nothing before it is no comparison.
    if known.isEmpty { return answer(.notTestable, missing) }
    return decide(answers) { "\(printed(known[$0]))，不少于\(printed(now))" }
  }

  func first() -> ClaimOutcome {
    guard let now = entries.last else { return answer(.notTestable, missing) }
    let known = entries.dropLast().filter { $0.quantity != nil }
    let earlier = known.map { entry in
      entry.quantity.map { Self.isNone($0.interval) } ?? .undecided
    }
    if let index = earlier.firstIndex(of: .no) {
      return answer(.contradicted, "\(printed(known[index]))")
    }
    if let value = now.quantity, Self.isSome(value.interval) == .no {
      return answer(.contradicted, "\(printed(now))")
    }
    if known.isEmpty { return answer(.notTestable, missing) }
    return undecided(earlier + [now.quantity.map { Self.isSome($0.interval) } ?? .undecided])
      ?? answer(.holds)
  }

  func streak() -> ClaimOutcome {
    let known = entries.filter { $0.quantity != nil }
    let answers = known.map { entry in
      entry.quantity.map { Self.isSome($0.interval) } ?? .undecided
    }
    return decide(answers) { printed(known[$0]) }
  }

  /// At least 1.
  private static func isSome(_ interval: Interval) -> Answer {
    interval.isAtLeast(Interval(point: .one))
  }

  private static func isNone(_ interval: Interval) -> Answer {
    interval.isAtMost(Interval(point: .zero))
  }

  /// The last is the rank-th largest: just rank − 1 others are greater.
  func rank(_ rank: Int) -> ClaimOutcome {
    guard let last = entries.last, let value = last.quantity else {
      return answer(.notTestable, missing)
    }
    if unitsDiffer { return answer(.notTestable, "各期的单位不同，不能比较") }
    let answers = entries.dropLast().map { entry in
      entry.quantity.map { $0.interval.isGreater(than: value.interval) }
    }
    let greater = answers.count { $0 == .yes }
    let open = answers.count { $0 == nil || $0 == .undecided }
    if greater > rank - 1 {
      return answer(.contradicted, "有\(greater)期比\(printed(last))多")
    }
    if greater + open < rank - 1 {
      return answer(.contradicted, "只有\(greater)期比\(printed(last))多")
    }
    return undecided(answers.compactMap(\.self)) ?? answer(.holds)
  }

  func equal() -> ClaimOutcome {
    guard let whole = entries.first?.quantity, recorded == entries.count else {
      return answer(.notTestable, missing)
    }
    let parts = entries.dropFirst().compactMap(\.quantity)
    // A forecast and a result are added here: the claim says that it is so.
    guard let sum = try? Quantity.sum(parts.map { $0.with(nature: .actual) }),
      sum.unit.isCompatible(with: whole.unit)
    else { return answer(.notTestable, "单位不同，不能相加") }
    let words = "各部分之和为\(sum.printed)，不是\(whole.printed)"
    // What documents print rounded is compared as printed.
    if let value = whole.value, value == sum.value { return answer(.holds) }
    return decide([whole.interval.isEqual(to: sum.interval)]) { _ in words }
  }

  func ratio(_ share: Quantity) -> ClaimOutcome {
    guard let part = entries.first?.quantity, let whole = entries.last?.quantity else {
      return answer(.notTestable, missing)
    }
    guard part.unit.isCompatible(with: whole.unit),
      let quotient = try? part.interval.divided(by: whole.interval, scale: Self.ratioScale),
      let percent = try? quotient.multiplied(by: .hundred)
    else { return answer(.notTestable, "单位不同，或分母不大于零，算不出比重") }
    // 10% is every share that rounds to it.
    if share.interval.contains(percent) { return answer(.holds) }
    guard !share.interval.overlaps(percent) else {
      return undecided([.undecided]) ?? answer(.notTestable)
    }
    let printed = (try? part.share(of: whole))?.printed ?? "\(percent)%"
    return answer(.contradicted, "按记录为\(printed)")
  }

  private static let ratioScale = 8

  func atMost() -> ClaimOutcome {
    guard let less = entries.first?.quantity, let more = entries.last?.quantity else {
      return answer(.notTestable, missing)
    }
    guard less.unit.isCompatible(with: more.unit) else {
      return answer(.notTestable, "单位不同，不能比较")
    }
    return decide([less.interval.isAtMost(more.interval)]) { _ in
      "\(less.printed)大于\(more.printed)"
    }
  }
}
