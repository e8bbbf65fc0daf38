// Why a figure is what it is: its formula, its inputs, and the records behind it, page by page.

internal import Access
package import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
internal import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  package func explainFigure(
    _ request: ExplainFigureRequest, context: CallContext
  ) async throws -> ExplainFigureResponse {
    try await answering {
      let key = try FigureKey(parsing: request.key)
      var violations: [Violation] = []
      let time = Self.time(request.asOf, &violations)
      try refuse(violations)
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await database.pageTokens(query: [
        context.method.path, request.key, request.asOf,
      ])
      let start = try tokens.start(page).flatMap(RecordPosition.init)
      let (principal, today) = (context.principal, today)
      return try await reading(context) { transaction, reference in
        if !reference.isRegisterComplete { throw RPCError.registerMissing }
        let visible = try StatisticsScope.visibleUnitPlaces(
          principal, today, reference, transaction)
        let reader = FigureReader(transaction, reference: reference, time: time)
        var engine = FigureEngine(reader)
        let figure = try engine.figure(key)
        let records = RecordPages(figure, visible: visible, reader: reader)
        var explanation = try Self.explanation(figure, &engine, reference)
        let found = try records.page(after: start, limit: page.size + 1)
        let answer = tokens.page(found, size: page.size) { $0.position.values }
        explanation.records = answer.items.map(\.message)
        explanation.nextPageToken = answer.nextToken
        explanation.totalSize = UInt64(clamping: records.total)
        explanation.withheldCount = UInt64(clamping: records.withheld)
        return ExplainFigureResponse(explanation: explanation)
      }
    }
  }

  private static func explanation(
    _ figure: Figure, _ engine: inout FigureEngine<FigureReader<ReadTransaction>>,
    _ reference: Reference
  ) throws -> FigureExplanation {
    let generation = reference.versions.generation
    return FigureExplanation(
      figure: figure.message(generation: generation), formulaZh: figure.formula.chinese,
      formulaEn: figure.formula.english,
      inputs: try figure.inputs.map {
        try engine.figure($0).message(generation: generation)
      })
  }
}

/// Where a page of records ended: after a record of a contribution. The list goes on from there
/// whatever was recorded or withdrawn meanwhile, so no record comes twice or is left out.
private struct RecordPosition {
  /// What the contribution is about: a figure's key, or a target's id or a stated figure's code.
  let group: String
  let placeCode: String
  let coverage: String
  /// The number of the report.
  let number: Int64

  init(_ contribution: Contribution, number: Int64 = 0) {
    self.number = number
    switch contribution {
    case .observations(let subject, let contributor):
      group = FigureKey.total(subject).description
      placeCode = contributor.placeCode
      coverage = contributor.coverage.rawValue
    case .statedFigure(let code): (group, placeCode, coverage) = ("stated/" + code, "", "")
    case .target(let id): (group, placeCode, coverage) = ("target " + id, "", "")
    }
  }

  init?(_ values: [SQLValue]) {
    guard values.count == 4, case .text(let group) = values[0], case .text(let place) = values[1],
      case .text(let coverage) = values[2], case .integer(let number) = values[3]
    else { return nil }
    (self.group, placeCode, self.coverage, self.number) = (group, place, coverage, number)
  }

  var values: [SQLValue] { [.text(group), .text(placeCode), .text(coverage), .integer(number)] }

  /// The order of contributions of one group.
  func isBefore(_ other: RecordPosition) -> Bool {
    (placeCode, coverage) < (other.placeCode, other.coverage)
  }
}

/// The records behind a figure that a caller may see, in a fixed order.
private struct RecordPages {
  private let contributions: [Contribution]
  private let reader: FigureReader<ReadTransaction>
  let total: Int64
  let withheld: Int64

  /// - Parameter visible: places whose single units may be seen; nil: all.
  init(_ figure: Figure, visible: Set<String>?, reader: FigureReader<ReadTransaction>) {
    self.reader = reader
    contributions = figure.contributions.filter { contribution in
      guard let visible, case .observations(_, let contributor) = contribution,
        contributor.coverage == .unit
      else { return true }
      return visible.contains(contributor.placeCode)
    }
    total = contributions.reduce(0) { $0 + $1.count }
    withheld = figure.recordCount - total
  }

  typealias Entry = (position: RecordPosition, message: FigureRecordMessage)

  func page(after start: RecordPosition?, limit: Int) throws -> [Entry] {
    var found: [Entry] = []
    for (contribution, number) in try rest(after: start) {
      let left = limit - found.count
      guard left > 0 else { break }
      found += try records(of: contribution, after: number, limit: left)
    }
    return found
  }

  /// The contributions that are not listed to their end, with the last report that is.
  ///
  /// - Throws: `aborted` where the figure is made of other things than it was.
  private func rest(
    after start: RecordPosition?
  ) throws -> [(contribution: Contribution, number: Int64)] {
    guard let start else { return contributions.map { ($0, 0) } }
    let places = contributions.map { RecordPosition($0) }
    guard let first = places.firstIndex(where: { $0.group == start.group }) else {
      throw RPCError(
        .aborted,
        "the figure is made of other records now; start again from the first page (数字的构成已变，请从首页重读)"
      )
    }
    return zip(contributions, places).dropFirst(first).compactMap { contribution, place in
      guard place.group == start.group else { return (contribution, 0) }
      if place.isBefore(start) { return nil }
      if start.isBefore(place) { return (contribution, 0) }
      return (contribution, start.number)
    }
  }

  private func records(
    of contribution: Contribution, after number: Int64, limit: Int
  ) throws -> [Entry] {
    switch contribution {
    case .observations(let subject, let contributor):
      return try RecordListing.observations(
        subject, contributor, after: number, limit: Int64(limit), at: reader.time,
        reader.reference.catalogue, reader.transaction
      ).map { (RecordPosition(contribution, number: $0.number), $0.message) }
    case .statedFigure(let code):
      guard number == 0 else { return [] }
      let row = try StatedFigures.known(code, at: reader.time, reader.transaction)
      return row.map { [(Self.single(contribution), $0.message.recordMessage)] } ?? []
    case .target(let id):
      guard number == 0 else { return [] }
      let target = try TargetTable.known(id, at: reader.time, reader.transaction)
      return target.map { [(Self.single(contribution), $0.recordMessage)] } ?? []
    }
  }

  /// The position of a contribution that is one record.
  private static func single(_ contribution: Contribution) -> RecordPosition {
    RecordPosition(contribution, number: 1)
  }
}
