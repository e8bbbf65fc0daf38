// An error as a page, for readers who asked for one.

/// Writes a problem as HTML.
package struct ProblemPage: Sendable {
  package init() {}

  package func render(
    status: Int, title: String, detail: String, violations: [(path: String, message: String)],
    available: [String] = [], traceID: String
  ) -> String {
    PageLibrary.render(
      "problem",
      Values(
        pageTitle: "\(status) \(title)", status: status, heading: title, detail: detail,
        hasViolations: !violations.isEmpty,
        violations: violations.map { Violation(path: $0.path, message: $0.message) },
        existing: available.joined(separator: "、").nonEmpty,
        trace: traceID.nonEmpty))
  }

  private struct Values: Sendable {
    let pageTitle: String
    let status: Int
    let heading: String
    let detail: String
    let hasViolations: Bool
    let violations: [Violation]
    let existing: String?
    let trace: String?
  }

  private struct Violation: Sendable {
    let path: String
    let message: String
  }
}
