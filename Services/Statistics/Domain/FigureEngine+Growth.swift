// Growth and growth targets: what is computed from two totals, or from a total and a rate.

internal import Measures

extension FigureEngine {
  /// Nominal growth on the same period of the year before; the difference in points for rates.
  mutating func growth(_ subject: FigureSubject) throws -> Figure {
    let indicator = try indicator(of: subject)
    var figure = Figure(
      key: .growth(subject), mark: .notRecorded, quantity: nil,
      label: try label(subject, "同比增长"))
    let current = try self.figure(.total(subject))
    guard let before = try? subject.period.previousYear() else {
      figure.notes = ["没有更早的年份"]
      return figure
    }
    let base = try self.base(of: subject, in: before)
    figure.inputs = [current.key, base.key]
    figure.quarantineIDs = current.quarantineIDs + base.quarantineIDs
    for input in [current, base] where input.mark == .notRecorded { figure.notes += input.notes }
    guard let now = current.quantity, let then = base.quantity else { return figure }
    guard isComparable(current, base) else {
      figure.notes.append("两年有记录的地区不同，不能比较")
      figure.notes += [current, base].compactMap { input in
        input.reach == nil ? nil : input.notes.last.map { "\(input.label)：\($0)" }
      }
      return figure
    }
    do {
      figure.quantity = try Self.change(now, then, indicator)
    } catch {
      figure.notes.append("\(before.chinese)为\(then.printed)，不能作增速的基数")
      return figure
    }
    figure.mark = .computed
    figure.reach = current.reach
    if current.reach != nil { figure.notes.append("只是有记录的地区合计的增速") }
    figure.contributions = current.contributions + base.contributions
    figure.formula = Self.formula(now, then, figure.quantity, indicator)
    return figure
  }

  /// What is expected or planned is compared with what the year before really brought; where nobody
  /// recorded that, with what was expected or planned for it.
  private mutating func base(of subject: FigureSubject, in period: Period) throws -> Figure {
    var actual = subject.with(period: period)
    actual.nature = .actual
    let brought = try figure(.total(actual))
    guard subject.nature != .actual, brought.mark == .notRecorded else { return brought }
    let alike = try figure(.total(subject.with(period: period)))
    return alike.mark == .notRecorded ? brought : alike
  }

  /// Whether two totals speak for the same places. A place that got another code is the same.
  private func isComparable(_ current: Figure, _ base: Figure) -> Bool {
    guard let now = current.key.subject, let then = base.key.subject else { return false }
    if current.reach == nil, base.reach == nil { return true }
    func known(_ codes: Set<String>) -> Set<String> {
      Set(codes.map { source.places.code(for: $0, on: now.period.lastDay) ?? $0 })
    }
    return known(base.reach?.places ?? [then.placeCode])
      == current.reach?.places ?? [now.placeCode]
      && known(base.reach?.unitsOf ?? []) == current.reach?.unitsOf ?? []
  }

  private static func change(
    _ now: Quantity, _ then: Quantity, _ indicator: Indicator
  ) throws(MeasureError) -> Quantity {
    if indicator.kind == .rate {
      return try now.subtracting(then, style: PrintStyle(exponent: 0, decimals: .exact))
    }
    if now.value != nil, then.value != nil { return try Growth(current: now, base: then).rate }
    let ratio = try now.interval.divided(by: then.interval, scale: Growth.scale + 2)
    let rate = try ratio.subtracting(Interval(point: .one)).multiplied(by: .hundred)
    return try Quantity(
      computed: nil, interval: rate, unit: .percent, nature: now.nature,
      style: PrintStyle(exponent: 0, decimals: .atMost(1)))
  }

  private static func formula(
    _ now: Quantity, _ then: Quantity, _ result: Quantity?, _ indicator: Indicator
  ) -> Figure.Words {
    let answer = result?.printed ?? ""
    if indicator.kind == .rate {
      return Figure.Words(
        chinese: "\(now.printed) − \(then.printed) = \(answer)",
        english: "The difference of two rates, in percentage points.")
    }
    return Figure.Words(
      chinese: "名义增速：(\(now.printed) ÷ \(then.printed) − 1) × 100% = \(answer)",
      english: "Nominal growth: (\(now.printed) ÷ \(then.printed) − 1) × 100 % = \(answer)")
  }

  // MARK: Targets

  mutating func target(_ subject: FigureSubject) throws -> Figure {
    _ = try indicator(of: subject)
    guard let target = try source.target(subject) else {
      var figure = Figure(
        key: .target(subject), mark: .notRecorded, quantity: nil,
        label: try label(subject, "目标"))
      figure.notes = ["没有\(subject.period.chinese)的目标"]
      return figure
    }
    return try resolved(target)
  }

  /// A target as a figure: an absolute one as stated, a growth on its base.
  package mutating func resolved(_ target: Target) throws -> Figure {
    let subject = target.subject
    var figure = Figure(
      key: .target(subject), mark: .notRecorded, quantity: nil, label: try label(subject, "目标"))
    figure.source = target.source
    figure.contributions = [.target(id: target.id)]
    guard target.kind == .growth, let baseSubject = target.base else {
      figure.mark = .stated
      figure.quantity = target.quantity
      figure.formula = Figure.Words(
        chinese: "文件所定目标：\(target.quantity.printed)",
        english: "The target that the document sets: \(target.quantity.printed)")
      return figure
    }
    let base = try self.figure(.total(baseSubject))
    figure.inputs = [base.key]
    figure.quarantineIDs = base.quarantineIDs
    guard let from = base.quantity else {
      figure.notes = ["目标为增长\(target.quantity.printed)，基期未统计"] + base.notes
      return figure
    }
    guard base.reach == nil else {
      figure.notes = ["目标为增长\(target.quantity.printed)，基期的记录不全"] + base.notes
      return figure
    }
    let quantity = try Self.grown(from, by: target.quantity)
    figure.mark = .computed
    figure.quantity = quantity
    figure.formula = Figure.Words(
      chinese: "\(baseSubject.period.chinese)\(from.printed) × (1 + \(target.quantity.printed)) = "
        + quantity.printed,
      english: "\(from.printed) of \(baseSubject.period) × (1 + \(target.quantity.printed)) = "
        + quantity.printed)
    if try source.isRevised(base.contributions, after: target.createTime) {
      figure.notes.append("基期\(baseSubject.period.chinese)数在目标录入后修订过")
    }
    figure.contributions += base.contributions
    return figure
  }

  /// A rate that names only a bound (10%以上) gives only a bound.
  private static func grown(
    _ base: Quantity, by rate: Quantity
  ) throws(MeasureError) -> Quantity {
    if let exact = rate.value { return try base.grown(byPercent: exact) }
    func end(_ rate: ExactDecimal?, _ pick: (Interval) -> ExactDecimal?) throws(MeasureError)
      -> ExactDecimal?
    {
      guard let rate else { return nil }
      let factor = try ExactDecimal.one.adding(rate.multiplied(byPowerOfTen: -2))
      return try pick(base.interval.multiplied(by: factor))
    }
    let interval = try Interval(
      low: end(rate.interval.low) { $0.low }, high: end(rate.interval.high) { $0.high },
      lowOpen: rate.interval.lowOpen || base.interval.lowOpen,
      highOpen: rate.interval.highOpen || base.interval.highOpen)
    return try Quantity(
      computed: nil, interval: interval, unit: base.unit, nature: .plan,
      style: PrintStyle(exponent: PrintStyle.shape(of: base.text).exponent))
  }
}
