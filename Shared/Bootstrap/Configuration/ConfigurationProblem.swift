// What is wrong with a configuration, one line each.

/// One mistake. Printed as one line that names the key, the value, where it came from and the rule.
package struct ConfigurationProblem: Error, Sendable, Hashable {
  package let key: String
  /// What was given, already without secrets; nil when nothing was.
  package let shownValue: String?
  package let origin: Origin?
  package let rule: BilingualText

  init(key: String, shownValue: String? = nil, origin: Origin? = nil, rule: BilingualText) {
    self.key = key
    self.shownValue = shownValue
    self.origin = origin
    self.rule = rule
  }
}

extension ConfigurationProblem: CustomStringConvertible {
  package var description: String {
    var line = key
    if let shownValue { line += " = \"\(Self.oneLine(shownValue))\"" }
    if let origin { line += " (\(origin))" }
    return "\(line): \(rule)"
  }

  /// A value from outside must not break the line or the terminal.
  private static func oneLine(_ text: String) -> String {
    let printable = text.unicodeScalars.map { scalar in
      scalar.value < 0x20 || scalar.value == 0x7F ? "?" : Character(scalar)
    }
    return String(printable.prefix(200))
  }
}

/// All mistakes of a configuration, so that an operator mends them in one go.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  package let problems: [ConfigurationProblem]

  package var description: String {
    problems.map(\.description).joined(separator: "\n")
  }
}

/// Where a value came from.
package enum Origin: Sendable, Hashable, CustomStringConvertible {
  case flag
  case environment
  case file(path: String, line: Int)
  case standard
  /// Nothing was given, and nothing is the value.
  case unset
  /// A file that holds this one value, named by `NAME_FILE` in another place.
  indirect case secretFile(path: String, namedBy: Origin)

  package var description: String {
    switch self {
    case .flag: "命令行 command line"
    case .environment: "环境变量 environment"
    case .file(let path, let line): "\(path):\(line)"
    case .standard: "默认 default"
    case .unset: "未设置 unset"
    case .secretFile(let path, let origin): "\(path) ← \(origin)"
    }
  }
}
