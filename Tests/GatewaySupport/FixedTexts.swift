// Texts of reports that a test gives.

package import GatewayClients
package import GatewayDomain

/// The same texts for every report.
package struct FixedTexts: ReportTextSource {
  private let fixed: ReportTexts

  package init(_ template: String? = nil, narratives: [StoredNarrative] = []) {
    fixed = ReportTexts(
      template: template.map { StoredTemplate(federationCode: "450000", year: 2016, text: $0) },
      narratives: narratives)
  }

  package func texts(of federation: String, year: Int) async throws -> ReportTexts { fixed }
}
