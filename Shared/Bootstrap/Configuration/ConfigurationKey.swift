// A key of the configuration: its name, what it means, what it accepts, what it is when unset. Help,
// checking and reading all come from this one declaration.

/// How much of a value may be shown.
package enum Secrecy: Sendable {
  case open
  /// Never shown.
  case secret
  /// A URL whose password is hidden.
  case url
}

/// What help and checking need of a key, without its type.
package struct KeyDeclaration: Sendable {
  /// `LIANSHE_DATABASE_URL`; the flag is `--database-url`.
  package let name: String
  package let summary: BilingualText
  /// What a value must be.
  package let rule: BilingualText
  package let defaultText: String?
  package let isRequired: Bool
  package let secrecy: Secrecy
  let accepts: @Sendable (String) -> Bool

  /// `--database-url`.
  package var flag: String {
    let stem = name.hasPrefix(Self.prefix) ? name.dropFirst(Self.prefix.count) : name[...]
    return "--" + stem.lowercased().replacing("_", with: "-")
  }

  static let prefix = "LIANSHE_"
  /// `NAME_FILE` holds the path of a file that holds the value, for keys that may be secret.
  static let fileSuffix = "_FILE"

  var mayComeFromFile: Bool {
    if case .open = secrecy { return false }
    return true
  }
}

/// A declaration that knows the type of its values.
package struct ConfigurationKey<Value: Sendable>: Sendable {
  package let declaration: KeyDeclaration
  let parse: @Sendable (String) -> Value?
  /// The value of an unset key without default; nil makes the key required.
  let absent: Value?

  /// - Parameters:
  ///   - default: a text that `parse` takes; shown by help.
  ///   - rule: what a value must be, to end the sentence "this value must be …".
  ///   - parse: nil for a value that breaks the rule.
  package init(
    _ name: String,
    default defaultText: String? = nil,
    secrecy: Secrecy = .open,
    summary: BilingualText,
    rule: BilingualText,
    parse: @escaping @Sendable (String) -> Value?
  ) {
    self.init(
      name, defaultText, nil, secrecy, summary, rule, parse)
  }

  private init(
    _ name: String, _ defaultText: String?, _ absent: Value?, _ secrecy: Secrecy,
    _ summary: BilingualText, _ rule: BilingualText, _ parse: @escaping @Sendable (String) -> Value?
  ) {
    declaration = KeyDeclaration(
      name: name, summary: summary, rule: rule, defaultText: defaultText,
      isRequired: defaultText == nil && absent == nil, secrecy: secrecy,
      accepts: { parse($0) != nil })
    self.parse = parse
    self.absent = absent
  }

  /// The same key, nil when unset.
  package func optional() -> ConfigurationKey<Value?> {
    let parse = parse
    return ConfigurationKey<Value?>(
      declaration.name, declaration.defaultText, .some(nil), declaration.secrecy,
      declaration.summary, declaration.rule, { text in parse(text).map { .some($0) } })
  }
}
