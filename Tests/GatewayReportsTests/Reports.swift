internal import GatewayClients
internal import GatewayDomain
internal import GatewayReports
internal import GatewaySupport
internal import RPC
internal import Testing

/// Documents made from records in memory, by way of the typed clients.
enum Reports {
  static func facts(
    _ code: String = "450000", _ year: String = "2013",
    registry: FakeChannel = Sample.registry.channel(),
    statistics: FakeChannel = Sample.statistics.channel()
  ) async throws -> ReportFacts {
    let reader = ReportReader(
      backends: Backends(registry: registry, statistics: statistics),
      now: { "2026-01-02T03:04:05Z" })
    return try await reader.facts(
      of: code, year: try #require(ReportYear(year)),
      scope: CallScope(deadline: .now + .seconds(30)))
  }

  static func document(
    _ code: String = "450000", _ year: String = "2013",
    registry: FakeChannel = Sample.registry.channel(),
    statistics: FakeChannel = Sample.statistics.channel()
  ) async throws -> ReportDocument {
    ReportComposer(
      try await facts(code, year, registry: registry, statistics: statistics)
    ).document()
  }
}

extension ReportDocument {
  func section(_ id: String) throws -> ReportSection {
    try #require(sections.first { $0.id == id })
  }

  func text(_ id: String) throws -> String {
    try section(id).paragraphs.map(\.plainText).joined(separator: "\n")
  }

  func figure(_ key: String) -> PrintedFigure? { figures.first { $0.key == key } }
}
