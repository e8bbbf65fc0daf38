// Why a figure is what it is: its formula, its inputs, and the records behind it, page by page.

internal import Access
internal import CommonMessages
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
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
      var offset: Int64 = 0
      if case .integer(let start)? = try tokens.start(page)?.first { offset = start }
      let (principal, today) = (context.principal, today)
      return try await reading(context) { [offset] transaction, reference in
        if !reference.isRegisterComplete { throw RPCError.registerMissing }
        let visible = try StatisticsScope.visibleUnitPlaces(
          principal, today, reference, transaction)
        let reader = FigureReader(transaction, reference: reference, time: time)
        var engine = FigureEngine(reader)
        let figure = try engine.figure(key)
        let records = RecordPages(figure, visible: visible, reader: reader)
        var response = try Self.explanation(figure, &engine, reference)
        response.records = try records.page(offset: offset, limit: Int64(page.size))
        let next = offset + Int64(response.records.count)
        if next < records.total { response.nextPageToken = tokens.token(after: [.integer(next)]) }
        response.totalSize = UInt64(clamping: records.total)
        response.withheldCount = UInt64(clamping: records.withheld)
        return response
      }
    }
  }

  private static func explanation(
    _ figure: Figure, _ engine: inout FigureEngine<FigureReader<ReadTransaction>>,
    _ reference: Reference
  ) throws -> ExplainFigureResponse {
    let generation = reference.versions.generation
    return ExplainFigureResponse(
      figure: figure.message(generation: generation), formulaZh: figure.formula.chinese,
      formulaEn: figure.formula.english,
      inputs: try figure.inputs.map {
        try engine.figure($0).message(generation: generation)
      })
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

  func page(offset: Int64, limit: Int64) throws -> [FigureRecordMessage] {
    var skip = offset
    var found: [FigureRecordMessage] = []
    for contribution in contributions {
      let left = limit - Int64(found.count)
      guard left > 0 else { break }
      guard skip < contribution.count else {
        skip -= contribution.count
        continue
      }
      found += try records(of: contribution, offset: skip, limit: left)
      skip = 0
    }
    return found
  }

  private func records(
    of contribution: Contribution, offset: Int64, limit: Int64
  ) throws -> [FigureRecordMessage] {
    switch contribution {
    case .observations(let subject, let contributor):
      return try RecordListing.observations(
        subject, contributor, offset: offset, limit: limit, at: reader.time,
        reader.reference.catalogue, reader.transaction
      ).map(\.message)
    case .statedFigure(let code):
      let row = try StatedFigures.known(code, at: reader.time, reader.transaction)
      return row.map { [$0.message.recordMessage] } ?? []
    case .target(let id):
      let target = try TargetTable.known(id, at: reader.time, reader.transaction)
      return target.map { [$0.recordMessage] } ?? []
    }
  }
}
