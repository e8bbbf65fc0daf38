internal import CommonMessages
internal import RPC
internal import Testing

@testable internal import Admin

@Suite struct KindCatalogueTests {
  private let catalogue = KindCatalogue(kinds: [
    QualifiedKind(service: .registry, kind: ImportKind(name: "places", title: "行政区划")),
    QualifiedKind(service: .registry, kind: ImportKind(name: "stated_figures", title: "原文数字")),
    QualifiedKind(service: .statistics, kind: ImportKind(name: "reports", title: "报表数据")),
    QualifiedKind(service: .statistics, kind: ImportKind(name: "stated_figures", title: "原文数字")),
  ])

  @Test(arguments: [
    ("places.csv", "registry/places"), ("01-places.csv", "registry/places"),
    ("places-2013.csv", "registry/places"), ("places 2013.csv", "registry/places"),
    ("reports.2013.csv", "statistics/reports"), ("05_reports.csv", "statistics/reports"),
    ("报表数据2013.csv", "statistics/reports"), ("行政区划.csv", "registry/places"),
    ("registry-stated_figures.csv", "registry/stated_figures"),
    ("06-statistics-stated_figures-2006.csv", "statistics/stated_figures"),
    ("reports", "statistics/reports"),
  ])
  func aFileNameTellsItsKind(name: String, kind: String) throws {
    #expect(try catalogue.kind(ofFileNamed: name).qualifiedName == kind)
  }

  @Test(arguments: ["data.csv", "reportsold.csv", "places_old.csv", ".csv", "", "2013.csv"])
  func aNameThatTellsNothingAsksForTheKind(name: String) async throws {
    let failure = try await failure { _ = try catalogue.kind(ofFileNamed: name) }
    #expect(failure?.exitCode == .invalid)
    #expect(failure?.english.contains("--kind") == true)
    #expect(failure?.english.contains("statistics/reports") == true)
  }

  @Test func aKindOfTwoServicesMustBeQualified() async throws {
    let failures = [
      try await failure { _ = try catalogue.kind(ofFileNamed: "stated_figures.csv") },
      try await failure { _ = try catalogue.kind(named: "stated_figures") },
      try await failure { _ = try catalogue.kind(named: "原文数字") },
    ]
    for failure in failures {
      #expect(failure?.english.contains("--kind registry/stated_figures") == true)
      #expect(failure?.english.contains("--kind statistics/stated_figures") == true)
    }
  }

  @Test(arguments: [
    ("reports", "statistics/reports"), ("statistics/reports", "statistics/reports"),
    ("报表数据", "statistics/reports"), ("registry/stated_figures", "registry/stated_figures"),
  ])
  func aKindIsNamedInAnyOfThreeWays(name: String, kind: String) throws {
    #expect(try catalogue.kind(named: name).qualifiedName == kind)
  }

  /// The file may be right; who could say so is away.
  @Test func aServiceThatIsAwayIsTheFailureNotTheFile() async throws {
    var catalogue = KindCatalogue(kinds: catalogue.kinds.filter { $0.service == .registry })
    let target = Target(service: .statistics, address: "http://127.0.0.1:7402")
    catalogue.gaps = [
      KindCatalogue.Gap(
        service: .statistics,
        failure: Failure(RPCError(.unavailable, "127.0.0.1:7402 cannot be reached"), target: target)
      )
    ]
    let failures = [
      try await failure { _ = try catalogue.kind(named: "reports") },
      try await failure { _ = try catalogue.kind(ofFileNamed: "05-reports-2013.csv") },
    ]
    for failure in failures {
      #expect(failure?.exitCode == .failure)
      #expect(failure?.chinese.contains("统计服务没有答复") == true)
      #expect(failure?.chinese.contains("unavailable") == true)
      #expect(failure?.english.contains("is lianshe-statistics running") == true)
    }
    #expect(try catalogue.kind(named: "places").qualifiedName == "registry/places")
  }
}
