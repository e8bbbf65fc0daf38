// Decides claims. A figure counts as recorded for a claim only where it is known to be the whole. A sum
// of some places, or one that leaves a doubtful value out, is at least what it is: that can decide
// against a claim, and never for one.

internal import Measures

extension ClaimTest {
  /// What figures say. A key without a figure was not answered.
  package func outcome(_ figures: [String: KnownFigure]) -> ClaimOutcome {
    switch self {
    case .record(let periods): return Ledger(periods, figures).recordSinceFirst()
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
    /// Nil where nothing is recorded that a claim may look at.
    let quantity: Quantity?
    /// Where the true value lies.
    let interval: Interval?
    let isWhole: Bool
  }

  private let entries: [Entry]

  init(_ periods: [ClaimPeriod], _ figures: [String: KnownFigure]) {
    entries = periods.map { Self.entry($0.label, figures[$0.key]) }
  }

  init(keys: [String], _ figures: [String: KnownFigure]) {
    self.init(keys.map { ClaimPeriod(label: "", key: $0) }, figures)
  }

  private init(_ entries: [Entry]) { self.entries = entries }

  private static func entry(_ label: String, _ figure: KnownFigure?) -> Entry {
    guard let figure, figure.isRecorded, let quantity = figure.quantity else {
      return Entry(label: label, figure: figure, quantity: nil, interval: nil, isWhole: false)
    }
    if figure.part == nil, figure.quarantinedCount == 0 {
      return Entry(
        label: label, figure: figure, quantity: quantity, interval: quantity.interval,
        isWhole: true)
    }
    // What is left out can only add to a sum; of a rate nothing is known then.
    guard FigureAddress.isSum(figure.key), let low = quantity.interval.low, !low.isNegative else {
      return Entry(label: label, figure: figure, quantity: nil, interval: nil, isWhole: false)
    }
    return Entry(
      label: label, figure: figure, quantity: quantity,
      interval: .atLeast(low, open: quantity.interval.lowOpen), isWhole: false)
  }

  /// From the first recorded one before the last; all of them where there is none.
  func sinceFirst() -> Ledger {
    guard let start = entries.dropLast().firstIndex(where: { $0.interval != nil }) else {
      return self
    }
    return Ledger(Array(entries[start...]))
  }

  /// A record among the years since the first recorded one is none of all years, unless the first
  /// is as far back as a report looks.
  func recordSinceFirst() -> ClaimOutcome {
    let since = sinceFirst()
    let outcome = since.record()
    guard outcome.answer == .holds, since.entries.count < entries.count,
      let start = since.entries.first
    else { return outcome }
    return since.answer(.notTestable, "\(start.label)起各期如此，更早的没有记录")
  }

  private var recorded: Int { entries.count(where: \.isWhole) }

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
    let counter = entries.allSatisfy(\.label.isEmpty) ? "项" : "期"
    var words = "\(entries.count)\(counter)中只有\(recorded)\(counter)有记录"
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
    guard let now = entries.last, let value = now.interval else {
      return answer(.notTestable, missing)
    }
    if unitsDiffer { return answer(.notTestable, "各期的单位不同，不能比较") }
    let known = entries.dropLast().filter { $0.interval != nil }
    // Nothing before it is no comparison.
    if known.isEmpty { return answer(.notTestable, missing) }
    let answers = known.map { entry in
      entry.interval.map { value.isGreater(than: $0) } ?? .undecided
    }
    return decide(answers) { "\(printed(known[$0]))，不少于\(printed(now))" }
  }

  func first() -> ClaimOutcome {
    guard let now = entries.last else { return answer(.notTestable, missing) }
    let known = entries.dropLast().filter { $0.interval != nil }
    let earlier = known.map { $0.interval.map(Self.isNone) ?? .undecided }
    if let index = earlier.firstIndex(of: .no) {
      return answer(.contradicted, printed(known[index]))
    }
    let some = now.interval.map(Self.isSome) ?? .undecided
    if some == .no { return answer(.contradicted, printed(now)) }
    if known.isEmpty { return answer(.notTestable, missing) }
    return undecided(earlier + [some]) ?? answer(.holds)
  }

  func streak() -> ClaimOutcome {
    let known = entries.filter { $0.interval != nil }
    let answers = known.map { $0.interval.map(Self.isSome) ?? .undecided }
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
    guard let last = entries.last, let value = last.interval else {
      return answer(.notTestable, missing)
    }
    if unitsDiffer { return answer(.notTestable, "各期的单位不同，不能比较") }
    let answers = entries.dropLast().map { $0.interval?.isGreater(than: value) }
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
    guard let whole = entries.first, let printedWhole = whole.quantity,
      let wholeInterval = whole.interval
    else { return answer(.notTestable, missing) }
    let parts = entries.dropFirst()
    let quantities = parts.compactMap(\.quantity)
    guard quantities.count == parts.count else { return answer(.notTestable, missing) }
    // A forecast and a result are added here: the claim says that it is so.
    guard !unitsDiffer, let sum = try? Quantity.sum(quantities.map { $0.with(nature: .actual) }),
      let interval = try? Self.sum(parts.compactMap(\.interval))
    else { return answer(.notTestable, "单位不同，不能相加") }
    // What documents print rounded is compared as printed.
    if recorded == entries.count, let value = printedWhole.value, value == sum.value {
      return answer(.holds)
    }
    return decide([wholeInterval.isEqual(to: interval)]) { _ in
      "各部分之和为\(sum.printed)，不是\(printedWhole.printed)"
    }
  }

  private static func sum(_ intervals: [Interval]) throws(MeasureError) -> Interval {
    var sum = Interval(point: .zero)
    for interval in intervals { sum = try sum.adding(interval) }
    return sum
  }

  /// A share is compared at the digit that is printed, and never more roughly than at a tenth of a
  /// per cent, as shares are printed here: 10% is 10.0%.
  func ratio(_ share: Quantity) -> ClaimOutcome {
    guard recorded == entries.count, let part = entries.first?.quantity,
      let whole = entries.last?.quantity
    else { return answer(.notTestable, missing) }
    guard part.unit.isCompatible(with: whole.unit), let value = share.value,
      let printed = try? Interval.rounding(
        value, step: ExactDecimal(unscaled: 1, scale: max(1, value.scale))),
      let quotient = try? part.interval.divided(by: whole.interval, scale: Self.ratioScale),
      let percent = try? quotient.multiplied(by: .hundred)
    else { return answer(.notTestable, "单位不同，或分母不大于零，算不出比重") }
    if printed.contains(percent) { return answer(.holds) }
    guard !printed.overlaps(percent) else {
      return undecided([.undecided]) ?? answer(.notTestable)
    }
    let computed = (try? part.share(of: whole))?.printed ?? "\(percent)%"
    return answer(.contradicted, "按记录为\(computed)")
  }

  private static let ratioScale = 8

  func atMost() -> ClaimOutcome {
    guard let less = entries.first, let more = entries.last, let low = less.interval,
      let high = more.interval
    else { return answer(.notTestable, missing) }
    if unitsDiffer { return answer(.notTestable, "单位不同，不能比较") }
    return decide([low.isAtMost(high)]) { _ in "\(printed(less))大于\(printed(more))" }
  }
}
