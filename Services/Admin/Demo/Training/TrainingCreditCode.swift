// Credit codes of invented firms. The register checks both check characters, so they are computed;
// the place digits (8901…) belong to nobody, so no code is that of a real firm.

/// Makes unified social credit codes (GB 32100-2015) whose check characters are right.
enum TrainingCreditCode {
  /// GB 32100-2015, table 1: 31 symbols, without I, O, S, V and Z.
  private static let symbols = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
  /// GB 11714, weights of the eight characters of an organisation code.
  private static let organisationWeights = [3, 7, 9, 10, 5, 8, 4, 2]

  /// - Parameters:
  ///   - place: the six digits of the registering authority.
  ///   - number: below a million; `TR` and its six digits are the organisation code.
  static func code(place: String, number: Int) -> String {
    let organisation = "TR" + TrainingWords.padded(number, 6)
    // 91: an enterprise, registered by the market regulator.
    let body = "91" + place + organisation + organisationCheck(organisation)
    return body + check(body)
  }

  /// The check character of an organisation code; there letters count from A = 10 without a gap.
  private static func organisationCheck(_ code: String) -> String {
    var sum = 0
    for (symbol, weight) in zip(code.utf8, organisationWeights) {
      sum += (symbol < 0x41 ? Int(symbol) - 0x30 : Int(symbol) - 0x41 + 10) * weight
    }
    switch 11 - sum % 11 {
    case 10: return "X"
    case 11: return "0"
    case let rest: return "\(rest)"
    }
  }

  /// The last character: the weights are powers of 3 modulo 31.
  private static func check(_ body: String) -> String {
    var weight = 1
    var sum = 0
    for symbol in body.utf8 {
      sum += (symbols.firstIndex(of: symbol) ?? 0) * weight
      weight = weight * 3 % 31
    }
    return String(decoding: [symbols[(31 - sum % 31) % 31]], as: UTF8.self)
  }
}
