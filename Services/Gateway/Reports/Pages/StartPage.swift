// The page at the root: which reports there are, and where the interface is described.

/// What the start page shows.
package struct StartDocument: Sendable {
  package struct Federation: Sendable {
    package let code: String
    package let name: String
    package let level: String
    /// Years with records; nil where they were not asked for.
    package let years: [Int]?

    package init(code: String, name: String, level: String, years: [Int]?) {
      self.code = code
      self.name = name
      self.level = level
      self.years = years
    }
  }

  package let federations: [Federation]
  package let isCut: Bool
  /// What could not be read; nil when all is well.
  package let failure: String?
  /// Path template and summary of every route.
  package let routes: [(template: String, summary: String)]

  package init(
    federations: [Federation], isCut: Bool, failure: String?,
    routes: [(template: String, summary: String)]
  ) {
    self.federations = federations
    self.isCut = isCut
    self.failure = failure
    self.routes = routes
  }
}

/// Writes the start page.
package struct StartPage: Sendable {
  package init() {}

  package func render(_ document: StartDocument) -> String {
    PageLibrary.render("start", Values(document))
  }

  private struct Values: Sendable {
    let pageTitle = "联社统计与名录"
    let failure: String?
    let hasFederations: Bool
    let federations: [Row]
    let isCut: Bool
    let routes: [Route]

    init(_ document: StartDocument) {
      failure = document.failure
      hasFederations = !document.federations.isEmpty || document.failure != nil
      federations = document.federations.map(Row.init)
      isCut = document.isCut
      routes = document.routes.map { Route(template: $0.template, summary: $0.summary) }
    }
  }

  private struct Row: Sendable {
    let name: String
    let level: String
    let years: [Year]
    let focusPath: String?
    let isEmpty: Bool

    init(_ federation: StartDocument.Federation) {
      name = federation.name
      level = federation.level
      years = (federation.years ?? []).map {
        Year(path: ReportPaths.report(of: federation.code, year: $0), label: "\($0)年")
      }
      focusPath = federation.years == nil ? "/?federation=\(federation.code)" : nil
      isEmpty = federation.years?.isEmpty ?? false
    }
  }

  private struct Year: Sendable {
    let path: String
    let label: String
  }

  private struct Route: Sendable {
    let template: String
    let summary: String
  }
}
