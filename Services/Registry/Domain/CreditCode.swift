// The unified social credit code (GB 32100-2015): 18 characters with two check characters, one over
// the embedded organisation code (GB 11714), one over all. Both are checked, and every broken rule
// is named by its own rule, because a typing error is found faster when one knows which half it is in.

/// A valid unified social credit code, in capital letters.
package struct CreditCode: Sendable, Hashable {
  package let text: String

  package static let length = 18

  /// - Parameter input: the code as typed; letters may be small.
  /// - Throws: the broken rule, its path empty.
  package init(_ input: String) throws(RegistryError.Violation) {
    let text = input.uppercased()
    let symbols = Array(text.utf8)
    func broken(_ rule: String, zh: String, en: String) -> RegistryError.Violation {
      RegistryError.Violation(path: "", value: input, rule: "uscc.\(rule)", zh: zh, en: en)
    }
    guard symbols.count == Self.length, text.count == Self.length else {
      throw broken(
        "length", zh: "统一社会信用代码应为18位,现为\(text.count)位",
        en: "a unified social credit code has 18 characters, this one has \(text.count)")
    }
    let values = symbols.map(Self.value)
    if let index = values.firstIndex(of: nil) {
      throw broken(
        "alphabet",
        zh: "第\(index + 1)位不是统一社会信用代码所用字符(不用 I、O、S、V、Z)",
        en: "character \(index + 1) is not of the code's alphabet (no I, O, S, V, Z)")
    }
    guard let first = symbols.first, Self.authorities.contains(first) else {
      throw broken(
        "authority", zh: "第1位不是登记管理部门代码",
        en: "character 1 names no registering authority")
    }
    guard symbols[2..<8].allSatisfy(isDigit) else {
      throw broken(
        "place", zh: "第3至8位应为数字(登记机关行政区划码)",
        en: "characters 3 to 8 are digits, the place of the registering authority")
    }
    guard Self.organisationCheck(symbols[8..<16]) == symbols[16] else {
      throw broken(
        "organisation_check", zh: "第17位(主体标识码校验位)不符",
        en: "character 17 does not check characters 9 to 16")
    }
    guard Self.check(values.prefix(17).compactMap { $0 }) == symbols[17] else {
      throw broken(
        "check_character", zh: "第18位(校验位)不符",
        en: "character 18 does not check the code")
    }
    self.text = text
  }

  /// GB/T 2260 code of the registering authority, characters 3 to 8.
  package var placeDigits: String { String(text.dropFirst(2).prefix(6)) }

  /// GB 32100-2015, table 1: 31 symbols, without I, O, S, V and Z.
  static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

  /// Registering authorities in use: 1 to 9, A, N and Y.
  static let authorities = Array("123456789ANY".utf8)

  private static func value(_ symbol: UInt8) -> Int? { alphabet.firstIndex(of: symbol) }

  /// The last character: weights are powers of 3 modulo 31.
  static func check(_ values: [Int]) -> UInt8 {
    var weight = 1
    var sum = 0
    for value in values {
      sum += value * weight
      weight = weight * 3 % 31
    }
    return alphabet[(31 - sum % 31) % 31]
  }

  /// GB 11714: the check character of an organisation code's eight characters.
  static func organisationCheck(_ symbols: ArraySlice<UInt8>) -> UInt8? {
    let weights = [3, 7, 9, 10, 5, 8, 4, 2]
    var sum = 0
    for (symbol, weight) in zip(symbols, weights) {
      if isDigit(symbol) {
        sum += Int(symbol - UInt8(ascii: "0")) * weight
      } else if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(symbol) {
        sum += (Int(symbol - UInt8(ascii: "A")) + 10) * weight
      } else {
        return nil
      }
    }
    switch 11 - sum % 11 {
    case 10: return UInt8(ascii: "X")
    case 11: return UInt8(ascii: "0")
    case let rest: return UInt8(ascii: "0") + UInt8(rest)
    }
  }
}

/// Whether a byte is an ASCII digit.
func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
