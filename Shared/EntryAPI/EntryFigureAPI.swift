// What every service's FigureService does: figures of its entries, and figures that documents state.

package import CommonMessages
internal import Entries
internal import EntryStorage
internal import Measures
package import RPC
internal import ServiceAPI
internal import Storage

/// Answers the calls about the figures of one service.
package struct EntryFigureAPI: Sendable {
  /// Keys of one `BatchGetFigures`.
  package static let maximumKeys = 500

  private let surroundings: EntrySurroundings

  package init(_ surroundings: EntrySurroundings) { self.surroundings = surroundings }

  package func getFigure(
    _ request: GetFigureRequest, context: CallContext
  ) async throws -> GetFigureResponse {
    try await answering {
      let found = try await figures([request.key], request.asOf, context)
      return GetFigureResponse(figure: found.first?.message)
    }
  }

  package func batchGetFigures(
    _ request: BatchGetFiguresRequest, context: CallContext
  ) async throws -> BatchGetFiguresResponse {
    try await answering {
      guard request.keys.count <= Self.maximumKeys else {
        throw RPCError.invalid(
          "keys", "\(request.keys.count)", rule: "keys.count", zh: "最多\(Self.maximumKeys)个键",
          en: "at most \(Self.maximumKeys) keys")
      }
      return BatchGetFiguresResponse(
        figures: try await figures(request.keys, request.asOf, context).map(\.message))
    }
  }

  package func explainFigure(
    _ request: ExplainFigureRequest, context: CallContext
  ) async throws -> ExplainFigureResponse {
    try await answering {
      let page = try PageRequest(size: request.pageSize, token: request.pageToken)
      let tokens = try await surroundings.database.pageTokens(query: [
        context.method.path, request.key, request.asOf,
      ])
      let start: String
      if case .text(let id)? = try tokens.start(page)?.first { start = id } else { start = "" }
      guard let figure = try await figures([request.key], request.asOf, context).first else {
        throw RPCError(.internal, "a key had no answer")
      }
      let inputs = try await figures(figure.message.inputKeys, request.asOf, context)
      let rest = figure.records(after: start, limit: page.size + 1)
      let answer = tokens.page(rest, size: page.size) { [.text($0.recordId)] }
      return ExplainFigureResponse(
        explanation: FigureExplanation(
          figure: figure.message, formulaZh: figure.formula.zh, formulaEn: figure.formula.en,
          inputs: inputs.map(\.message), records: answer.items, nextPageToken: answer.nextToken,
          totalSize: figure.message.recordCount))
    }
  }

  /// Figures in the order of their keys, all of one state of the data.
  private func figures(
    _ keys: [String], _ asOf: String, _ context: CallContext
  ) async throws -> [AnsweredFigure] {
    let register = surroundings.book.register
    let time = try recordedTime(asOf)
    let prefix = "\(register.service)/stated/"
    let questions = try keys.map { key -> FigureQuestion in
      if key.hasPrefix(prefix) { return .stated(key, String(key.dropFirst(prefix.count))) }
      return .entries(try EntryFigureKey(parsing: key, in: register))
    }
    let surroundings = surroundings
    return try await surroundings.database.read(deadline: context.deadline) { transaction in
      try questions.map { question in
        switch question {
        case .stated(let key, let code):
          AnsweredFigure(key: key, try StatedFigures.known(code, at: time, transaction))
        case .entries(let key):
          try Self.answer(key, time, surroundings, transaction)
        }
      }
    }
  }

  private static func answer(
    _ key: EntryFigureKey, _ time: Int64?, _ surroundings: EntrySurroundings,
    _ transaction: ReadTransaction
  ) throws -> AnsweredFigure {
    let facts = try surroundings.book.facts(key, asOf: time, transaction)
    let figure = EntryFigureEngine.figure(key, facts, register: surroundings.book.register)
    let places =
      figure.partialPlaces.isEmpty
      ? nil : try surroundings.placesBelow(key.place.code, transaction)
    return AnsweredFigure(figure, placesBelow: places)
  }
}

private enum FigureQuestion: Sendable {
  case stated(_ key: String, _ code: String)
  case entries(EntryFigureKey)
}

/// A figure as callers get it; its records are made for those who ask.
private struct AnsweredFigure: Sendable {
  var message: CommonMessages.Figure
  private var stated: FigureRecord?
  private var figure: EntryFigure?
  var formula: (zh: String, en: String)

  /// A figure that a document states.
  init(key: String, _ row: StatedFigureRow?) {
    formula = ("文件所载，不作计算", "stated by a document; not computed")
    guard let row else {
      message = CommonMessages.Figure(key: key, mark: .notRecorded, printed: "未统计")
      return
    }
    let parts = row.quantity?.printedParts ?? (row.text, row.unit)
    message = CommonMessages.Figure(
      key: key, mark: .stated, quantity: row.quantity?.message, printed: parts.0,
      printedUnit: parts.1, recordCount: 1, label: row.label,
      provenance: row.message.provenance)
    stated = FigureRecord(
      recordType: "stated_figure", recordId: row.code, revision: row.revision,
      quantity: row.quantity?.message, placeCode: row.placeCode, period: row.period,
      provenance: row.message.provenance, recordedBy: row.recordedBy,
      recordTime: Instant.text(row.recordTime))
  }

  /// A figure that is computed from entries.
  init(_ figure: EntryFigure, placesBelow: Int?) {
    let parts = figure.quantity?.printedParts ?? (number: "未统计", unit: "")
    formula = figure.formula
    self.figure = figure
    message = CommonMessages.Figure(
      key: figure.key.text, mark: figure.quantity == nil ? .notRecorded : .computed,
      quantity: figure.quantity?.message, printed: parts.number, printedUnit: parts.unit,
      recordCount: UInt64(figure.facts.count), inputKeys: figure.inputKeys, notes: figure.notes,
      label: figure.label, quarantineIds: figure.doubtIDs)
    if figure.facts.count == 1, let only = figure.facts.first {
      message.provenance = only.source.message
    }
    if !figure.partialPlaces.isEmpty {
      message.partialSum = PartialSum(
        recordedPlaces: UInt32(clamping: figure.partialPlaces.count),
        places: UInt32(clamping: placesBelow ?? 0),
        placeCodes: Array(figure.partialPlaces.prefix(20)))
    }
  }

  /// Records by id, after one.
  func records(after id: String, limit: Int) -> [FigureRecord] {
    if let stated { return [stated].filter { $0.recordId > id } }
    guard let figure else { return [] }
    let kind = figure.key.kind
    return figure.facts.lazy.filter { $0.id > id }.prefix(limit).map { fact in
      FigureRecord(
        recordType: kind.name, recordId: fact.id, revision: fact.revision,
        indicatorCode: figure.key.measure.text, quantity: figure.value(of: fact)?.message,
        placeCode: kind.place(of: fact.content), period: kind.time(of: fact.content)?.text ?? "",
        provenance: fact.source.message, recordedBy: fact.recordedBy,
        recordTime: Instant.text(fact.recordTime))
    }
  }
}

extension EntryFigure {
  /// What one entry gives to the figure, where it is a quantity.
  fileprivate func value(of fact: EntryFact) -> Measures.Quantity? {
    switch key.measure {
    case .sum(let field), .ratio(let field, _): fact.content.quantity(field)
    case .entries, .distinct: nil
    }
  }
}

extension EntrySource {
  var message: Provenance? {
    self == .none ? nil : Provenance(document: document, sentence: sentence, note: note)
  }
}
