// How a written report tells where its numbers come from.

/// What stands behind the numbers of a written report.
package enum FigureSources: Sendable, Hashable {
  /// Links to the explanations at an HTTP face, such as "http://127.0.0.1:8080"; with an empty base
  /// they are relative to the site.
  case explanations(base: String)
  /// The figures' keys: for readers who have no address to follow.
  case keys

  /// Links to the site that serves the text.
  package static let site = FigureSources.explanations(base: "")
}
