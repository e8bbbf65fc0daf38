// The one error of the register. It carries every broken rule at once, so that a clerk corrects a
// form or a file in one go, and words in both languages.

/// Why a request to the register was refused.
package struct RegistryError: Error, Sendable, Equatable {
  package enum Code: String, Sendable, CaseIterable {
    /// At least one rule is broken; `violations` names them all.
    case invalid
    /// The named record does not exist; `resource.available` says what does, when that is short.
    case notFound
    /// Another record holds the key that this one wants.
    case alreadyExists
    /// The etag is not the one of the current revision.
    case stale
    /// The record is in a state in which this may not be done.
    case failedPrecondition
  }

  /// One broken rule.
  package struct Violation: Error, Hashable {
    /// Path of the field in its message: `place.parent_code`.
    package var path: String
    /// The value as it came.
    package var value: String
    /// Stable machine name of the rule: `uscc.check_character`.
    package var rule: String
    package var zh: String
    package var en: String

    package init(path: String, value: String, rule: String, zh: String, en: String) {
      self.path = path
      self.value = value
      self.rule = rule
      self.zh = zh
      self.en = en
    }

    /// The same rule, told of a field inside another message.
    package func inside(_ prefix: String) -> Violation {
      if prefix.isEmpty { return self }
      var violation = self
      violation.path = path.isEmpty ? prefix : "\(prefix).\(path)"
      return violation
    }
  }

  /// The record that is missing or in the way.
  package struct Resource: Sendable, Equatable {
    /// `place`, `federation`, `enterprise`, `membership`, `stated_figure`.
    package var type: String
    package var name: String
    package var description: String
    package var available: [String]

    package init(
      type: String, name: String, description: String = "", available: [String] = []
    ) {
      self.type = type
      self.name = name
      self.description = description
      self.available = available
    }
  }

  package var code: Code
  package var zh: String
  package var en: String
  package var violations: [Violation]
  package var resource: Resource?

  package init(
    _ code: Code, zh: String, en: String, violations: [Violation] = [],
    resource: Resource? = nil
  ) {
    self.code = code
    self.zh = zh
    self.en = en
    self.violations = violations
    self.resource = resource
  }
}

extension RegistryError {
  package static func invalid(_ violations: [Violation]) -> RegistryError {
    RegistryError(
      .invalid, zh: "输入有 \(violations.count) 处不符合规则",
      en: "\(violations.count) rule(s) are broken", violations: violations)
  }

  package static func notFound(
    _ type: String, _ name: String, zh: String, en: String, available: [String] = []
  ) -> RegistryError {
    RegistryError(
      .notFound, zh: zh, en: en,
      resource: Resource(type: type, name: name, description: zh, available: available))
  }

  package static func alreadyExists(
    _ type: String, _ name: String, zh: String, en: String
  ) -> RegistryError {
    RegistryError(
      .alreadyExists, zh: zh, en: en,
      resource: Resource(type: type, name: name, description: zh))
  }

  package static func stale(_ type: String, _ name: String) -> RegistryError {
    RegistryError(
      .stale, zh: "记录已被他人修改,请重新读取后再改",
      en: "the record was changed by someone else; read it again before changing it",
      resource: Resource(type: type, name: name, description: "etag"))
  }
}

extension RegistryError: CustomStringConvertible {
  package var description: String {
    let rules = violations.map { "\($0.path): \($0.en) [\($0.rule)]" }.joined(separator: "; ")
    return rules.isEmpty ? "\(code.rawValue): \(en)" : "\(code.rawValue): \(en): \(rules)"
  }
}

/// Collects broken rules while a record is checked; nothing stops at the first.
package struct Findings: Sendable {
  package private(set) var violations: [RegistryError.Violation] = []

  package init() {}

  package var isEmpty: Bool { violations.isEmpty }

  package mutating func add(
    _ path: String, _ value: String, _ rule: String, zh: String, en: String
  ) {
    violations.append(
      RegistryError.Violation(path: path, value: value, rule: rule, zh: zh, en: en))
  }

  package mutating func add(_ violation: RegistryError.Violation) {
    violations.append(violation)
  }

  package mutating func add(_ others: [RegistryError.Violation], inside prefix: String) {
    violations += others.map { $0.inside(prefix) }
  }

  /// Throws all that was found, or nothing.
  package func check() throws(RegistryError) {
    if !violations.isEmpty { throw .invalid(violations) }
  }
}
