// Numbers of a report that come from the register: what a document states, and counts of the
// federations themselves. The keys are those that the report prints.

internal import CommonMessages
internal import RegistryMessages
internal import StatisticsMessages

/// A number of the register, explained.
enum RegisterExplanation {
  /// Keys that begin so belong to the register.
  static let prefix = "registry/"

  static func lines(_ key: String, _ session: Session) async throws -> [String] {
    let parts = key.dropFirst(prefix.count).split(
      separator: "/", omittingEmptySubsequences: false
    ).map(String.init)
    switch (parts.first, parts.count) {
    case ("stated", 2): return try await stated(key, code: parts[1], session)
    case ("federations", 4):
      return try await federations(key, code: parts[1], measure: parts[2], year: parts[3], session)
    default:
      throw Failure(
        .invalid,
        [
          Phrase("“\(key)”不是数字的键", "\"\(key)\" is no key of a figure"),
          Phrase(
            "  名录的数字：registry/stated/代码，registry/federations/联社代码/all|city|county|fiscal/年份",
            "  of the register: registry/stated/CODE, registry/federations/CODE/MEASURE/YEAR"),
        ])
    }
  }

  private static func stated(
    _ key: String, code: String, _ session: Session
  ) async throws -> [String] {
    let client = try session.registry()
    let answer = try await session.calling(.registry) {
      try await client.getStatedFigure(
        GetStatedFigureRequest(code: code), options: try session.options())
    }
    guard let figure = answer.statedFigure else { return [key] }
    let mark = FigureText.mark(.stated)[session.language]
    return [
      key,
      "  \(Phrase.label(figure.label, figure.label, "\(FigureText.quantity(figure.quantity)) [\(mark)]")[session.language])",
      "  \(figure.placeCode)  \(figure.period)",
    ] + FigureText.provenance(figure.provenance).map { "  \($0[session.language])" }
  }

  /// The federations behind a count, each with its source.
  private static func federations(
    _ key: String, code: String, measure: String, year: String, _ session: Session
  ) async throws -> [String] {
    let client = try session.registry()
    let day = "\(year)-12-31"
    var request = ListFederationsRequest(pageSize: 1000, ancestorCode: code, onDate: day)
    switch measure {
    case "national": request.level = .national
    case "province": request.level = .province
    case "city": request.level = .city
    case "county": request.level = .county
    case "fiscal": request.funding = .fiscal
    default: break
    }
    var found: [Federation] = []
    var total: UInt64 = 0
    try await session.calling(.registry) {
      repeat {
        let page = try await client.listFederations(request, options: try session.options())
        found += page.federations
        total = page.totalSize
        request.pageToken = page.nextPageToken
      } while !request.pageToken.isEmpty
    }
    let head = Phrase(
      "名录中 \(day) 的联社：\(total) 个", "federations in the register on \(day): \(total)")
    let lines = found.flatMap { federation in
      ["  \(federation.code)  \(federation.name)"]
        + FigureText.provenance(federation.provenance).map { "    \($0[session.language])" }
    }
    return [key, "  \(head[session.language])"] + lines
  }
}
