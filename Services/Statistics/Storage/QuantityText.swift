// Quantities that are kept but never summed (candidates, decisions, targets) are stored as JSON
// text, with decimals as text so that nothing is lost.

internal import Foundation
internal import Measures
internal import StatisticsDomain
internal import Storage

struct QuantityText: Codable {
  var text: String
  var value: String?
  var low: String?
  var high: String?
  var lowOpen: Bool
  var highOpen: Bool
  var unit: String
  var nature: String

  init(_ quantity: Quantity) {
    text = quantity.text
    value = quantity.value?.description
    low = quantity.interval.low?.description
    high = quantity.interval.high?.description
    lowOpen = quantity.interval.lowOpen
    highOpen = quantity.interval.highOpen
    unit = quantity.unit.symbol
    nature = quantity.nature.rawValue
  }

  func quantity() throws(StorageError) -> Quantity {
    do {
      let interval = try Interval(
        low: low.map { try ExactDecimal(parsing: $0) },
        high: high.map { try ExactDecimal(parsing: $0) }, lowOpen: lowOpen, highOpen: highOpen)
      return try Quantity(
        text: text, value: value.map { try ExactDecimal(parsing: $0) }, interval: interval,
        unit: MeasureUnit(unit) ?? .none, nature: Nature(rawValue: nature) ?? .actual)
    } catch {
      throw StorageError(.corrupt, "A stored quantity cannot be decoded.", cause: "\(error)")
    }
  }
}

struct CandidateText: Codable {
  var quantity: QuantityText
  var zh: String
  var en: String

  init(_ candidate: Candidate) {
    quantity = QuantityText(candidate.quantity)
    zh = candidate.rationaleChinese
    en = candidate.rationaleEnglish
  }

  func candidate() throws(StorageError) -> Candidate {
    Candidate(quantity: try quantity.quantity(), rationaleChinese: zh, rationaleEnglish: en)
  }
}

enum StoredJSON {
  static func text(_ value: some Encodable) throws(StorageError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      throw StorageError(.internal, "A value cannot be encoded.", cause: "\(error)")
    }
  }

  static func value<Value: Decodable>(
    _ type: Value.Type, _ text: String
  ) throws(StorageError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw StorageError(.corrupt, "A stored value cannot be decoded.", cause: "\(error)")
    }
  }
}
