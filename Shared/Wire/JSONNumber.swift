// Numbers of JSON and their exact meaning for each field type.

/// A number token of RFC 8259.
struct JSONNumber {
  /// The most bytes that a number may have: several times what the longest double needs.
  static let maximumLength = 2048

  let text: UnsafeRawBufferPointer
  private let isNegative: Bool
  /// Where the digits before the point, those after it and the exponent lie in `text`.
  private let whole: Range<Int>
  private let fraction: Range<Int>
  private let exponent: Int

  /// Reads the number with which bytes begin; nil when they begin with none.
  init?(prefixOf bytes: UnsafeRawBufferPointer) {
    var place = 0
    func digits() -> Range<Int> {
      let start = place
      while place < bytes.count, Self.isDigit(bytes[place]) { place += 1 }
      return start..<place
    }
    func take(_ characters: StaticString) -> UInt8? {
      guard place < bytes.count else { return nil }
      for index in 0..<characters.utf8CodeUnitCount
      where characters.utf8Start[index] == bytes[place] {
        place += 1
        return characters.utf8Start[index]
      }
      return nil
    }
    isNegative = take("-") != nil
    whole = digits()
    guard let first = whole.first else { return nil }
    // No zeros in front.
    guard bytes[first] != UInt8(ascii: "0") || whole.count == 1 else { return nil }
    if take(".") != nil {
      fraction = digits()
      guard !fraction.isEmpty else { return nil }
    } else {
      fraction = place..<place
    }
    if take("eE") != nil {
      let isBelow = take("+-") == UInt8(ascii: "-")
      let range = digits()
      guard !range.isEmpty else { return nil }
      var magnitude = 0
      // Beyond this every exponent means the same: zero, infinite or no integer.
      for index in range where magnitude < 1_000_000 {
        magnitude = magnitude * 10 + Int(bytes[index] & 0xF)
      }
      exponent = isBelow ? -magnitude : magnitude
    } else {
      exponent = 0
    }
    text = UnsafeRawBufferPointer(rebasing: bytes[..<place])
  }

  /// Reads bytes that are a number and nothing else.
  init?(_ bytes: UnsafeRawBufferPointer) {
    self.init(prefixOf: bytes)
    guard text.count == bytes.count else { return nil }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
  }

  /// The number as an integer: `1.0` and `1e3` are integers, `1.5` is none. Nil also when the type
  /// cannot hold it.
  func integer<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
    guard text.count <= Self.maximumLength else { return nil }
    let digitCount = whole.count + fraction.count
    func digit(_ index: Int) -> Value {
      guard index < digitCount else { return 0 }
      let place =
        index < whole.count
        ? whole.lowerBound + index : fraction.lowerBound + index - whole.count
      return Value(text[place] & 0xF)
    }
    // Digits before this place count, those after it must be zero.
    let point = whole.count + exponent
    for index in max(0, min(point, digitCount))..<digitCount where digit(index) != 0 { return nil }
    var value: Value = 0
    for index in 0..<max(0, point) {
      if index >= digitCount, value == 0 { return 0 }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) =
        isNegative
        ? shifted.subtractingReportingOverflow(digit(index))
        : shifted.addingReportingOverflow(digit(index))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The nearest value of a floating-point type; nil when that would be infinite.
  func floatingPoint<Value: BinaryFloatingPoint & LosslessStringConvertible>(
    as type: Value.Type = Value.self
  ) -> Value? {
    guard text.count <= Self.maximumLength else { return nil }
    guard let value = Value(String(decoding: text, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }
}
