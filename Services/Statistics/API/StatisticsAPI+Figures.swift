// Figures: the hot ones from memory, the others from one read.

internal import Access
package import CommonMessages
internal import Measures
package import RPC
internal import ServiceAPI
internal import StatisticsDomain
package import StatisticsMessages
internal import StatisticsStorage
internal import Storage

extension StatisticsAPI {
  /// Keys of one batch.
  package static var maximumKeys: Int { 500 }
  /// How long a call without a deadline waits for a generation.
  static let maximumWait: Duration = .seconds(5)
  /// How often a waiting call looks.
  private static let waitInterval: Duration = .milliseconds(20)

  package func getFigure(
    _ request: GetFigureRequest, context: CallContext
  ) async throws -> GetFigureResponse {
    if request.asOf.isEmpty,
      let known = answers.figure(request.key, minimumGeneration: request.minGeneration)
    {
      return GetFigureResponse(figure: known)
    }
    return try await answering {
      let key = try FigureKey(parsing: request.key)
      let figures = try await figures(
        [(request.key, key)], asOf: request.asOf, minimumGeneration: request.minGeneration,
        context)
      return GetFigureResponse(figure: figures.messages.first)
    }
  }

  package func batchGetFigures(
    _ request: BatchGetFiguresRequest, context: CallContext
  ) async throws -> BatchGetFiguresResponse {
    if request.asOf.isEmpty, !request.keys.isEmpty,
      let known = answers.figures(request.keys, minimumGeneration: request.minGeneration)
    {
      return BatchGetFiguresResponse(figures: known, generation: known[0].generation)
    }
    return try await answering {
      guard request.keys.count <= Self.maximumKeys else {
        throw RPCError.invalid(
          "keys", "\(request.keys.count)", rule: "keys.count",
          zh: "一次最多\(Self.maximumKeys)个键", en: "at most \(Self.maximumKeys) keys")
      }
      var violations: [Violation] = []
      var keys: [(String, FigureKey)] = []
      for (index, text) in request.keys.enumerated() {
        do throws(StatisticsError) {
          keys.append((text, try FigureKey(parsing: text)))
        } catch {
          violations += error.violations.map { violation in
            var violation = Violation(violation)
            violation.path = "keys[\(index)]"
            return violation
          }
        }
      }
      try refuse(violations)
      // One generation for the whole batch: so it is read in one snapshot.
      let figures = try await figures(
        keys, asOf: request.asOf, minimumGeneration: request.minGeneration, context)
      return BatchGetFiguresResponse(
        figures: figures.messages, generation: figures.generation)
    }
  }

  private func figures(
    _ keys: [(text: String, key: FigureKey)], asOf: String, minimumGeneration: Int64,
    _ context: CallContext
  ) async throws -> (messages: [FigureMessage], generation: Int64) {
    var violations: [Violation] = []
    let time = Self.time(asOf, &violations)
    try refuse(violations)
    let epoch = answers.epoch
    let result = try await waiting(for: minimumGeneration, context) { transaction, reference in
      if !reference.isRegisterComplete { throw RPCError.registerMissing }
      var engine = FigureEngine(
        FigureReader(transaction, reference: reference, time: time))
      let generation = reference.versions.generation
      return (
        messages: try keys.map { try engine.figure($0.key).message(generation: generation) },
        generation: generation
      )
    }
    if asOf.isEmpty {
      for (key, message) in zip(keys, result.messages) {
        answers.keep(message, key.text, epoch: epoch)
      }
    }
    return result
  }

  /// Reads from data that are at least as new as a generation. A replica of the database that is
  /// behind is waited for, as long as the caller waits.
  private func waiting<Value: Sendable>(
    for generation: Int64, _ context: CallContext,
    _ body: @escaping @Sendable (ReadTransaction, Reference) throws -> Value
  ) async throws -> Value {
    let end = context.deadline ?? ContinuousClock.now + Self.maximumWait
    while true {
      let value = try await reading(context) { transaction, reference in
        reference.versions.generation < generation ? nil : try body(transaction, reference)
      }
      if let value { return value }
      try context.checkDeadline()
      guard ContinuousClock.now < end else {
        throw RPCError(
          .unavailable, "the data of generation \(generation) are not here yet (数据尚未更新到该版本)",
          details: RPCError.details(
            RetryInfo(retryDelayMilliseconds: RPCError.retryDelayMilliseconds)))
      }
      try await Task.sleep(for: Self.waitInterval)
    }
  }

