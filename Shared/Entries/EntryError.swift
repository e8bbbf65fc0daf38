// Why a request about entries was refused: every broken rule at once, in both languages.

/// One broken rule.
package struct EntryViolation: Error, Sendable, Hashable {
  /// Name of the field, or `provenance.document`.
  package var field: String
  package var value: String
  /// Stable machine name: `quantity.unit_missing`.
  package var rule: String
  package var zh: String
  package var en: String

  package init(_ field: String, _ value: String, _ rule: String, zh: String, en: String) {
    self.field = field
    self.value = value
    self.rule = rule
    self.zh = zh
    self.en = en
  }
}

package struct EntryError: Error, Sendable, Hashable {
  package enum Code: String, Sendable, CaseIterable {
    case invalid, notFound, alreadyExists, stale, failedPrecondition, permissionDenied
  }

  package var code: Code
  /// Kind of the entry, or `quarantine_item`.
  package var type: String
  package var name: String
  package var zh: String
  package var en: String
  package var violations: [EntryViolation]
  package var available: [String]

  package init(
    _ code: Code, type: String, name: String, zh: String, en: String,
    violations: [EntryViolation] = [], available: [String] = []
  ) {
    self.code = code
    self.type = type
    self.name = name
    self.zh = zh
    self.en = en
    self.violations = violations
    self.available = available
  }

  package static func invalid(_ kind: EntryKind, _ violations: [EntryViolation]) -> EntryError {
    EntryError(
      .invalid, type: kind.name, name: "", zh: "输入有\(violations.count)处不符合规则",
      en: "\(violations.count) rule(s) are broken", violations: violations)
  }

  package static func invalid(
    _ field: String, _ value: String, _ rule: String, zh: String, en: String
  ) -> EntryError {
    EntryError(
      .invalid, type: "entry", name: "", zh: zh, en: en,
      violations: [EntryViolation(field, value, rule, zh: zh, en: en)])
  }

  package static func stale(_ type: String, _ name: String) -> EntryError {
    EntryError(
      .stale, type: type, name: name, zh: "记录已被他人修改，请重新读取后再改",
      en: "the record was changed by someone else; read it again before changing it")
  }

  package static func notFound(_ type: String, _ name: String) -> EntryError {
    EntryError(.notFound, type: type, name: name, zh: "没有“\(name)”", en: "there is no \(name)")
  }
}
