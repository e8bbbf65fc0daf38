// One broken rule of a request, as every service tells it.

package import CommonMessages

/// A broken rule: where, what came, which rule, and what it says in both languages.
package struct Violation: Sendable, Hashable {
  /// Path of the field in the request: `federation.place_code`.
  package var path: String
  package var value: String
  /// Stable machine name: `uscc.check_character`.
  package var rule: String
  package var zh: String
  package var en: String

  package init(path: String, value: String = "", rule: String, zh: String, en: String) {
    self.path = path
    self.value = value
    self.rule = rule
    self.zh = zh
    self.en = en
  }

  /// Characters of a value that an error repeats.
  package static let maximumValueCharacters = 200

  package var message: FieldViolation {
    FieldViolation(
      path: path, value: String(value.prefix(Self.maximumValueCharacters)), rule: rule,
      messageZh: zh, messageEn: en)
  }
}
