// One broken rule of a request, as every service tells it.

package import CommonMessages
internal import RPC

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

  package var message: FieldViolation {
    FieldViolation(
      path: RPCError.excerpt(of: path), value: RPCError.excerpt(of: value), rule: rule,
      messageZh: RPCError.excerpt(of: zh, bytes: RPCError.maximumSentenceBytes),
      messageEn: RPCError.excerpt(of: en, bytes: RPCError.maximumSentenceBytes))
  }
}
