// The complete input of a report: from the same facts always comes the same document.

/// What is known when a report is written. A service that did not answer left nil.
package struct ReportFacts: Sendable, Hashable {
  package var federationCode: String
  package var year: Int
  /// Nil when the register did not answer.
  package var federation: FederationEntry?
  package var register: RegisterFacts?
  package var statistics: StatisticsFacts?
  /// The template that somebody wrote for this report; nil: the built-in one.
  package var template: ReportTemplate?
  /// Figures of the template, by key.
  package var figures: [String: KnownFigure] = [:]
  package var narratives: [String: StoredNarrative] = [:]
  /// Doubtful values of entries: of the register, exhibitions and talent.
  package var doubtfulEntries: [DoubtfulEntry] = []
  /// What was left out, beside what statistics and the register tell of themselves.
  package var omissions: [String] = []
  package var missing: [MissingAnswer]
  package var generateTime: String

  package init(
    federationCode: String, year: Int, federation: FederationEntry? = nil,
    register: RegisterFacts? = nil, statistics: StatisticsFacts? = nil,
    missing: [MissingAnswer] = [], generateTime: String = ""
  ) {
    self.federationCode = federationCode
    self.year = year
    self.federation = federation
    self.register = register
    self.statistics = statistics
    self.missing = missing
    self.generateTime = generateTime
  }

  /// The place whose figures the report is about. Without the register a federation's code stands
  /// in: it is the code of its place when it was entered.
  package var placeCode: String { federation?.placeCode ?? federationCode }

  /// What the placeholders of a template stand for in this report.
  package var templateContext: TemplateContext {
    let name = federation?.name ?? ""
    return TemplateContext(
      year: year, place: placeCode, federation: name.isEmpty ? "联社\(federationCode)　" : name,
      below: TemplateContext.below(federation?.level))
  }

  package func missing(_ service: ServiceName) -> MissingAnswer? {
    missing.first { $0.service == service }
  }

  /// The name of a place, or its code where nobody knows the name.
  package func placeName(_ code: String) -> String {
    register?.placeNames[code] ?? code
  }
}
