// Reads a whole printed number: words before it, the number or a range of two, the unit, words
// behind it. It gives back a quantity, candidates, or the rule that the text breaks.

/// Reads printed numbers for one expected unit and nature.
struct QuantityReader {
  let expected: MeasureUnit?
  let nature: Nature

  func read(_ text: String) -> Reading {
    guard text.count <= Quantity.maximumTextLength else { return .invalid(.tooLong(text)) }
    let normal = HalfWidth.normalized(text)
    guard !normal.isEmpty else { return .invalid(.empty) }
    if let letter = LookalikeLetter.first(in: normal) {
      return .invalid(.letterInNumber(letter, normal))
    }
    if let gaps = DigitGaps(in: normal) {
      return .unreadable(.unreadable(normal), candidates: gaps.candidates(reading: readWhole))
    }
    return readWhole(normal.filter { !$0.isWhitespace })
  }

  /// Reads a normalised text without spaces.
  private func readWhole(_ text: String) -> Reading {
    do {
      let parts = try QuantityParts(text)
      if let doubled = doubledMultiplier(parts) { return doubled }
      guard let unit = unit(of: parts) else {
        return .invalid(.unitMismatch(parts.unit?.symbol ?? "", expected?.symbol ?? ""))
      }
      let spelled = try spelledOut(parts)
      return .readable(try quantity(spelled, unit: unit))
    } catch let reason as Reading.Reason {
      return .invalid(reason)
    } catch let error as MeasureError {
      return .invalid(error.code == .overflow ? .overflow(text) : .notANumber(text))
    } catch {
      return .invalid(.notANumber(text))
    }
  }

  /// The unit that the quantity gets; nil where the text's own is not the one asked for.
  private func unit(of parts: QuantityParts) -> MeasureUnit? {
    guard let own = parts.unit else { return (expected ?? .none).baseUnit }
    guard let expected else { return own.baseUnit }
    return own.isCompatible(with: expected) ? expected.baseUnit : nil
  }

  /// The same text with the expected unit's multiplier written behind the number.
  private func spelledOut(_ parts: QuantityParts) throws -> QuantityParts {
    guard parts.unit == nil, let expected, expected.exponent > 0 else { return parts }
    return try QuantityParts(
      parts.spelled(multiplier: Multiplier.word(forExponent: expected.exponent), unit: ""))
  }

  private func doubledMultiplier(_ parts: QuantityParts) -> Reading? {
    guard parts.unit == nil, let expected, expected.exponent > 0, parts.hasLargeMultiplier else {
      return nil
    }
    let base = QuantityReader(expected: expected.baseUnit, nature: nature)
    let word = Multiplier.word(forExponent: expected.exponent)
    var candidates: [Reading.Candidate] = []
    if let own = base.readWhole(parts.spelled(multiplier: "", unit: "")).quantity {
      candidates.append(
        Reading.Candidate(
          quantity: own, rationaleChinese: "数字自带倍数，单位栏的“\(word)”是重复",
          rationaleEnglish: "the number has its own multiplier; that of the unit is a repetition"))
    }
    if let both = base.readWhole(parts.spelled(multiplier: word, unit: "")).quantity {
      candidates.append(
        Reading.Candidate(
          quantity: both, rationaleChinese: "两个倍数都有效",
          rationaleEnglish: "both multipliers count"))
    }
    return .unreadable(.doubledMultiplier(expected.symbol), candidates: candidates)
  }

  // MARK: Meaning

  private func quantity(_ parts: QuantityParts, unit: MeasureUnit) throws -> Quantity {
    let bounds = try bounds(of: parts, unit: unit)
    return try Quantity(
      text: parts.spelled(multiplier: "", unit: ""), value: bounds.value,
      interval: bounds.interval, unit: unit, nature: nature)
  }

  private typealias Meaning = (value: ExactDecimal?, interval: Interval)

  private func bounds(of parts: QuantityParts, unit: MeasureUnit) throws -> Meaning {
    let first = parts.first
    if let second = parts.second {
      guard first.extent == .plain, second.extent == .plain,
        parts.bound == nil || parts.bound == .about
      else { throw Reading.Reason.conflictingWords(parts.text) }
      let low = try inherited(first, from: second)
      guard low < second.value else { throw Reading.Reason.reversedRange(parts.text) }
      return (nil, try Interval(low: low, high: second.value))
    }
    if let extent = try first.extentInterval() { return try meaning(extent, parts, unit) }
    return try meaningOfPlain(first, parts, unit)
  }

  /// 5至8万 is 5万至8万: a smaller number without 万 or 亿 takes the multiplier of the second.
  private func inherited(
    _ first: Numeral, from second: Numeral
  ) throws(MeasureError) -> ExactDecimal {
    guard !first.hasLargeMultiplier else { return first.value }
    for exponent in Multiplier.shared(by: second.text, isOnlyLarge: first.hasMultiplier) {
      let mantissa = try second.value.multiplied(byPowerOfTen: -exponent)
      guard first.value < mantissa else { continue }
      return try first.value.multiplied(byPowerOfTen: exponent)
    }
    return first.value
  }

  private func meaning(
    _ extent: Interval, _ parts: QuantityParts, _ unit: MeasureUnit
  ) throws -> Meaning {
    guard let low = extent.low, let high = extent.high, !low.isNegative else {
      throw Reading.Reason.conflictingWords(parts.text)
    }
    switch parts.bound {
    case nil: return (nil, extent)
    case .about:
      // 约1万余: the number itself is only roughly known.
      let tolerance = try parts.first.tolerance()
      let widened = try Interval(low: low.subtracting(tolerance), high: high, highOpen: true)
      return (nil, parts.first.extent == .several ? extent : widened)
    case .over: return (nil, .atLeast(low, open: true))
    case .atLeast: return (nil, .atLeast(low))
    case .under: return (nil, try below(high, open: true, unit))
    case .atMost: return (nil, try below(high, open: extent.highOpen, unit))
    case .near: throw Reading.Reason.conflictingWords(parts.text)
    }
  }

  private func meaningOfPlain(
    _ numeral: Numeral, _ parts: QuantityParts, _ unit: MeasureUnit
  ) throws -> Meaning {
    let value = numeral.value
    switch parts.bound {
    case nil:
      let isExact = unit.kind == .count && !numeral.hasLargeMultiplier && !numeral.hasFraction
      if isExact { return (value, Interval(point: value)) }
      return (value, try .rounding(value, step: Numeral.worth(numeral.lastDigit)))
    case .over: return (nil, .atLeast(value, open: true))
    case .atLeast: return (nil, .atLeast(value))
    case .under: return (nil, try below(value, open: true, unit))
    case .atMost: return (nil, try below(value, open: false, unit))
    case .about, .near:
      guard value.isPositive else { throw Reading.Reason.conflictingWords(parts.text) }
      let tolerance = try numeral.tolerance()
      let low = try value.subtracting(tolerance)
      if parts.bound == .near {
        return (nil, try Interval(low: low, high: value, lowOpen: true, highOpen: true))
      }
      return (value, try Interval(low: low, high: value.adding(tolerance)))
    }
  }

  /// Counts do not go below zero; money and rates may.
  private func below(
    _ high: ExactDecimal, open: Bool, _ unit: MeasureUnit
  ) throws(MeasureError) -> Interval {
    guard unit.kind == .count else { return .atMost(high, open: open) }
    return try Interval(low: .zero, high: high, highOpen: open)
  }
}
