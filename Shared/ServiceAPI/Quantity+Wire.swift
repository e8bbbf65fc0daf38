// Numbers between the wire, the values of Measures and the columns of storage.

package import CommonMessages
package import Measures
package import Storage

extension ExactDecimal {
  /// - Throws: `scaleOutOfRange` over 18 decimals.
  package init(_ message: CommonMessages.Decimal) throws(MeasureError) {
    try self.init(unscaled: message.unscaled, scale: Int(clamping: message.scale))
  }

  package init(_ stored: StoredDecimal) throws(MeasureError) {
    try self.init(unscaled: stored.unscaled, scale: Int(clamping: stored.scale))
  }

  package var message: CommonMessages.Decimal {
    CommonMessages.Decimal(unscaled: unscaled, scale: UInt32(clamping: scale))
  }

  package var stored: StoredDecimal { StoredDecimal(unscaled: unscaled, scale: Int64(scale)) }
}

extension Measures.Nature {
  /// Nil for an unspecified nature, or one of a later version.
  package init?(_ message: CommonMessages.Nature) {
    switch message {
    case .actual: self = .actual
    case .preliminary: self = .preliminary
    case .expected: self = .expected
    case .plan: self = .plan
    case .claimed: self = .claimed
    case .appliedFor: self = .appliedFor
    case .unspecified, .unrecognized: return nil
    }
  }

  package var message: CommonMessages.Nature {
    switch self {
    case .actual: .actual
    case .preliminary: .preliminary
    case .expected: .expected
    case .plan: .plan
    case .claimed: .claimed
    case .appliedFor: .appliedFor
    }
  }
}

extension Measures.Quantity {
  package var message: CommonMessages.Quantity {
    CommonMessages.Quantity(
      text: text, value: value?.message, low: interval.low?.message, high: interval.high?.message,
      lowOpen: interval.lowOpen, highOpen: interval.highOpen, unit: unit.symbol,
      nature: nature.message)
  }

  /// Reads a quantity of a request: its text is read as printed, and what the caller gave of value
  /// and bounds must be what the text says. Without a text the value counts exactly.
  ///
  /// - Parameter path: path of the quantity in the request.
  package static func reading(
    _ message: CommonMessages.Quantity, path: String, violations: inout [Violation]
  ) -> Measures.Quantity? {
    var broken: [Violation] = []
    let unit = MeasureUnit(message.unit)
    if unit == nil, !message.unit.isEmpty {
      broken.append(
        Violation(
          path: "\(path).unit", value: message.unit, rule: "quantity.unit",
          zh: "未知的单位", en: "the unit is not known"))
    }
    let nature = Measures.Nature(message.nature) ?? .actual
    if case .unrecognized(let number) = message.nature {
      broken.append(
        Violation(
          path: "\(path).nature", value: "\(number)", rule: "quantity.nature",
          zh: "未知的性质", en: "the nature is not known"))
    }
    guard broken.isEmpty else {
      violations += broken
      return nil
    }
    if message.text.isEmpty {
      return exactly(message, unit: unit, nature: nature, path: path, violations: &violations)
    }
    switch Self.read(message.text, unit: unit, nature: nature) {
    case .readable(let quantity):
      guard agrees(quantity, with: message) else {
        violations.append(
          Violation(
            path: path, value: message.text, rule: "quantity.disagrees",
            zh: "数值或区间与所印文字不一致", en: "the value or its bounds are not what the text says"))
        return nil
      }
      return quantity
    case .unreadable(let reason, _), .invalid(let reason):
      violations.append(
        Violation(
          path: "\(path).text", value: message.text, rule: "quantity.\(reason.rule.rawValue)",
          zh: reason.chinese, en: reason.english))
      return nil
    }
  }

  private static func exactly(
    _ message: CommonMessages.Quantity, unit: MeasureUnit?, nature: Measures.Nature,
    path: String, violations: inout [Violation]
  ) -> Measures.Quantity? {
    guard let decimal = message.value, let value = try? ExactDecimal(decimal),
      let quantity = try? Measures.Quantity(
        exactly: value, unit: (unit ?? .none).baseUnit, nature: nature),
      unit?.exponent ?? 0 == 0
    else {
      violations.append(
        Violation(
          path: "\(path).text", value: "", rule: "quantity.empty",
          zh: "应填所印数字,或填基本单位的数值",
          en: "give the printed number, or a value in a base unit"))
      return nil
    }
    return quantity
  }

  /// Whether what the caller gave besides the text says the same; what he left out agrees.
  private static func agrees(
    _ quantity: Measures.Quantity, with message: CommonMessages.Quantity
  ) -> Bool {
    let given = [message.value, message.low, message.high]
    let read = [quantity.value, quantity.interval.low, quantity.interval.high]
    for case (let decimal?, let expected) in zip(given, read) {
      guard let value = try? ExactDecimal(decimal), value == expected else { return false }
    }
    return true
  }
}

extension CommonMessages.Provenance {
  package var isEmpty: Bool { document.isEmpty && sentence.isEmpty && note.isEmpty }
}
