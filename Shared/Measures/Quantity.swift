// A number as somebody printed it, with the interval in which the true value lies.

/// A printed number, what it says, and its unit and nature.
///
/// Values and ends are in the base unit: 810亿元 has the text "810亿", the value 81000000000 and the
/// unit 元. How each form of words is read stands in the room card.
package struct Quantity: Sendable, Hashable {
  /// The printed number without its unit: "1.2万余", "810亿", "15亿以上".
  package let text: String
  /// The value that the text names; nil where it names only bounds, as 8亿多 does.
  package let value: ExactDecimal?
  package let interval: Interval
  /// A base unit: 元, 人, %; never 亿元.
  package let unit: MeasureUnit
  package let nature: Nature

  /// A quantity from its parts, as storage and the wire keep them.
  ///
  /// - Throws: `invalidInterval` where the value lies outside its own interval; `unitMismatch` for
  ///   a unit with a multiplier.
  package init(
    text: String,
    value: ExactDecimal?,
    interval: Interval,
    unit: MeasureUnit,
    nature: Nature = .actual
  ) throws(MeasureError) {
    guard unit.exponent == 0 else {
      throw MeasureError(.unitMismatch, "\(unit) is not a base unit")
    }
    if let value {
      guard interval.contains(value) else {
        throw MeasureError(.invalidInterval, "\(value) is outside \(interval)")
      }
    }
    self.text = text
    self.value = value
    self.interval = interval
    self.unit = unit
    self.nature = nature
  }

  /// Exactly this value; its text is the shortest that prints it in full.
  package init(
    exactly value: ExactDecimal, unit: MeasureUnit, nature: Nature = .actual
  ) throws(MeasureError) {
    try self.init(
      text: PrintStyle.exact.text(value, unit: unit, isExact: true), value: value,
      interval: Interval(point: value), unit: unit, nature: nature)
  }

  /// A computed value with its interval; the text is made by `style`.
  package init(
    computed value: ExactDecimal?,
    interval: Interval,
    unit: MeasureUnit,
    nature: Nature = .actual,
    style: PrintStyle = .exact
  ) throws(MeasureError) {
    let text =
      if let value {
        try style.text(value, unit: unit, isExact: interval.isPoint)
      } else {
        try style.text(interval, unit: unit)
      }
    try self.init(text: text, value: value, interval: interval, unit: unit, nature: nature)
  }

  /// The same number with another nature.
  package func with(nature: Nature) -> Quantity {
    Quantity(unchecked: self, nature: nature)
  }

  private init(unchecked other: Quantity, nature: Nature) {
    text = other.text
    value = other.value
    interval = other.interval
    unit = other.unit
    self.nature = nature
  }
}

extension Quantity: CustomStringConvertible {
  /// As printed, with its unit.
  package var description: String { printed }
}