  package func listPlaceTotals(
    _ request: ListPlaceTotalsRequest, context: CallContext
  ) async throws -> ListPlaceTotalsResponse {
    try await answering {
      var violations: [Violation] = []
      let period = Self.period(request.period, path: "period", &violations)
      let nature = Nature.reading(request.nature, path: "nature", violations: &violations)
      for (path, value) in [
        ("parent_code", request.parentCode), ("channel_code", request.channelCode),
        ("indicator_code", request.indicatorCode),
      ] where value.isEmpty {
        violations.append(
          Violation(path: path, value: "", rule: "required", zh: "必填", en: "this is required"))
      }
      if !SectorRule.isSector(request.sector) {
        violations.append(
          Violation(
            path: "sector", value: request.sector, rule: "report.sector", zh: "不是行业名称",
            en: "this is no name of a sector"))
      }
      try refuse(violations)
      guard let period else { throw RPCError.invalid([]) }
      return try await reading(context) { transaction, reference in
        if !reference.isRegisterComplete { throw RPCError.registerMissing }
        let engine = FigureEngine(FigureReader(transaction, reference: reference))
        let subject = FigureSubject(
          placeCode: request.parentCode, channelCode: request.channelCode,
          indicatorCode: request.indicatorCode, period: period, sector: request.sector,
          nature: nature)
        let generation = reference.versions.generation
        return ListPlaceTotalsResponse(
          figures: try engine.totalsBelow(subject).map { $0.message(generation: generation) })
      }
    }
  }

  package func listYears(
    _ request: ListYearsRequest, context: CallContext
  ) async throws -> ListYearsResponse {
    try await answering {
      let today = today
      return try await reading(context) { transaction, reference in
        let subtree = try Self.subtree(request.placeCode, reference, today)
        guard let subtree else {
          throw RPCError.invalid(
            "place_code", "", rule: "required", zh: "须填地区代码", en: "a place code is required")
        }
        return ListYearsResponse(
          years: try YearListing.years(of: request.placeCode, subtree: subtree, transaction))
      }
    }
  }

  package func listDifferences(
    _ request: ListDifferencesRequest, context: CallContext
  ) async throws -> ListDifferencesResponse {
    try await answering {
      var violations: [Violation] = []
      if !request.period.isEmpty {
        _ = Self.period(request.period, path: "period", &violations)
      }
      try refuse(violations)
      return try await reading(context) { transaction, reference in
        if !request.placeCode.isEmpty { try Self.requirePlace(request.placeCode, reference) }
        var engine = FigureEngine(FigureReader(transaction, reference: reference))
        let filter = StatedFigureFilter(placeCode: request.placeCode, period: request.period)
        let generation = reference.versions.generation
        var found: [DifferenceMessage] = []
        var compared: UInt32 = 0
        try Self.eachStatedFigure(filter, transaction) { row in
          let comparison = try engine.compare(StatedFigure(row))
          if comparison != .impossible { compared += 1 }
          guard case .differs(let difference) = comparison else { return }
          found.append(difference.message(generation: generation))
        }
        return ListDifferencesResponse(differences: found, comparedCount: compared)
      }
    }
  }

  private static func eachStatedFigure(
    _ filter: StatedFigureFilter, _ transaction: ReadTransaction,
    _ body: (StatedFigureRow) throws -> Void
  ) throws {
    var code = ""
    while true {
      let page = try StatedFigures.list(filter, after: code, limit: 500, transaction)
      for row in page { try body(row) }
      guard let last = page.last else { return }
      code = last.code
    }
  }
}

extension StatisticsDomain.Difference {
  fileprivate func message(generation: Int64) -> DifferenceMessage {
    DifferenceMessage(
      stated: stated.message(generation: generation),
      computed: computed.message(generation: generation), textZh: words.chinese,
      textEn: words.english)
  }
}
