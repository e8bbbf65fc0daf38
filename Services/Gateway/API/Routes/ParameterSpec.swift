// Parameters are described once; the same description checks a request and documents the route.

internal import GatewayDomain
internal import Measures
package import Wire

/// A parameter of a route.
package struct ParameterSpec: Sendable {
  package enum Place: String, Sendable, Hashable {
    case path
    case query
  }

  package enum Kind: Sendable {
    case text
    /// Six digits.
    case placeCode
    /// Four digits.
    case year
    /// YYYY-MM-DD.
    case date
    case unsigned(maximum: UInt64)
    case boolean
    case choice(ChoiceList)
  }

  package let name: String
  package let place: Place
  package let kind: Kind
  package let isRequired: Bool
  package let isRepeated: Bool
  package let summary: String

  package static func path(_ name: String, _ kind: Kind, _ summary: String) -> ParameterSpec {
    ParameterSpec(
      name: name, place: .path, kind: kind, isRequired: true, isRepeated: false, summary: summary)
  }

  package static func query(
    _ name: String, _ kind: Kind, required: Bool = false, _ summary: String
  ) -> ParameterSpec {
    ParameterSpec(
      name: name, place: .query, kind: kind, isRequired: required, isRepeated: false,
      summary: summary)
  }

  /// Any text.
  package static func query(
    _ name: String, required: Bool = false, repeated: Bool = false, _ summary: String
  ) -> ParameterSpec {
    ParameterSpec(
      name: name, place: .query, kind: .text, isRequired: required, isRepeated: repeated,
      summary: summary)
  }

  /// The two parameters of every list.
  static let paging: [ParameterSpec] = [
    .query("page_size", .unsigned(maximum: 1000), "每页条数，至多1000；0或不填为50"),
    .query("page_token", "上一页答复里的 nextPageToken"),
  ]

  /// Both clocks of time-valid records.
  static let clocks: [ParameterSpec] = [
    .query("on_date", .date, "有效时间：这一天的名册；不填为今天"),
    .query("as_of", "记录时间（RFC 3339）：当时所知的名册；不填为现在"),
  ]

  static let recordedClock = ParameterSpec.query(
    "as_of", "记录时间（RFC 3339）：当时所知的数字；不填为现在")
}

/// The values of an enum as a query names them: "city", or in full "FEDERATION_LEVEL_CITY".
package struct ChoiceList: Sendable {
  /// Short names in the order of the proto file, without the unspecified value.
  package let names: [String]
  private let numbers: [String: Int32]

  /// - Parameter cases: the known cases of a generated enum; the first is the unspecified one.
  package init<Value: WireEnum>(_ cases: [Value]) {
    let unspecified = cases.first { $0.rawValue == 0 }.flatMap(\.protoName) ?? ""
    let prefix = unspecified.hasSuffix("UNSPECIFIED") ? unspecified.dropLast(11) : ""
    var names: [String] = []
    var numbers: [String: Int32] = [:]
    for value in cases where value.rawValue != 0 {
      guard let full = value.protoName else { continue }
      let short = full.dropFirst(prefix.count).lowercased()
      names.append(short)
      numbers[short] = value.rawValue
      numbers[full.lowercased()] = value.rawValue
    }
    self.names = names
    self.numbers = numbers
  }

  /// Names that mean themselves.
  package init(names: [String]) {
    self.names = names
    numbers = Dictionary(
      names.enumerated().map { ($1, Int32(clamping: $0)) }, uniquingKeysWith: { first, _ in first })
  }

  package func number(_ name: String) -> Int32? { numbers[name.lowercased()] }
}

extension ParameterSpec {
  /// The rule that a value breaks, or nil.
  func violation(of value: String) -> Problem.Violation? {
    switch kind {
    case .text:
      return value.utf8.contains(0)
        ? broken(value, "text", ("应为不含字符 U+0000 的文字", "must be text without the character U+0000"))
        : nil
    case .placeCode:
      return PlaceCode.isValid(value)
        ? nil : broken(value, "code", ("应为6位数字的代码", "must be a code of six digits"))
    case .year:
      return ReportYear(value) != nil
        ? nil : broken(value, "year", ("应为4位数字的年份", "must be a year of four digits"))
    case .date:
      return (try? CalendarDate(parsing: value)) != nil
        ? nil : broken(value, "date", ("应为存在的日期 YYYY-MM-DD", "must be a day YYYY-MM-DD"))
    case .unsigned(let maximum):
      if let number = UInt64(value), number <= maximum, value.first != "+" { return nil }
      return broken(
        value, "number",
        ("应为0至\(maximum)的整数", "must be a whole number from 0 to \(maximum)"))
    case .boolean:
      return ["true", "false"].contains(value)
        ? nil : broken(value, "boolean", ("应为 true 或 false", "must be true or false"))
    case .choice(let list):
      guard list.number(value) == nil else { return nil }
      let names = list.names.joined(separator: ", ")
      return broken(value, "choice", ("应为其中之一：\(names)", "must be one of \(names)"))
    }
  }

  private func broken(
    _ value: String, _ rule: String, _ words: (chinese: String, english: String)
  ) -> Problem.Violation {
    Problem.Violation(
      path: name, value: String(value.prefix(200)), rule: "parameter.\(rule)",
      chinese: words.chinese, english: "\(words.english); \"\(value.prefix(200))\" is not.")
  }

  func missing() -> Problem.Violation {
    Problem.Violation(
      path: name, value: "", rule: "parameter.required", chinese: "缺少参数 \(name)：\(summary)",
      english: "the parameter \(name) is required.")
  }

  func repeatedTwice(_ value: String) -> Problem.Violation {
    broken(value, "repeated", ("参数只能出现一次", "may be given once"))
  }
}
