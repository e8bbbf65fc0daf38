// The one error of this service's rules. The API room maps it to the wire in one place.

/// A rule that a field of the input breaks.
package struct RuleViolation: Sendable, Hashable {
  /// Path of the field: "report.observations[2].quantity".
  package var path: String
  /// The value as it came.
  package var value: String
  /// Machine name of the rule: "quantity.unit".
  package var rule: String
  package var chinese: String
  package var english: String

  package init(path: String, value: String, rule: String, chinese: String, english: String) {
    self.path = path
    self.value = value
    self.rule = rule
    self.chinese = chinese
    self.english = english
  }

  /// The same violation seen from a level above: "quantity" under "observations[2]".
  package func under(_ prefix: String) -> RuleViolation {
    var violation = self
    violation.path = path.isEmpty ? prefix : "\(prefix).\(path)"
    return violation
  }
}

/// What a refusal speaks of.
package struct ResourceReference: Sendable, Hashable {
  /// "report", "indicator", "place".
  package var type: String
  package var name: String
  /// What exists instead, when that list is short.
  package var available: [String]

  package init(type: String, name: String, available: [String] = []) {
    self.type = type
    self.name = name
    self.available = available
  }
}

package struct StatisticsError: Error, Sendable, Hashable {
  package enum Code: String, Sendable, CaseIterable {
    /// The input breaks rules; `violations` lists all of them.
    case invalid
    /// Something that the input names does not exist; `resource` tells what does.
    case notFound
    /// A report of this scope exists already; `resource` names it.
    case alreadyExists
    /// The state of a record does not allow it.
    case failedPrecondition
    /// The ETag is not the current one.
    case stale
    /// A sum left the range of 64 bits.
    case overflow
  }

  package var code: Code
  package var chinese: String
  package var english: String
  package var violations: [RuleViolation]
  package var resource: ResourceReference?

  package init(
    _ code: Code, chinese: String, english: String, violations: [RuleViolation] = [],
    resource: ResourceReference? = nil
  ) {
    self.code = code
    self.chinese = chinese
    self.english = english
    self.violations = violations
    self.resource = resource
  }

  package static func invalid(_ violations: [RuleViolation]) -> StatisticsError {
    let first = violations.first
    return StatisticsError(
      .invalid, chinese: first?.chinese ?? "输入不合规则",
      english: first?.english ?? "The input breaks rules.", violations: violations)
  }

  /// The longest list of alternatives that an error names.
  package static let maximumAvailable = 20

  package static func notFound(
    _ type: String, _ name: String, chinese: String, english: String, available: [String] = []
  ) -> StatisticsError {
    StatisticsError(
      .notFound, chinese: chinese, english: english,
      resource: ResourceReference(
        type: type, name: name, available: Array(available.prefix(maximumAvailable))))
  }
}

extension StatisticsError: CustomStringConvertible {
  package var description: String { "\(english) (\(chinese))" }
}
