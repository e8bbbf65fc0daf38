// The doubts that a readable value can raise. Each names the numbers that it compares.

internal import Measures

extension ReportReview {
  /// Tenths of its whole above which a part is implausible in an aggregate of many units. One
  /// unit may well export everything that it makes, so for a unit only more than the whole is.
  private var plausibleTenths: Int64 { draft.key.coverage == .unit ? 10 : 9 }

  // MARK: Part of another indicator

  /// A part that makes up too much of its whole, whatever of the whole's readings is right.
  mutating func shareDoubt(
    _ quantity: Quantity, _ indicator: Indicator, _ entry: ReportDraft.Entry
  ) -> Doubt? {
    guard let wholeCode = indicator.partOf else { return nil }
    let wholes = readings(ofWhole: wholeCode)
    guard !wholes.isEmpty else { return nil }
    let tenths = plausibleTenths
    let possible = wholes.filter { !Certainly.exceeds(quantity, tenths: tenths, of: $0) }
    if !possible.isEmpty {
      if possible.count < wholes.count {
        warnings.append(
          "\(indicator.chinese)\(quantity.printed)仅在其整体为"
            + possible.map(\.printed).joined(separator: "或") + "时合理")
      }
      return nil
    }
    let isMore = wholes.allSatisfy { Certainly.exceeds(quantity, tenths: 10, of: $0) }
    let compared = wholes.map { Self.share(quantity, of: $0) }
    let limit = isMore ? "100%" : "\(tenths * 10)%"
    return Doubt(
      indicatorCode: indicator.code, printed: entry.printed,
      rule: isMore ? .partExceedsWhole : .implausibleRatio,
      chinese: "\(indicator.chinese)是部分数，" + compared.map(\.chinese).joined(separator: "、")
        + "，超过\(limit)",
      english: "\(indicator.code) is a part; it is "
        + compared.map(\.english).joined(separator: ", ")
        + ", more than \(limit)",
      candidates: candidates(quantity, LostCharacter.points(in: quantity)) { reading in
        wholes.contains { !Certainly.exceeds(reading, tenths: tenths, of: $0) }
      },
      source: entry.source)
  }

  /// What the whole may be: its value, or every candidate while it is in quarantine.
  private func readings(ofWhole code: String) -> [Quantity] {
    switch outcomes[code] {
    case .accepted(let quantity): return [quantity]
    case .doubtful(let doubt): return doubt.candidates.map(\.quantity)
    case nil: return (context.quarantined[code] ?? []).map(\.quantity)
    }
  }

  private static func share(
    _ part: Quantity, of whole: Quantity
  ) -> (chinese: String, english: String) {
    guard let share = try? part.share(of: whole) else {
      return ("大于\(whole.printed)", "more than \(whole.printed)")
    }
    return ("占\(whole.printed)的\(share.printed)", "\(share.printed) of \(whole.printed)")
  }

  // MARK: Part of another place or sector

  /// Parts that are certainly more than their whole: this report's place below another, or what
  /// is recorded below this report's place.
  func placeDoubt(
    _ quantity: Quantity, _ indicator: Indicator, _ entry: ReportDraft.Entry
  ) -> Doubt? {
    guard indicator.kind != .rate else { return nil }
    for above in context.above[indicator.code] ?? [] {
      guard exceeds(above, quantity, indicator) else { continue }
      let others = above.others.count == 0 ? "" : "加上其他已报部分"
      return Doubt(
        indicatorCode: indicator.code, printed: entry.printed, rule: .partExceedsWhole,
        chinese: "\(quantity.printed)\(others)大于\(above.label)的整体数\(above.whole.printed)",
        english: "\(quantity.printed), with the other parts recorded, is more than the whole "
          + "\(above.whole.printed) of \(above.label)",
        candidates: candidates(quantity, LostCharacter.points(in: quantity)) {
          !exceeds(above, $0, indicator)
        },
        source: entry.source)
    }
    for below in context.below[indicator.code] ?? [] {
      guard let parts = try? below.sum.quantity(of: indicator, nature: quantity.nature),
        parts.interval.isGreater(than: quantity.interval) == .yes
      else { continue }
      return Doubt(
        indicatorCode: indicator.code, printed: entry.printed, rule: .partExceedsWhole,
        chinese: "\(below.label)\(parts.printed)大于整体数\(quantity.printed)",
        english: "the parts (\(below.label)) are \(parts.printed), more than the whole "
          + quantity.printed,
        candidates: candidates(quantity, LostCharacter.zeros(in: quantity)) {
          parts.interval.isGreater(than: $0.interval) != .yes
        },
        source: entry.source)
    }
    return nil
  }

  private func exceeds(
    _ above: ReviewContext.WholeAbove, _ quantity: Quantity, _ indicator: Indicator
  ) -> Bool {
    guard let own = try? CellSum(quantity, of: indicator), let sum = try? above.others.adding(own),
      let parts = try? sum.interval(of: indicator)
    else { return false }
    return parts.isGreater(than: above.whole.interval) == .yes
  }

  // MARK: Jump

  /// Ten times last year's value, or a tenth of it: a lost or added character more often than not.
  /// Of a whole any larger jump is as doubtful, such as 万 for 亿. Units begin and end their lines,
  /// and a remainder shrinks as units begin to report, so there only a jump of about ten times, or of
  /// a thousand and more, is.
  func jumpDoubt(
    _ quantity: Quantity, _ indicator: Indicator, _ entry: ReportDraft.Entry
  ) -> Doubt? {
    guard indicator.kind != .rate, let before = context.lastYear[indicator.code] else {
      return nil
    }
    let isUp = isJump(quantity, before)
    guard isUp || isJump(before, quantity) else { return nil }
    let misprints =
      isUp
      ? LostCharacter.points(in: quantity)
        + LostCharacter.multipliers(in: quantity, isTooLarge: true)
      : LostCharacter.zeros(in: quantity)
        + LostCharacter.multipliers(in: quantity, isTooLarge: false)
    let words =
      isUp
      ? ("达到上年同期的10倍左右或更多", "about ten times or more")
      : ("只有上年同期的十分之一左右或更少", "about a tenth or less of")
    return Doubt(
      indicatorCode: indicator.code, printed: entry.printed, rule: .tenfoldJump,
      chinese: "\(quantity.printed)\(words.0)(上年\(before.printed))",
      english: "\(quantity.printed) is \(words.1) last year's \(before.printed)",
      candidates: candidates(quantity, misprints) { !isJump($0, before) && !isJump(before, $0) },
      source: entry.source)
  }

  private func isJump(_ large: Quantity, _ small: Quantity) -> Bool {
    guard Certainly.isTimes(10, large, of: small) else { return false }
    guard draft.key.coverage != .whole else { return true }
    // With the slack of 15 %, the band of ten times ends at 11.9.
    return !Certainly.isTimes(14, large, of: small) || Certainly.isTimes(1_000, large, of: small)
  }
}
