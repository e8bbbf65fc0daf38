// Quantities that are kept but never summed by the database (candidates, decisions, values of
// entries) are stored as JSON text, with decimals as text so that nothing is lost.

/// A quantity in a form that JSON keeps exactly.
package struct QuantityText: Codable, Sendable, Hashable {
  private var text: String
  private var value: String?
  private var low: String?
  private var high: String?
  private var lowOpen: Bool
  private var highOpen: Bool
  private var unit: String
  private var nature: String

  package init(_ quantity: Quantity) {
    text = quantity.text
    value = quantity.value?.description
    low = quantity.interval.low?.description
    high = quantity.interval.high?.description
    lowOpen = quantity.interval.lowOpen
    highOpen = quantity.interval.highOpen
    unit = quantity.unit.symbol
    nature = quantity.nature.rawValue
  }

  /// - Throws: where the stored parts make no quantity.
  package func quantity() throws(MeasureError) -> Quantity {
    let interval = try Interval(
      low: Self.decimal(low), high: Self.decimal(high), lowOpen: lowOpen, highOpen: highOpen)
    return try Quantity(
      text: text, value: Self.decimal(value), interval: interval,
      unit: MeasureUnit(unit) ?? .none, nature: Nature(rawValue: nature) ?? .actual)
  }

  private static func decimal(_ text: String?) throws(MeasureError) -> ExactDecimal? {
    guard let text else { return nil }
    return try ExactDecimal(parsing: text)
  }
}

/// A candidate in a form that JSON keeps exactly.
package struct CandidateText: Codable, Sendable, Hashable {
  private var quantity: QuantityText
  private var zh: String
  private var en: String

  package init(_ candidate: Reading.Candidate) {
    quantity = QuantityText(candidate.quantity)
    zh = candidate.rationaleChinese
    en = candidate.rationaleEnglish
  }

  package func candidate() throws(MeasureError) -> Reading.Candidate {
    Reading.Candidate(
      quantity: try quantity.quantity(), rationaleChinese: zh, rationaleEnglish: en)
  }
}
