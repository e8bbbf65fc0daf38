// Explains any figure that a report prints. Every service explains its own; what the gateway counts in
// the register it explains from the register, in the same form.

package import CommonMessages
package import GatewayDomain
internal import Measures
internal import RPC
internal import RegistryMessages

/// Tells the records behind a figure.
package struct FigureExplainer: Sendable {
  let backends: Backends

  package init(backends: Backends) {
    self.backends = backends
  }

  /// The figure of a key, how it is computed, and one page of the records behind it.
  package func explain(
    _ question: FigureQuestion, scope: CallScope
  ) async throws -> FigureExplanation {
    guard RegisterKey.isGateways(question.key) else {
      return try await entries(question, scope)
    }
    switch RegisterKey(question.key) {
    case .federations(let code, let measure, let year):
      return try await federations(code, measure, year, question, scope)
    case .stated(let code):
      return try await stated(code, question, scope)
    case nil:
      throw Self.malformed(question.key)
    }
  }

  /// What a service explains of its own figures.
  private func entries(
    _ question: FigureQuestion, _ scope: CallScope
  ) async throws -> FigureExplanation {
    let service = ServiceName(ofKey: question.key)
    let answer = try await backends.records(of: service).explainFigure(
      ExplainFigureRequest(
        key: question.key, asOf: question.asOf, pageSize: question.pageSize,
        pageToken: question.pageToken),
      options: scope.options)
    guard let explanation = answer.explanation else {
      throw RPCError(.internal, "\(service.rawValue) answered without an explanation")
    }
    return explanation
  }

  // MARK: Counted federations

  private func federations(
    _ code: String, _ measure: RegisterKey.Measure, _ year: Int, _ question: FigureQuestion,
    _ scope: CallScope
  ) async throws -> FigureExplanation {
    let day = "\(year)-12-31"
    var list = ListFederationsRequest(
      pageSize: question.pageSize, pageToken: question.pageToken, ancestorCode: code, onDate: day,
      asOf: question.asOf)
    if case .level(let level) = measure { list.level = level.message }
    if measure == .fiscal || measure == .fiscalShare { list.funding = .fiscal }
    async let counts = backends.registry.countFederations(
      CountFederationsRequest(ancestorCode: code, onDate: day, asOf: question.asOf),
      options: scope.options)
    async let page = backends.registry.listFederations(list, options: scope.options)
    let tallies = try await counts.counts.compactMap(FederationTally.init)
    let found = try await page
    var answer = FigureExplanation(
      figure: Self.figure(code, measure, year, tallies), nextPageToken: found.nextPageToken,
      totalSize: found.totalSize)
    answer.figure?.recordCount = found.totalSize
    (answer.formulaZh, answer.formulaEn) = Self.formula(measure, day)
    answer.records = found.federations.map { Self.record($0, year: year) }
    if measure == .fiscalShare {
      let parts: [RegisterKey.Measure] = [.fiscal, .all]
      answer.inputs = parts.map { Self.figure(code, $0, year, tallies) }
    }
    return answer
  }

  private static func figure(
    _ code: String, _ measure: RegisterKey.Measure, _ year: Int, _ tallies: [FederationTally]
  ) -> CommonMessages.Figure {
    let key = RegisterKey.federations(code: code, measure: measure, year: year).text
    var figure = CommonMessages.Figure(key: key, label: label(measure))
    if let value = tallies.value(of: measure) {
      figure.mark = .computed
      figure.quantity = value.message
      figure.printed = value.text
      figure.printedUnit = value.unit.symbol
    } else {
      figure.mark = .notRecorded
      figure.printed = PrintedFigure.notRecordedText
      figure.notes = [RegisterWords.missing(measure, tallies)]
    }
    return figure
  }

  private static func label(_ measure: RegisterKey.Measure) -> String {
    switch measure {
    case .all: "名册登记的联社"
    case .level(let level): "名册登记的\(level.chinese)联社"
    case .fiscal: "名册登记为财政拨款的联社"
    case .fiscalShare: "名册中财政拨款联社的比重"
    }
  }

  private static func formula(
    _ measure: RegisterKey.Measure, _ day: String
  ) -> (chinese: String, english: String) {
    switch measure {
    case .all, .level:
      (
        "名册中\(day)有效的本联社及下级联社逐个计数",
        "Federations of the subtree that the register holds on \(day), counted one by one."
      )
    case .fiscal:
      (
        "名册中\(day)有效、经费来源登记为财政拨款的联社逐个计数",
        "Federations of the subtree on \(day) whose funding is recorded as fiscal, counted."
      )
    case .fiscalShare:
      (
        "财政拨款的联社个数 ÷ 联社个数 × 100%；须全部联社都登记了经费来源",
        "Fiscally funded federations ÷ all federations × 100 %, where every funding is recorded."
      )
    }
  }

  private static func record(
    _ federation: RegistryMessages.Federation, year: Int
  ) -> FigureRecord {
    FigureRecord(
      recordType: "federation", recordId: federation.code, revision: federation.revision,
      placeCode: federation.placeCode, period: "\(year)",
      provenance: federation.provenance, recordTime: federation.updateTime)
  }

  // MARK: Stated figures

  private func stated(
    _ code: String, _ question: FigureQuestion, _ scope: CallScope
  ) async throws -> FigureExplanation {
    let answer = try await backends.records(of: .registry).getStatedFigure(
      GetStatedFigureRequest(code: code), options: scope.options)
    guard let stated = answer.statedFigure else {
      throw RPCError(.internal, "the register answered without the stated figure \(code)")
    }
    let figure = CommonMessages.Figure(
      key: question.key, mark: .stated, quantity: stated.quantity,
      printed: printed(stated.quantity), recordCount: 1, label: stated.label,
      provenance: stated.provenance)
    let record = FigureRecord(
      recordType: "stated_figure", recordId: stated.code, revision: stated.revision,
      quantity: stated.quantity, placeCode: stated.placeCode, period: stated.period,
      provenance: stated.provenance, recordedBy: stated.recordedBy,
      recordTime: stated.recordTime)
    return FigureExplanation(
      figure: figure, formulaZh: "文件原文所载，不由记录计算",
      formulaEn: "Stated by a document; not computed.", records: [record], totalSize: 1)
  }

  private static func malformed(_ key: String) -> RPCError {
    let violation = FieldViolation(
      path: "key", value: String(key.prefix(200)), rule: "figure_key.register",
      messageZh: "名录数字的键应为 registry/federations/联社代码/"
        + "all|national|province|city|county|fiscal|fiscal_share/年份，或 registry/stated/代码",
      messageEn: "A key of the register is registry/federations/CODE/"
        + "all|national|province|city|county|fiscal|fiscal_share/YEAR or registry/stated/CODE.")
    let detail = try? ErrorDetail(BadRequest(violations: [violation]))
    return RPCError(
      .invalidArgument, "\(key) is not a key of the register", details: detail.map { [$0] } ?? [])
  }
}
