// Where the texts of a report come from: the gateway's own storage.

package import GatewayDomain

/// The texts that one report is written from.
package struct ReportTexts: Sendable, Hashable {
  /// Nil where nobody wrote a template: then the built-in one is read.
  package var template: StoredTemplate?
  package var narratives: [StoredNarrative]

  package init(template: StoredTemplate? = nil, narratives: [StoredNarrative] = []) {
    self.template = template
    self.narratives = narratives
  }
}

/// Gives the texts of a report.
package protocol ReportTextSource: Sendable {
  func texts(of federation: String, year: Int) async throws -> ReportTexts
}

/// A gateway that keeps no texts: every report is the built-in one.
package struct NoReportTexts: ReportTextSource {
  package init() {}

  package func texts(of federation: String, year: Int) async throws -> ReportTexts {
    ReportTexts()
  }
}
