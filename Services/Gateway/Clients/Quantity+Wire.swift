// Quantities between the wire and the values that reports are written from.

package import CommonMessages
package import Measures

extension Measures.Quantity {
  /// Nil for a quantity in a unit that this gateway does not know, or one that contradicts itself.
  package init?(_ message: CommonMessages.Quantity) {
    guard let unit = MeasureUnit(message.unit),
      let interval = try? Interval(
        low: message.low.flatMap(ExactDecimal.init), high: message.high.flatMap(ExactDecimal.init),
        lowOpen: message.lowOpen, highOpen: message.highOpen),
      let quantity = try? Measures.Quantity(
        text: message.text, value: message.value.flatMap(ExactDecimal.init), interval: interval,
        unit: unit, nature: Measures.Nature(message.nature))
    else { return nil }
    self = quantity
  }
}

extension ExactDecimal {
  init?(_ message: CommonMessages.Decimal) {
    guard
      let value = try? ExactDecimal(
        unscaled: message.unscaled, scale: Int(clamping: message.scale))
    else { return nil }
    self = value
  }
}

extension Measures.Nature {
  init(_ message: CommonMessages.Nature) {
    switch message {
    case .preliminary: self = .preliminary
    case .expected: self = .expected
    case .plan: self = .plan
    case .claimed: self = .claimed
    case .appliedFor: self = .appliedFor
    case .actual, .unspecified, .unrecognized: self = .actual
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
}

extension ExactDecimal {
  package var message: CommonMessages.Decimal {
    CommonMessages.Decimal(unscaled: unscaled, scale: UInt32(clamping: scale))
  }
}

extension Measures.Nature {
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
